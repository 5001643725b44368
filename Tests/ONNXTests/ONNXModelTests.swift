import Engine
import Learning
import ONNX
import Settings
import TestSupport
import Testing

@Suite struct `A model as an ONNX file` {
  private static let seeds: [UInt64] = Array(1...60)

  private static func network(_ seed: UInt64) -> Architecture {
    var network = RandomNetwork(SplitMix64(seed: seed))
    return network.drawn(layers: 8)
  }

  private func origin(classNames: [String]? = nil) -> ONNXModel.Origin {
    ONNXModel.Origin(
      experiment: "shapes", run: "000-1f0c9a3b", model: "base", dataset: "files",
      classNames: classNames, specDigest: String(repeating: "ab", count: 32),
      programVersion: "0.1.0")
  }

  /// Weights that nothing is the same of, and variances that are none less than 0.
  private func checkpoint(_ architecture: Architecture, seed: UInt64) -> Checkpoint {
    var random = SplitMix64(seed: seed)
    let model = Model(architecture)
    let parameters = (model.weights + model.state).flatMap { weight in
      let range: ClosedRange<Float> = weight.name.hasSuffix("variance") ? 0.5...2 : -0.7...0.7
      return (0..<weight.shape.count).map { _ in Float.random(in: range, using: &random) }
    }
    return Checkpoint(architecture: architecture, seed: 3, parameters: parameters)
  }

  /// What the engine says: `[N, K]`.
  private func logits(_ checkpoint: Checkpoint, _ images: [Float], count: Int) throws -> [Float] {
    let model = Model(checkpoint.architecture)
    let parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
    for (place, value) in checkpoint.parameters.enumerated() { parameters.values[place] = value }
    parameters.markChanged()
    let pass = LossPass(
      model, batchSize: count, parameters: parameters, reduction: .sum, gradients: [])
    for (place, value) in images.enumerated() { pass.images[place] = value }
    for n in 0..<count { pass.labels[n] = 0 }
    pass.forward()
    return Array(pass.logits)
  }

  @Test(arguments: seeds) func `computes what the engine computes`(seed: UInt64) throws {
    let checkpoint = checkpoint(Self.network(seed), seed: seed)
    let bytes = try ONNXModel(checkpoint, origin: origin()).encoded()
    var random = SplitMix64(seed: seed &+ 1000)
    let shape = Model(checkpoint.architecture).inputShape.dimensions
    let count = 3
    let images = (0..<count * shape.reduce(1, *)).map { _ in Float.random(in: 0...1, using: &random)
    }
    let expected = try logits(checkpoint, images, count: count)
    let found = try ModelInterpreter(bytes).run(Numbers([count] + shape, images.map(Double.init)))
    #expect(found.shape == [count, checkpoint.architecture.classes])
    let largest = expected.map(abs).max() ?? 0
    let difference = zip(expected, found.values).map { abs(Double($0) - $1) }.max() ?? .nan
    #expect(
      difference <= 1e-5 * Double(max(largest, 1)),
      "seed \(seed): \(difference) of \(largest) in \(checkpoint.architecture.layers.map(\.layer.word))"
    )
  }

  @Test func `is tried with every layer and every activation`() {
    let layers = Self.seeds.flatMap { Self.network($0).layers.map(\.layer) }
    #expect(Set(layers.map(\.word)) == Set(Layer.alternatives.map(\.word)))
    let activations = Set(layers.compactMap { ($0.layer as? ActivationLayer)?.activation })
    #expect(activations == Set(ActivationName.allCases).subtracting([.linear]))
  }

  @Test func `has the same bytes every time`() throws {
    let checkpoint = checkpoint(Self.network(7), seed: 7)
    let names = (0..<checkpoint.architecture.classes).map { "class \($0)" }
    let first = try ONNXModel(checkpoint, origin: origin(classNames: names)).encoded()
    #expect(try ONNXModel(checkpoint, origin: origin(classNames: names)).encoded() == first)
    #expect(try ONNXModel(checkpoint, origin: origin()).encoded() != first)
  }

  @Test func `keeps the names of layers, and none twice`() throws {
    var architecture = Architecture(
      inputShape: [4, 4, 1], classes: 2,
      sequence: [
        Convolution2D(filters: 2, kernelSize: Extent(3)), ActivationLayer(.relu), Flatten(),
        Dense(units: 3), ActivationLayer(.relu), Dense(units: 2),
      ])
    var checkpoint = checkpoint(architecture, seed: 1)
    // Names that the graph has for something else.
    checkpoint.layerNames = ["logits", "activation", "images"]
    var graph = try ModelInterpreter(ONNXModel(checkpoint, origin: origin()).encoded()).model.graph
    let all = graph.node.flatMap(\.output) + graph.initializer.map(\.name) + ["images"]
    #expect(Set(all).count == all.count)
    #expect(
      graph.node.map(\.name) == [
        "logits_1", "activation", "flatten", "activation_1", "activation_1_1", "images_1",
      ])
    #expect(graph.initializer.map(\.name).prefix(2) == ["logits/kernel", "logits/bias"])

    architecture.layers.removeLast(2)
    architecture.layers.append(Architecture.Node(Layer(Dense(units: 2)), inputs: [3]))
    graph = try ModelInterpreter(
      ONNXModel(self.checkpoint(architecture, seed: 1), origin: origin()).encoded()
    ).model.graph
    #expect(graph.node.last?.output == ["logits"])
  }

  @Test func `says where it comes from and what goes in and out`() throws {
    let network = ConvolutionalNetwork(convFilters: [3, 4], numFCUnits: [5])
    let checkpoint = checkpoint(
      Architecture(inputShape: [10, 12, 1], classes: 3, network), seed: 1)
    let names = ["round", "a \"sharp\" one", "Größe/π"]
    let bytes = try ONNXModel(checkpoint, origin: origin(classNames: names)).encoded()
    let model = try ModelInterpreter(bytes).model
    try expectSnapshot(description(of: model), named: "model.txt")
  }

  /// All but the weights.
  private func description(of model: Onnx_ModelProto) -> String {
    var lines = [
      "IR \(model.irVersion), operators \(model.opsetImport.map(\.version))",
      "\(model.producerName) \(model.producerVersion)", model.docString, "",
    ]
    lines += model.metadataProps.map { "\($0.key) = \($0.value)" } + [""]
    for (word, values) in [("in", model.graph.input), ("out", model.graph.output)] {
      for value in values {
        let shape = value.type.tensorType.shape.dim.map {
          $0.dimParam.isEmpty ? "\($0.dimValue)" : $0.dimParam
        }
        lines.append("\(word): \(value.name) \(shape), \(value.docString)")
      }
    }
    lines += ["", "graph \(model.graph.name)"]
    for node in model.graph.node {
      let attributes = node.attribute.map { attribute in
        let value =
          switch attribute.type {
          case .float: "\(attribute.f)"
          case .int: "\(attribute.i)"
          default: "\(attribute.ints)"
          }
        return " \(attribute.name)=\(value)"
      }
      lines.append(
        "\(node.output.joined()) = \(node.opType)(\(node.input.joined(separator: ", ")))"
          + attributes.joined())
    }
    lines += [""] + model.graph.initializer.map { "\($0.name) \($0.dims)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
