package import Engine

/// One step's numbers, all from before the update.
package struct StepLosses: Sendable {
  /// Mean cross-entropy of the clean images.
  package var clean: Double
  /// The multiplier times the mean cross-entropy of the neighbors; 0 for standard training.
  package var scaledAdversarial: Double
  /// How many clean images were classified right.
  package var correct: Int

  package var total: Double { clean + scaledAdversarial }
}

/// The passes of one training step for one batch size: weights and images in, losses and the
/// gradient at the weights out.
///
/// One backward pass of the clean loss gives the gradient at the weights and, for NSL, the gradient
/// at the images that makes the first perturbation.
package final class TrainingStep {
  /// What `nsl` adds.
  private struct Regularization {
    let multiplier: Float
    let generator: AdversarialNeighborGenerator
    /// Loss of the neighbors, gradient at the weights.
    let neighbors: LossPass
    /// Gradient at the images, for the iterations that the clean pass does not serve.
    let ascent: LossPass?
  }

  package let batchSize: Int
  private let clean: LossPass
  private let regularization: Regularization?

  /// - Parameter labelSmoothing: Of every loss of the step, also of the one whose gradient makes
  ///   the neighbors.
  /// - Throws: `EngineError` where oneDNN refuses a primitive, `LearningError` where the method's
  ///   settings do not fit the model.
  package init(
    _ model: Model, batchSize: Int, method: TrainingMethod, parameters: ParameterVector,
    labelSmoothing: Float = 0
  ) throws {
    self.batchSize = batchSize
    func pass(_ gradients: LossPass.Gradients) throws -> LossPass {
      try LossPass(
        model, batchSize: batchSize, parameters: parameters, reduction: .mean,
        gradients: gradients, mode: .training, labelSmoothing: labelSmoothing)
    }
    switch method {
    case .standard:
      clean = try pass(.weights)
      regularization = nil
    case .nsl(let multiplier, let neighbor):
      let generator = try AdversarialNeighborGenerator(neighbor, imageShape: model.inputShape)
      clean = try pass(neighbor.randomInit ? .weights : [.weights, .images])
      let needsAscent = neighbor.pgdIterations > (neighbor.randomInit ? 0 : 1)
      regularization = Regularization(
        multiplier: multiplier, generator: generator, neighbors: try pass(.weights),
        ascent: needsAscent ? try pass(.images) : nil)
    }
  }

  /// `[N, C, H, W]`: written before ``run(stream:)``.
  package var images: UnsafeMutableBufferPointer<Float> { clean.images }
  /// `[N]`: written before ``run(stream:)``.
  package var labels: UnsafeMutableBufferPointer<Int32> { clean.labels }
  /// `[P]`: gradient of the total loss.
  package var gradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(clean.weightGradient) }
  /// `[N, C, H, W]`: the last step's adversarial neighbors; `nil` for standard training.
  package var neighborImages: UnsafeBufferPointer<Float>? {
    regularization.map { UnsafeBufferPointer($0.neighbors.images) }
  }
  /// See ``LossPass/weightWithoutGradient``.
  package var weightWithoutGradient: String? {
    clean.weightWithoutGradient ?? regularization?.neighbors.weightWithoutGradient
  }
  /// Which kernel each primitive runs on.
  package var implementations: [String] {
    var names = clean.implementations
    for pass in [regularization?.neighbors, regularization?.ascent] {
      for name in pass?.implementations ?? [] where !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Computes losses and gradient at the current weights.
  ///
  /// Every pass is in training mode, as in Keras: each has a batch's moments and dropout of its
  /// own, and each moves the moving averages.
  ///
  /// - Parameters:
  ///   - stream: The random numbers of the example at that place of the batch.
  ///   - dropout: The same for dropout, in the given pass of the step.
  package func run(
    stream: (_ place: Int) -> RandomStream,
    dropout: (_ place: Int, _ pass: Int) -> RandomStream = { _, _ in
      preconditionFailure("a model with dropout needs random numbers")
    }
  ) -> StepLosses {
    var passes = 0
    func run(_ pass: LossPass) {
      pass.setStreams { dropout($0, passes) }
      passes += 1
      pass.run()
      pass.updateMovingAverages()
    }
    run(clean)
    var losses = StepLosses(clean: mean(clean.losses), scaledAdversarial: 0, correct: 0)
    let labels = clean.labels
    for n in 0..<batchSize where clean.prediction(of: n) == labels[n] { losses.correct += 1 }
    guard let regularization else { return losses }

    let neighbors = regularization.neighbors
    _ = neighbors.labels.update(from: clean.labels)
    regularization.generator.generate(
      from: UnsafeBufferPointer(clean.images), into: neighbors.images, stream: stream
    ) { iteration in
      guard let ascent = regularization.ascent else { return clean.imageGradient }
      if iteration == 0 && !regularization.generator.configuration.randomInit {
        return clean.imageGradient
      }
      _ = ascent.images.update(from: neighbors.images)
      _ = ascent.labels.update(from: clean.labels)
      run(ascent)
      return ascent.imageGradient
    }
    run(neighbors)
    let multiplier = regularization.multiplier
    losses.scaledAdversarial = Double(multiplier) * mean(neighbors.losses)
    let total = clean.weightGradient
    let more = neighbors.weightGradient
    for i in 0..<total.count { total[i] += multiplier * more[i] }
    return losses
  }

  private func mean(_ losses: UnsafeBufferPointer<Float>) -> Double {
    var sum = 0.0
    for loss in losses { sum += Double(loss) }
    return sum / Double(losses.count)
  }
}
