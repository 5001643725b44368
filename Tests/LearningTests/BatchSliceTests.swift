import Engine
import Learning
import Settings
import Testing

/// Batches that go through a pass slice by slice.
@Suite struct BatchSliceTests {
  private static let images = Extent(height: 28, width: 28)

  private static func network(
    filters: Int = 48, normalization: Bool, dropout: Bool
  ) -> Model {
    let convolution = Layer.convolution2D(
      filters: filters, kernel: Extent(height: 3, width: 3), strides: Extent(height: 1, width: 1),
      padding: .same, useBias: true)
    var layers: [Layer] = [convolution]
    if normalization { layers.append(.batchNormalization(momentum: 0.9, epsilon: 1e-3)) }
    layers.append(.activation(.relu))
    if dropout { layers.append(.dropout(rate: 0.3)) }
    layers += [.globalAveragePooling2D, .dense(units: 10, useBias: true)]
    return Model(
      Architecture(
        input: images, inputChannels: 1, classes: 10,
        layers: layers.enumerated().map { Architecture.Node($1, inputs: [$0 - 1]) }))
  }

  private static let plain = network(normalization: false, dropout: false)
  private static let normalized = network(normalization: true, dropout: false)

  @Test(arguments: [(128, 32), (100, 25), (64, 32), (34, 17), (512, 32), (101, 101), (32, 32)])
  func `are equal parts of at most 32 examples`(batch: Int, together: Int) {
    for gradients in [[], [.images], [.weights], [.weights, .images]] as [LossPass.Gradients] {
      #expect(Self.plain.examplesTogether(in: batch, gradients, .training) == together)
    }
    #expect(Self.normalized.examplesTogether(in: batch, .images, .inference) == together)
  }

  /// A slice of 16 has 5,426,688 multiply-adds: too few for a thread. Twice as many filters have enough.
  @Test func `are smaller in training, where each is enough work for a thread`() {
    for gradients in [.images, .weights] as [LossPass.Gradients] {
      #expect(Self.plain.examplesTogether(in: 32, gradients, .training) == 32)
    }
    let large = Self.network(filters: 96, normalization: false, dropout: false)
    for gradients in [.images, .weights] as [LossPass.Gradients] {
      #expect(large.examplesTogether(in: 32, gradients, .training) == 16)
      #expect(large.examplesTogether(in: 32, gradients, .inference) == 32)
    }
    #expect(large.examplesTogether(in: 24, .weights, .training) == 24)
  }

  @Test func `are left alone where examples depend on each other or where they do not pay`() {
    #expect(Self.normalized.examplesTogether(in: 128, .weights, .training) == 128)
    let dense = Model(
      Architecture(
        input: Self.images, inputChannels: 1, classes: 10, convFilters: [], denseUnits: [512]))
    #expect(dense.examplesTogether(in: 512, [], .inference) == 512)
    #expect(dense.examplesTogether(in: 8192, .weights, .training) == 8192)
  }

  private func pass(
    _ model: Model, batchSize: Int, first: Int, _ gradients: LossPass.Gradients, _ mode: Mode,
    _ reduction: LossPass.Reduction = .sum
  ) throws -> LossPass {
    let parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
    for (i, value) in model.initialParameters(seed: 3).enumerated() {
      parameters.values[i] = value + Float(i % 7) * 0.01
    }
    parameters.markChanged()
    let pass = LossPass(
      model, batchSize: batchSize, parameters: parameters, reduction: reduction,
      gradients: gradients, mode: mode)
    let size = pass.images.count / batchSize
    for n in 0..<batchSize {
      var random = RandomStream(seed: 5, purpose: .noise, example: first + n)
      for i in n * size..<(n + 1) * size { pass.images[i] = random.uniform() }
      pass.labels[n] = Int32((first + n) % 10)
    }
    pass.setStreams { RandomStream(seed: 1, purpose: .dropout, example: first + $0) }
    pass.run()
    return pass
  }

  @Test(arguments: [
    (plain, Mode.training), (network(normalization: false, dropout: true), .training),
    (normalized, .inference),
  ])
  func `give each example the bits that a batch of its slice alone gives`(
    model: Model, mode: Mode
  ) throws {
    let whole = try pass(model, batchSize: 96, first: 0, .images, mode)
    for slice in 0..<3 {
      let part = try pass(model, batchSize: 32, first: 32 * slice, .images, mode)
      let size = part.images.count / 32
      #expect(Array(whole.losses[32 * slice..<32 * (slice + 1)]) == Array(part.losses))
      #expect(Array(whole.logits[320 * slice..<320 * (slice + 1)]) == Array(part.logits))
      #expect(
        Array(whole.imageGradient[32 * size * slice..<32 * size * (slice + 1)])
          == Array(part.imageGradient))
    }
  }

  @Test(arguments: [LossPass.Reduction.mean, .sum])
  func `add up the gradients at the weights`(reduction: LossPass.Reduction) throws {
    let model = Self.plain
    let whole = try pass(model, batchSize: 96, first: 0, .weights, .training, reduction)
    var expected = [Float](repeating: 0, count: model.parameterCount)
    for slice in 0..<3 {
      let part = try pass(model, batchSize: 32, first: 32 * slice, .weights, .training, reduction)
      for (i, value) in part.weightGradient.enumerated() {
        expected[i] += reduction == .mean ? value / 3 : value
      }
    }
    let largest = expected.map(abs).max() ?? 0
    #expect(largest > 1e-3)
    for (actual, expected) in zip(whole.weightGradient, expected) {
      #expect(abs(actual - expected) < 1e-5 * largest)
    }
  }
}
