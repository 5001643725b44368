import Engine
import Learning
import Settings
import Testing

/// A pass asked for gradients of what follows from its logits.
@Suite struct `A pass` {
  private static let model = Model(BrightBars.architecture)
  /// 8 MiB of activations do not hold 80 of these images.
  private static let large = Model(
    Architecture(
      input: Extent(height: 40, width: 40), inputChannels: 1, classes: 3, convFilters: [16],
      denseUnits: []))

  private func pass(
    _ model: Model, _ batchSize: Int, keepsForward: Bool = false,
    _ gradients: LossPass.Gradients = [.images, .weights]
  ) throws -> LossPass {
    let parameters = ParameterVector(count: model.parameterCount)
    for (i, value) in model.initialParameters(seed: 3).enumerated() {
      parameters.values[i] = value
    }
    parameters.markChanged()
    let pass = LossPass(
      model, batchSize: batchSize, parameters: parameters, reduction: .sum, gradients: gradients,
      keepsForward: keepsForward)
    var random = RandomStream(seed: 5, purpose: .noise)
    for i in pass.images.indices { pass.images[i] = random.uniform() }
    for n in 0..<batchSize { pass.labels[n] = Int32(n % 3) }
    return pass
  }

  private func gradients(_ pass: LossPass) -> [Float] {
    Array(pass.imageGradient) + Array(pass.weightGradient)
  }

  /// The largest logit less the first one.
  private func margin(
    _ example: Int, _ logits: UnsafeBufferPointer<Float>,
    _ weights: UnsafeMutableBufferPointer<Float>
  ) {
    weights.update(repeating: 0)
    let best = logits.indices.dropFirst().max { logits[$0] < logits[$1] } ?? 1
    (weights[best], weights[0]) = (1, -1)
  }

  @Test(
    arguments: [(model, 6), (large, 80)],
    [(false, [.images, .weights]), (true, [.images, .weights]), (true, .images)]
      as [(Bool, LossPass.Gradients)])
  func `gives the same gradient in one run and in two, as often as it is asked`(
    model: (Model, batchSize: Int), kind: (keepsForward: Bool, gradients: LossPass.Gradients)
  ) throws {
    let together = model.0.examplesTogether(in: model.batchSize, .images, .inference)
    #expect((together < model.batchSize) == (model.batchSize == 80))
    let pass = try pass(
      model.0, model.batchSize, keepsForward: kind.keepsForward, kind.gradients)
    pass.run(margin)
    let expected = gradients(pass)
    pass.run()
    let ofLoss = gradients(pass)
    #expect(ofLoss != expected)
    pass.forward()
    for _ in 0..<2 {
      pass.backward(margin)
      #expect(gradients(pass) == expected)
      pass.backward { [labels = pass.labels] n, logits, weights in
        crossEntropyGradient(logits, label: labels[n], times: 1, into: weights)
      }
      #expect(gradients(pass) == ofLoss)
    }
  }

  @Test func `gives a gradient at the images that central differences say`() throws {
    let pass = try pass(Self.model, 4)
    pass.run(margin)
    let gradient = Array(pass.imageGradient)
    let (size, classes) = (pass.images.count / 4, pass.logits.count / 4)
    var random = RandomStream(seed: 8, purpose: .noise)
    for n in 0..<4 {
      let best = (1..<classes).max { pass.logits[n * classes + $0] < pass.logits[n * classes + $1] }
      let direction = (0..<size).map { _ in random.normal() }
      func margin(_ step: Float) -> Float {
        for i in 0..<size { pass.images[n * size + i] += step * direction[i] }
        pass.forward()
        for i in 0..<size { pass.images[n * size + i] -= step * direction[i] }
        return pass.logits[n * classes + (best ?? 1)] - pass.logits[n * classes]
      }
      let slope = (margin(5e-3) - margin(-5e-3)) / 1e-2
      let expected = zip(gradient[n * size..<(n + 1) * size], direction)
        .reduce(0) { $0 + $1.0 * $1.1 }
      #expect((slope - expected).magnitude < 0.02 * max(1, expected.magnitude))
    }
  }

  @Test func `leaves the gradients out where only logits are asked for`() throws {
    let pass = try pass(Self.model, 6)
    pass.run()
    let (losses, before) = (Array(pass.losses), gradients(pass))
    for i in pass.images.indices { pass.images[i] = 1 - pass.images[i] }
    pass.forward()
    #expect(Array(pass.losses) != losses && gradients(pass) == before)
  }
}
