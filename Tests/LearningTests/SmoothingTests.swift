import Engine
import Glibc
import Learning
import Settings
import Testing

@Suite struct `Smoothed labels` {
  private let smoothing: Float = 0.3

  @Test func `count in the clean loss, in the neighbors' loss and in what makes them`() throws {
    let model = Model(BrightBars.architecture)
    let parameters = ParameterVector(count: model.parameterCount)
    for (i, value) in model.initialParameters(seed: 1).enumerated() {
      parameters.values[i] = value
    }
    parameters.markChanged()
    let data = BrightBars.source(count: 8, seed: 2)
    let neighbor = neighborSettings(stepSize: 0.1, gradientNorm: .l2)
    let step = try TrainingStep(
      model, batchSize: 8, method: .nsl(multiplier: 0.5, neighbor: neighbor),
      parameters: parameters, labelSmoothing: smoothing)
    let pass = LossPass(
      model, batchSize: 8, parameters: parameters, reduction: .mean, gradients: .images,
      labelSmoothing: smoothing)
    let indices = Array(0..<8)[...]
    data.fill(images: step.images, labels: step.labels, indices: indices)
    data.fill(images: pass.images, labels: pass.labels, indices: indices)
    let losses = step.run(.first(8))
    pass.run()
    #expect((losses.clean - mean(pass.losses)).magnitude < 1e-6)
    let neighbors = Array(try #require(step.neighborImages))
    let size = neighbors.count / 8
    for n in 0..<8 {
      let gradient = pass.imageGradient[n * size..<(n + 1) * size]
      let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for i in gradient.indices {
        let expected = step.images[i] + 0.1 * pass.imageGradient[i] / length
        #expect((neighbors[i] - expected).magnitude < 1e-5)
      }
    }
    for (i, value) in neighbors.enumerated() { pass.images[i] = value }
    pass.run()
    #expect((losses.scaledAdversarial - 0.5 * mean(pass.losses)).magnitude < 1e-6)
  }

  @Test func `change what is learned`() throws {
    var configuration = BrightBars.configuration(epochs: 2)
    let plain = try train(configuration)
    configuration.settings.labelSmoothing = Double(smoothing)
    let smoothed = try train(configuration)
    #expect(smoothed.parameters != plain.parameters)
    #expect(try train(configuration).parameters == smoothed.parameters)
    // No prediction has a loss below the entropy of its smoothed label.
    let (label, other) = (1 - 0.3 + 0.1, 0.1)
    let least = -label * log(label) - 2 * other * log(other)
    #expect(smoothed.history.allSatisfy { $0.loss > least })
  }

  private func train(_ configuration: TrainingConfiguration) throws -> TrainingResult {
    try Trainer(
      model: Model(BrightBars.architecture), configuration: configuration,
      data: BrightBars.source(count: 64, seed: 2)
    ).train()
  }

  private func mean(_ losses: UnsafeBufferPointer<Float>) -> Double {
    losses.reduce(0.0) { $0 + Double($1) } / Double(losses.count)
  }
}
