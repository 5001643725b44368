import Engine
import Learning

/// The tutorial's network with one batch of noise in `0...1`.
struct Work {
  let model = Model(
    Architecture(
      input: Extent(height: 28, width: 28), inputChannels: 1, classes: 10,
      convFilters: [32, 64, 64], kernel: Extent(height: 3, width: 3),
      pool: Extent(height: 2, width: 2), denseUnits: [64]))
  let parameters: ParameterVector
  let batchSize: Int

  init(batchSize: Int) {
    self.batchSize = batchSize
    let initial = model.initialParameters(seed: 1)
    parameters = ParameterVector(count: initial.count)
    for index in initial.indices { parameters.values[index] = initial[index] }
    parameters.markChanged()
  }

  private func load(
    _ images: UnsafeMutableBufferPointer<Float>, _ labels: UnsafeMutableBufferPointer<Int32>
  ) {
    var random = RandomStream(seed: 1, purpose: .noise)
    for index in images.indices { images[index] = random.uniform() }
    for index in labels.indices { labels[index] = Int32(random.integer(below: 10)) }
  }

  /// One training step with Adam, as the trainer takes it.
  func trainingStep(_ method: TrainingMethod) throws -> () -> Void {
    let step = try TrainingStep(
      model, batchSize: batchSize, method: method, parameters: parameters)
    load(step.images, step.labels)
    let optimizer = Optimizer.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7)
    let state = optimizer.makeState(count: model.parameterCount)
    return {
      _ = step.run { RandomStream(seed: 1, purpose: .perturbation, example: $0) }
      // No learning, so that every step does the same work on the same numbers.
      optimizer.update(
        parameters.values, gradient: step.gradient, learningRate: 0, state: state)
      parameters.markChanged()
    }
  }

  /// A pass with the given gradients.
  func pass(_ gradients: LossPass.Gradients) throws -> LossPass {
    let pass = try LossPass(
      model, batchSize: batchSize, parameters: parameters, reduction: .mean, gradients: gradients)
    load(pass.images, pass.labels)
    return pass
  }
}
