import Engine
import Learning
import Settings
import Testing

@Suite struct `The sizes of passes` {
  private static let count = 32

  /// The tutorial's network, and a residual block with batch normalization.
  private static let models = ["tutorial", "residual"]

  private func model(_ name: String) throws -> (Model, ParameterVector) {
    if name == "tutorial" {
      return (TutorialFixture.model, try TutorialFixture.parameters("base"))
    }
    func node(_ layer: any LayerDeclaration, _ inputs: Int...) -> Architecture.Node {
      Architecture.Node(Layer(layer), inputs: inputs)
    }
    let convolution = Convolution2D(filters: 16, kernelSize: Extent(3), padding: .same)
    let model = Model(
      Architecture(
        inputShape: [16, 16, 3], classes: 10,
        layers: [
          node(convolution, Architecture.images), node(BatchNormalization(), 0),
          node(ActivationLayer(.relu), 1), node(convolution, 2), node(BatchNormalization(), 3),
          node(Add(), 4, 2), node(ActivationLayer(.relu), 5), node(GlobalAveragePooling2D(), 6),
          node(Dense(units: 10), 7),
        ]))
    let parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
    for (i, value) in model.initialParameters(seed: 5).enumerated() { parameters.values[i] = value }
    parameters.markChanged()
    return (model, parameters)
  }

  private func packed(_ name: String, gradients: Bool, several: Bool = false) throws -> PackedModel
  {
    let (model, parameters) = try model(name)
    let packed = PackedModel(
      model, batchSize: Self.count, parameters: parameters, gradients: gradients, several: several)
    var random = RandomStream(seed: 9, purpose: .synthetic)
    for i in packed.images.indices {
      packed.images[i] = random.uniform() < 0.5 ? 0 : random.uniform()
    }
    for n in packed.labels.indices { packed.labels[n] = Int32(n % 10) }
    return packed
  }

  /// Empties so many places that smaller passes pay.
  private func tire(_ model: PackedModel) {
    for _ in 0..<300 { model.forward([3]) }
  }

  private func bits(_ values: UnsafeBufferPointer<Float>) -> [UInt32] { values.map(\.bitPattern) }

  @Test(arguments: models, [false, true])
  func `become smaller for few examples, with the same numbers`(
    name: String, gradients: Bool
  ) throws {
    let model = try packed(name, gradients: gradients)
    func run(_ examples: [Int]) {
      if gradients { model.run(examples) } else { model.forward(examples) }
    }
    run(model.everyExample)
    #expect(model.passSizes == [32])
    let (logits, losses) = (bits(model.logits), bits(model.losses))
    let gradient = bits(model.imageGradient)
    tire(model)
    #expect(model.passSizes == [32, 8, 2, 1])
    // 20 are 8, 8, 2 and 2, 3 are 2 and 1; 25 to 31 are one pass of 32.
    for count in [1, 2, 3, 7, 8, 9, 20, 25, 31] {
      for n in 0..<Self.count { run([n]) }
      for first in stride(from: 0, to: Self.count, by: count) {
        run(Array(first..<min(first + count, Self.count)).reversed())
      }
      #expect(bits(model.logits) == logits && bits(model.losses) == losses, "\(count)")
      #expect(bits(model.imageGradient) == gradient, "\(count)")
    }
  }

  @Test(arguments: models)
  func `change no gradient of several functions`(name: String) throws {
    let model = try packed(name, gradients: true, several: true)
    func gradients(_ examples: [Int]) -> [Int: [UInt32]] {
      var result: [Int: [UInt32]] = [:]
      model.run(examples, functions: 3) { function, _, _, weights in
        for k in weights.indices { weights[k] = Float((k + function) % 10) - 4 }
      } take: { function, n, gradient in
        result[3 * n + function] = bits(gradient)
      }
      return result
    }
    let expected = gradients(model.everyExample)
    #expect(expected.count == 3 * Self.count)
    tire(model)
    #expect(model.passSizes == [32, 8, 2, 1])
    var found: [Int: [UInt32]] = [:]
    for first in stride(from: 0, to: Self.count, by: 11) {
      found.merge(gradients(Array(first..<min(first + 11, Self.count)))) { $1 }
    }
    #expect(found == expected)
  }
}
