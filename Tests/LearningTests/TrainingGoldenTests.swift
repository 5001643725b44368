import Engine
import Learning
import Settings
import Testing

/// Five steps of a small network, against TensorFlow and NSL.
@Suite struct TrainingGoldenTests {
  /// One training of the fixture, set up as it was there.
  private final class Replay {
    let vector: GoldenFile.Training
    let network: GoldenFile.Network
    let model = Model(.golden)
    let parameters: ParameterVector
    let step: TrainingStep
    private let optimizer: Optimizer
    private let state: OptimizerState

    /// - Parameter clips: Whether the clip values take effect.
    init(_ vector: GoldenFile.Training, _ network: GoldenFile.Network, clips: Bool) throws {
      self.vector = vector
      self.network = network
      parameters = ParameterVector(count: model.parameterCount)
      var offset = 0
      for (weight, tensor) in zip(model.weights, network.weights) {
        #expect(tensor.shape == weight.kerasShape)
        for value in KerasOrder.toOurs(tensor.data[...], shape: weight.shape) {
          parameters.values[offset] = value
          offset += 1
        }
      }
      parameters.markChanged()
      optimizer =
        vector.optimizer == "adam"
        ? .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7) : .sgd(momentum: 0, nesterov: false)
      state = optimizer.makeState(count: model.parameterCount)
      step = try TrainingStep(
        model, batchSize: 6, method: Self.method(vector, clips: clips), parameters: parameters)
    }

    private static func method(_ vector: GoldenFile.Training, clips: Bool) -> TrainingMethod {
      guard let settings = vector.adv_config else { return .standard }
      return .nsl(
        multiplier: settings.multiplier,
        neighbor: neighborSettings(
          featureMask: settings.feature_mask.map {
            FeatureMask(shape: $0.shape, values: $0.data.map(Double.init))
          },
          stepSize: settings.adv_step_size, gradientNorm: settings.adv_grad_norm,
          clipMin: clips ? settings.clip_value_min : nil,
          clipMax: clips ? settings.clip_value_max : nil,
          pgdIterations: settings.pgd_iterations ?? 1, pgdEpsilon: settings.pgd_epsilon))
    }

    func take(_ index: Int) -> StepReport {
      _ = step.images.update(from: network.batches_x[index].imagesInOurOrder)
      _ = step.labels.update(from: network.batches_y[index])
      let losses = step.run(.first(6))
      optimizer.update(
        parameters.values, gradient: step.gradient, learningRate: vector.learning_rate,
        state: state)
      parameters.markChanged()
      return losses
    }

    /// The largest difference to weights in Keras's order.
    func difference(to tensors: [FixtureTensor]) -> Float {
      var offset = 0
      var largest: Float = 0
      for (weight, tensor) in zip(model.weights, tensors) {
        let ours = parameters.values[offset..<offset + weight.shape.count]
        offset += weight.shape.count
        let expected = KerasOrder.toOurs(tensor.data[...], shape: weight.shape)
        largest = max(largest, largestDifference(Array(ours), expected))
      }
      return largest
    }
  }

  private func isClose(_ value: Double, _ expected: Double) -> Bool {
    (value - expected).magnitude <= 1e-5 * expected.magnitude
  }

  /// NSL looks clip values up by the feature's name; these are plain numbers, found under no name.
  @Test(arguments: 0..<11)
  func `matches the reference's losses, neighbors and weights`(index: Int) throws {
    let golden = try GoldenFile.loaded.get()
    #expect(golden.training.count == 11)
    try compare(Replay(golden.training[index], golden.model, clips: false))
  }

  @Test(arguments: 0..<5)
  func `matches the reference with clip values and masks`(index: Int) throws {
    let clipped = try ClippedFile.loaded.get()
    #expect(clipped.training.count == 5)
    try compare(Replay(clipped.training[index], GoldenFile.loaded.get().model, clips: true))
  }

  private func compare(_ replay: Replay) throws {
    let vector = replay.vector
    for step in 0..<5 {
      let losses = replay.take(step)
      if let metrics = vector.metrics_per_step?[step] {
        let clean = metrics["sparse_categorical_crossentropy"] ?? .nan
        let adversarial = metrics["scaled_adversarial_loss"] ?? .nan
        #expect(isClose(losses.clean, clean), "\(losses.clean), expected \(clean)")
        #expect(
          isClose(losses.scaledAdversarial, adversarial),
          "\(losses.scaledAdversarial), expected \(adversarial)")
        #expect(isClose(losses.loss, metrics["loss"] ?? .nan))
      }
      if let total = vector.total_loss?[step] { #expect(isClose(losses.loss, total)) }
      if step == 0, let expected = vector.perturbed_batch0 {
        let neighbors = try #require(replay.step.neighborImages)
        #expect(largestDifference(Array(neighbors), expected.imagesInOurOrder) < 1e-6)
      }
      if step == 0, let expected = vector.weights_after_1 {
        let difference = replay.difference(to: expected)
        #expect(difference < 1e-4, "after 1 step: \(difference)")
      }
    }
    let difference = replay.difference(to: vector.weights_after_5)
    #expect(difference < 1e-4, "after 5 steps: \(difference)")
  }

  @Test func `matches logits`() throws {
    let golden = try GoldenFile.loaded.get()
    let replay = try Replay(golden.training[0], golden.model, clips: false)
    let pass = LossPass(
      replay.model, batchSize: 6, parameters: replay.parameters, reduction: .mean, gradients: [])
    _ = pass.images.update(from: golden.model.batches_x[0].imagesInOurOrder)
    pass.run()
    #expect(largestDifference(Array(pass.logits), golden.training[0].logits_batch0.data) < 1e-5)
  }
}
