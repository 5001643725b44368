import Engine
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
  private let threads: ThreadPool
  private var step = StepContext(seed: 0, examples: [])
  private lazy var runSlice: (Int, Int) -> Void = { [unowned self] slice, thread in
    var own = step
    own.run(clean, slice: slice, on: thread)
  }

  package init(_ factory: PassFactory) {
    clean = factory.pass(.weights)
    threads = factory.threads
  }

  package var images: UnsafeMutableBufferPointer<Float> { clean.images }
  package var labels: UnsafeMutableBufferPointer<Int32> { clean.labels }
  package var gradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(clean.weightGradient) }
  package var passes: [LossPass] { [clean] }

  package func run(_ step: inout StepContext, reporting report: inout StepReport) {
    self.step = step
    threads.run(clean.sliceCount, runSlice)
    report.loss = clean.meanLoss
    report[Self.crossEntropy] = report.loss
    report.correct = clean.correctCount
  }

  package func finishGradient(_ range: Range<Int>) { clean.sumWeightGradients(range) }
}

extension ObjectiveFactory {
  func build(_ settings: PlainTraining) -> Objective { { StandardTraining($0) } }
}
