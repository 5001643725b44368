import Engine
import Learning
import Settings
import Testing

/// Networks whose layers different kernels compute.
@Suite struct `An example in a batch` {
  private static let count = 100

  private static let networks: [(name: String, architecture: Architecture)] = [
    (
      "the tutorial's",
      Architecture(
        input: Extent(28), inputChannels: 1, classes: 10, convFilters: [32, 64, 64],
        denseUnits: [64])
    ),
    (
      "odd shapes",
      Architecture(
        inputShape: [15, 13, 3], classes: 7,
        sequence: [
          Convolution2D(filters: 7, kernelSize: Extent(5), strides: Extent(2), padding: .same),
          ActivationLayer(.gelu), BatchNormalization(),
          Convolution2D(filters: 20, kernelSize: Extent(1)), ActivationLayer(.relu),
          Convolution2D(filters: 33, kernelSize: Extent(height: 3, width: 2), padding: .same),
          AveragePooling2D(poolSize: Extent(3), strides: Extent(2), padding: .same),
          Convolution2D(filters: 16, kernelSize: Extent(3), strides: Extent(2), padding: .same),
          ActivationLayer(.swish), Flatten(), Dense(units: 19), ActivationLayer(.tanh),
          Dense(units: 7),
        ])
    ),
    (
      "dense",
      Architecture(
        inputShape: [9, 9, 1], classes: 5,
        sequence: [
          Flatten(), Dense(units: 130), BatchNormalization(), ActivationLayer(.relu),
          Dense(units: 17), ActivationLayer(.softplus), Dense(units: 5),
        ])
    ),
    (
      "a shortcut",
      Architecture(
        inputShape: [12, 12, 2], classes: 4,
        layers: [
          .init(
            Layer(Convolution2D(filters: 16, kernelSize: Extent(3), padding: .same)), inputs: [-1]),
          .init(
            Layer(Convolution2D(filters: 16, kernelSize: Extent(3), padding: .same)), inputs: [0]),
          .init(Layer(Add()), inputs: [0, 1]), .init(Layer(Concatenate()), inputs: [1, 2]),
          .init(Layer(MaxPooling2D(poolSize: Extent(2))), inputs: [3]),
          .init(Layer(GlobalAveragePooling2D()), inputs: [4]),
          .init(Layer(Dense(units: 4)), inputs: [5]),
        ])
    ),
  ]

  /// What comes out of one example, in bits.
  private struct Numbers: Equatable {
    var logits: [UInt32]
    var loss: UInt32
    var gradient: [UInt32]
  }

  @Test(arguments: networks.map(\.name))
  func `has the same logits, loss and gradient in any batch, at any place`(name: String) throws {
    let architecture = try #require(Self.networks.first { $0.name == name }).architecture
    let model = Model(architecture)
    let parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
    for (i, value) in model.initialParameters(seed: 5).enumerated() { parameters.values[i] = value }
    parameters.markChanged()
    let size = model.inputShape.count
    var random = RandomStream(seed: 9, purpose: .synthetic)
    let source = MemorySource(
      images: (0..<Self.count * size).map { _ in random.uniform() < 0.5 ? 0 : random.uniform() },
      labels: (0..<Self.count).map { Int32($0 % model.classes) })

    /// Of the examples that a batch of so many has.
    func numbers(_ examples: [Int]) throws -> [Numbers] {
      let pass = LossPass(
        model, batchSize: examples.count, parameters: parameters, reduction: .sum,
        gradients: .images)
      source.fill(images: pass.images, labels: pass.labels, indices: examples)
      pass.run()
      func bits(_ values: UnsafeBufferPointer<Float>, _ place: Int) -> [UInt32] {
        let size = values.count / examples.count
        return values[place * size..<(place + 1) * size].map(\.bitPattern)
      }
      return examples.indices.map { place in
        Numbers(
          logits: bits(pass.logits, place), loss: pass.losses[place].bitPattern,
          gradient: bits(pass.imageGradient, place))
      }
    }
    let expected = try numbers(Array(0..<Self.count))
    for count in [1, 2, 3, 5, 8, 16, 31, 32, 33, 64] {
      // Not in their order.
      let examples = (0..<count).map { 7 * $0 % Self.count }
      #expect(try numbers(examples) == examples.map { expected[$0] }, "\(count)")
    }
  }
}
