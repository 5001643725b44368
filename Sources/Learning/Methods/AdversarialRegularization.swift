import Engine
package import Settings

/// `nsl`: the clean loss plus `multiplier` times the loss of adversarial neighbors; gradients are
/// stopped where these are made.
///
/// One backward pass of the clean loss gives the gradient at the weights and the gradient at the
/// images that makes the first perturbation. Each slice of a batch goes all the way on one thread: clean
/// pass, perturbation, pass of the neighbors.
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
  /// One for each slice.
  private let generators: [AdversarialNeighborGenerator]
  private let clean: LossPass
  /// Loss of the neighbors, gradient at the weights.
  private let neighbors: LossPass
  /// Gradient at the images, for the iterations that the clean pass does not serve.
  private let ascent: LossPass?
  private let threads: ThreadPool
  private let imageSize: Int
  private var step = StepContext(seed: 0, examples: [])
  private lazy var runSlice: (Int, Int) -> Void = { [unowned self] in runSlice($0, on: $1) }

  /// - Throws: `LearningError` where the settings do
  ///   not fit the model.
  package init(_ settings: NSL, _ factory: PassFactory) throws {
    multiplier = Float(settings.advMultiplier)
    threads = factory.threads
    imageSize = factory.model.inputShape.count
    clean = factory.pass(settings.randomInit ? .weights : [.weights, .images])
    let needsAscent = settings.pgdIterations > (settings.randomInit ? 0 : 1)
    neighbors = factory.pass(.weights)
    ascent = needsAscent ? factory.pass(.images) : nil
    let slices = clean.sliceCount
    precondition(
      neighbors.sliceCount == slices && (ascent?.sliceCount ?? slices) == slices,
      "slices of different size")
    generators = try (0..<slices).map { _ in
      try AdversarialNeighborGenerator(settings, imageShape: factory.model.inputShape)
    }
  }

  package var images: UnsafeMutableBufferPointer<Float> { clean.images }
  package var labels: UnsafeMutableBufferPointer<Int32> { clean.labels }
  package var gradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(clean.weightGradient) }
  package var passes: [LossPass] { [clean, neighbors] + (ascent.map { [$0] } ?? []) }
  /// `[N, C, H, W]`: those of the last step.
  package var neighborImages: UnsafeBufferPointer<Float> { UnsafeBufferPointer(neighbors.images) }

  package func run(_ step: inout StepContext, reporting report: inout StepReport) {
    self.step = step
    threads.run(clean.sliceCount, runSlice)
    let cleanLoss = clean.meanLoss
    let scaledLoss = Double(multiplier) * neighbors.meanLoss
    report.loss = cleanLoss + scaledLoss
    report[StandardTraining.crossEntropy] = cleanLoss
    report.correct = clean.correctCount
    report[Self.scaledLoss] = scaledLoss
  }

  package func finishGradient(_ range: Range<Int>) {
    clean.sumWeightGradients(range)
    neighbors.sumWeightGradients(range)
    let (total, more) = (clean.weightGradient, neighbors.weightGradient)
    for i in range { total[i] += multiplier * more[i] }
  }

  private func runSlice(_ slice: Int, on thread: Int) {
    var step = step
    step.run(clean, slice: slice, on: thread)
    makeNeighbors(slice, on: thread, &step)
    step.run(neighbors, slice: slice, on: thread)
  }

  private func makeNeighbors(_ slice: Int, on thread: Int, _ step: inout StepContext) {
    let places = clean.places(of: slice)
    let images = places.lowerBound * imageSize..<places.upperBound * imageSize
    let current = UnsafeMutableBufferPointer(rebasing: neighbors.images[images])
    _ = neighbors.labels[places].update(fromContentsOf: clean.labels[places])
    let randomInit = generators[slice].settings.randomInit
    let numbers = step
    generators[slice].generate(
      from: UnsafeBufferPointer(rebasing: clean.images[images]), into: current,
      stream: { numbers.perturbation(places.lowerBound + $0) }
    ) { iteration in
      guard let ascent, iteration > 0 || randomInit else {
        return UnsafeBufferPointer(rebasing: clean.imageGradient[images])
      }
      _ = ascent.images[images].update(fromContentsOf: current)
      _ = ascent.labels[places].update(fromContentsOf: clean.labels[places])
      step.run(ascent, slice: slice, on: thread)
      return UnsafeBufferPointer(rebasing: ascent.imageGradient[images])
    }
  }
}

extension ObjectiveFactory {
  func build(_ settings: NSL) -> Objective { { try AdversarialRegularization(settings, $0) } }
}
