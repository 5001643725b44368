import Settings

/// Standard training: the mean cross-entropy of the clean images.
package final class StandardTraining: TrainingObjective {
  /// The mean cross-entropy of the clean images.
  static let crossEntropy = "sparse_categorical_crossentropy"

  /// As Keras weights them. The last one has no numbers: histories of plain and of adversarial training
  /// have the same columns.
  package let metrics: [StepMetric] = [
    .loss(.ofExamples), StepMetric(StandardTraining.crossEntropy, .ofExamples), .accuracy,
    StepMetric(AdversarialRegularization.scaledLoss, .ofBatches),
  ]
  private let clean: LossPass

  package init(_ factory: PassFactory) throws { clean = try factory.pass(.weights) }

  package var images: UnsafeMutableBufferPointer<Float> { clean.images }
  package var labels: UnsafeMutableBufferPointer<Int32> { clean.labels }
  package var gradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(clean.weightGradient) }
  package var passes: [LossPass] { [clean] }

  package func run(_ step: inout StepContext, reporting report: inout StepReport) {
    step.run(clean)
    report.loss = clean.meanLoss
    report[Self.crossEntropy] = report.loss
    report.correct = clean.correctCount
  }
}

extension ObjectiveFactory {
  func build(_ settings: PlainTraining) -> Objective { { try StandardTraining($0) } }
}
