import Engine
import Learning
import Settings
import Measurements
import Testing

/// A small problem that a small network learns in an instant: which third of the image is bright.
struct BrightBars {
  static let architecture = Architecture(
    input: Extent(height: 9, width: 9), inputChannels: 1, classes: 3, convFilters: [8, 8],
    denseUnits: [16])

  static func source(count: Int, seed: Int) -> MemorySource {
    var images: [Float] = []
    var labels: [Int32] = []
    for n in 0..<count {
      var stream = RandomStream(seed: seed, purpose: .synthetic, example: n)
      let label = stream.integer(below: 3)
      for _ in 0..<9 {
        for column in 0..<9 {
          images.append((column / 3 == label ? 0.5 : 0.2) + 0.3 * stream.uniform())
        }
      }
      labels.append(Int32(label))
    }
    return MemorySource(images: images, labels: labels)
  }

  static func configuration(
    method: TrainingMethod = .standard, epochs: Int = 4, learningRate: Double = 0.01
  ) -> TrainingConfiguration {
    TrainingConfiguration(
      batchSize: 16, epochs: epochs, optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7),
      learningRate: learningRate, method: method, seed: 1)
  }

  /// Trained on 200 examples of seed 2.
  static let trained = Result {
    try Trainer(
      model: Model(architecture), configuration: configuration(), data: source(count: 200, seed: 2)
    ).train()
  }
}

@Suite struct TrainerTests {
  private func train(
    _ configuration: TrainingConfiguration, count: Int = 200,
    progress: (TrainingProgress) -> Void = { _ in }
  ) throws -> TrainingResult {
    try Trainer(
      model: Model(BrightBars.architecture), configuration: configuration,
      data: BrightBars.source(count: count, seed: 2)
    ).train(progress: progress)
  }

  private static let methods: [TrainingMethod] = [
    .standard,
    .nsl(
      multiplier: 0.2,
      neighbor: neighborSettings(stepSize: 0.1, gradientNorm: .infinity)),
    .nsl(
      multiplier: 0.5,
      neighbor: neighborSettings(
        stepSize: 0.05, gradientNorm: .infinity, clipMin: 0, clipMax: 1, pgdIterations: 3,
        pgdEpsilon: 0.1, randomInit: true)),
    .nsl(
      multiplier: 0.2,
      neighbor: neighborSettings(stepSize: 0.5, gradientNorm: .l1, randomInit: true)
    ),
  ]

  @Test(arguments: methods)
  func `learns, and the same way every time`(method: TrainingMethod) throws {
    let result = try train(BrightBars.configuration(method: method))
    #expect(result.outcome == .finished)
    #expect(result.history.map(\.epoch) == [1, 2, 3, 4])
    let last = try #require(result.history.last)
    #expect(last.accuracy > 0.9)
    let clean = try #require(last["sparse_categorical_crossentropy"])
    if !method.isNone {
      let adversarial = try #require(last["scaled_adversarial_loss"])
      #expect((last.loss - clean - adversarial).magnitude < 1e-9)
    } else {
      #expect(last.loss == clean)
      #expect(last["scaled_adversarial_loss"] == nil)
    }
    let again = try train(BrightBars.configuration(method: method))
    #expect(again.parameters == result.parameters && again.history == result.history)
  }

  @Test func `takes a smaller last batch and tells about every step`() throws {
    var steps: [Int] = []
    let configuration = BrightBars.configuration(epochs: 2)
    let result = try train(configuration, count: 40) { progress in
      #expect(progress.stepsPerEpoch == 3 && progress.epochs == 2)
      steps.append(progress.epoch * 10 + progress.step)
    }
    #expect(steps == [11, 12, 13, 21, 22, 23])
    #expect(
      result.history[0].accuracy * 40 == 40
        * result.history[0].accuracy)
    // Fewer examples than the batch size are one batch.
    #expect(try train(configuration, count: 5).history.count == 2)
  }

  @Test func `reports divergence as an outcome`() throws {
    var configuration = BrightBars.configuration(learningRate: 1e30)
    configuration.settings.optimizer = .sgd(momentum: 0, nesterov: false)
    let result = try train(configuration)
    guard case .diverged(let epoch, let step, let what) = result.outcome else {
      Issue.record("finished")
      return
    }
    #expect(epoch == 1 && step >= 2)
    #expect(["loss is infinite", "loss is not a number (NaN)"].contains(what), "\(what)")
    #expect(result.history.isEmpty)
  }

  @Test func `refuses weights of another model`() {
    #expect(throws: LearningError.self) {
      _ = try Trainer(
        model: Model(BrightBars.architecture), configuration: BrightBars.configuration(),
        data: BrightBars.source(count: 16, seed: 2), initialParameters: [1, 2])
    }
  }
}
