package import Settings

/// `nsl`: the clean loss plus `multiplier` times the loss of adversarial neighbors; gradients are
/// stopped where these are made.
///
/// One backward pass of the clean loss gives the gradient at the weights and the gradient at the
/// images that makes the first perturbation.
///
/// - Source: `AdversarialRegularization` of Neural Structured Learning 1.4.0.
package final class AdversarialRegularization: TrainingObjective {
  /// The multiplier times the mean cross-entropy of the neighbors.
  static let scaledLoss = "scaled_adversarial_loss"

  /// NSL adds its losses as metrics of their own: every batch counts the same.
  package let metrics: [StepMetric] = [
    .loss(.ofBatches), StepMetric(StandardTraining.crossEntropy, .ofBatches), .accuracy,
    StepMetric(AdversarialRegularization.scaledLoss, .ofBatches),
  ]
  private let multiplier: Float
  private let generator: AdversarialNeighborGenerator
  private let clean: LossPass
  /// Loss of the neighbors, gradient at the weights.
  private let neighbors: LossPass
  /// Gradient at the images, for the iterations that the clean pass does not serve.
  private let ascent: LossPass?

  /// - Throws: `EngineError` where oneDNN refuses a primitive, `LearningError` where the settings do
  ///   not fit the model.
  package init(_ settings: NSL, _ factory: PassFactory) throws {
    multiplier = Float(settings.advMultiplier)
    generator = try AdversarialNeighborGenerator(settings, imageShape: factory.model.inputShape)
    clean = try factory.pass(settings.randomInit ? .weights : [.weights, .images])
    let needsAscent = settings.pgdIterations > (settings.randomInit ? 0 : 1)
    neighbors = try factory.pass(.weights)
    ascent = needsAscent ? try factory.pass(.images) : nil
  }

  package var images: UnsafeMutableBufferPointer<Float> { clean.images }
  package var labels: UnsafeMutableBufferPointer<Int32> { clean.labels }
  package var gradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(clean.weightGradient) }
  package var passes: [LossPass] { [clean, neighbors] + (ascent.map { [$0] } ?? []) }
  /// `[N, C, H, W]`: those of the last step.
  package var neighborImages: UnsafeBufferPointer<Float> { UnsafeBufferPointer(neighbors.images) }

  package func run(_ step: inout StepContext, reporting report: inout StepReport) {
    step.run(clean)
    makeNeighbors(&step)
    step.run(neighbors)
    let cleanLoss = clean.meanLoss
    let scaledLoss = Double(multiplier) * neighbors.meanLoss
    report.loss = cleanLoss + scaledLoss
    report[StandardTraining.crossEntropy] = cleanLoss
    report.correct = clean.correctCount
    report[Self.scaledLoss] = scaledLoss
    let (total, more) = (clean.weightGradient, neighbors.weightGradient)
    for i in 0..<total.count { total[i] += multiplier * more[i] }
  }

  private func makeNeighbors(_ step: inout StepContext) {
    _ = neighbors.labels.update(from: clean.labels)
    let randomInit = generator.settings.randomInit
    let numbers = step
    generator.generate(
      from: UnsafeBufferPointer(clean.images), into: neighbors.images,
      stream: { numbers.perturbation($0) }
    ) { iteration in
      guard let ascent, iteration > 0 || randomInit else { return clean.imageGradient }
      _ = ascent.images.update(from: neighbors.images)
      _ = ascent.labels.update(from: clean.labels)
      step.run(ascent)
      return ascent.imageGradient
    }
  }
}

extension ObjectiveFactory {
  func build(_ settings: NSL) -> Objective { { try AdversarialRegularization(settings, $0) } }
}
