import Engine
import Testing

/// Gradients of networks that are drawn at random.
@Suite struct `A network drawn at random` {
  private static let seeds = 0..<40

  /// A network with its loss, and random numbers in everything that goes in.
  private struct Drawn {
    let network: RandomNetwork
    let weights: [[Int]]
    let parameters: ParameterVector
    let executable: Executable
    /// Two parts: logits, then the gradients of the weighted logits.
    let parts: Executable
    let loss: Value
    let logits: Value
    let logitWeights: Value
    let imageGradient: Value
    let weightedImageGradient: Value
    let labels: [Int]
    let images: [Float]

    init(
      seed: Int, on instructionSet: InstructionSet = EngineInformation.current.instructionSet
    ) throws {
      let network = RandomNetwork(seed: seed)
      let weights = network.nodes.compactMap(\.weights)
      var graph = Graph()
      let x = graph.input("x", Shape(network.input))
      let truth = graph.input("labels", [network.input[0]], .int32)
      var values: [Value] = []
      for (index, shape) in weights.enumerated() {
        values.append(graph.parameter("layer_\(index)/kernel", Shape(shape)))
        values.append(graph.parameter("layer_\(index)/bias", [shape[0]]))
      }
      logits = network.build(&graph, x, values)
      loss = graph.mean(graph.softmaxCrossEntropy(logits, labels: truth))
      let gradients = graph.gradients(of: loss, at: values + [x])
      imageGradient = gradients[values.count]
      logitWeights = graph.input("logit weights", graph.shape(of: logits))
      let weighted = graph.gradients(of: logits, weightedBy: logitWeights, at: values + [x])
      weightedImageGradient = weighted[values.count]
      self.network = network
      self.weights = weights

      var random = RandomStream(seed: seed, purpose: .initialization)
      parameters = ParameterVector(count: graph.parameterCount)
      var offset = 0
      for shape in weights {
        let (count, isVector) = (shape.reduce(1, *), shape.count == 1)
        let scale = isVector ? 0.2 : (1.5 / Float(count / shape[0])).squareRoot()
        for i in offset..<offset + count {
          parameters.values[i] = (isVector ? 1 : 0) + scale * random.normal()
        }
        for i in offset + count..<offset + count + shape[0] {
          parameters.values[i] = 0.2 * random.normal()
        }
        offset += count + shape[0]
      }
      parameters.markChanged()
      executable = Executable(
        graph, outputs: [loss, imageGradient], parameterGradients: Array(gradients.dropLast()),
        parameters: parameters, instructionSet: instructionSet)
      parts = Executable(
        graph, outputs: [logits, weightedImageGradient],
        parameterGradients: Array(weighted.dropLast()), parameters: parameters,
        pause: logitWeights, keepsFirstPart: true, instructionSet: instructionSet)
      images = (0..<network.input.reduce(1, *)).map { _ in random.normal() }
      labels = (0..<network.input[0]).map { _ in random.integer(below: RandomNetwork.classes) }
      _ = executable.floats(x).update(from: images)
      _ = parts.floats(x).update(from: images)
      for (index, label) in labels.enumerated() {
        executable.integers(truth)[index] = Int32(label)
      }
    }

    /// The loss in double precision, where images and parameters lie end to end.
    func reference(_ point: [Double]) -> Double {
      Reference.crossEntropy(referenceLogits(point), labels)
    }

    func referenceLogits(_ point: [Double]) -> Reference.Array4 {
      var offset = images.count
      var layers: [(Reference.Array4, [Double])] = []
      for shape in weights {
        let count = shape.reduce(1, *)
        let kernel = Reference.Array4(shape, Array(point[offset..<offset + count]))
        layers.append((kernel, Array(point[offset + count..<offset + count + shape[0]])))
        offset += count + shape[0]
      }
      let x = Reference.Array4(network.input, Array(point[..<images.count]))
      return network.reference(x, layers)
    }
  }

  /// Each tensor's gradient along a random direction, whose elements are plus and minus one, so that
  /// every element of the gradient counts.
  @Test(arguments: seeds)
  func `has the gradients that central differences say, at every weight and at the images`(
    seed: Int
  ) throws {
    let drawn = try Drawn(seed: seed)
    #expect(drawn.executable.parametersWithoutGradient.count == 2 * drawn.weights.count)
    drawn.executable.run()
    #expect(drawn.executable.parametersWithoutGradient.isEmpty)
    let point = (drawn.images + Array(drawn.parameters.values)).map(Double.init)
    let expected = drawn.reference(point)
    let loss = Double(drawn.executable.floats(drawn.loss)[0])
    #expect(abs(loss - expected) < 1e-5 * max(1, expected), "seed \(seed)")

    let gradient =
      (Array(drawn.executable.floats(drawn.imageGradient)) + Array(drawn.executable.gradient))
      .map(Double.init)
    let counts =
      [drawn.images.count] + drawn.weights.flatMap { [$0.reduce(1, *), $0[0]] }
    var random = RandomStream(seed: seed, purpose: .perturbation)
    var tensors: [(range: Range<Int>, computed: Double, difference: Double, length: Double)] = []
    var start = 0
    for count in counts {
      let range = start..<start + count
      start += count
      let direction = range.map { _ in random.integer(below: 2) == 0 ? -1.0 : 1.0 }
      let h = 1e-7
      func loss(_ sign: Double) -> Double {
        var moved = point
        for (i, step) in zip(range, direction) { moved[i] += sign * h * step }
        return drawn.reference(moved)
      }
      tensors.append(
        (
          range, zip(gradient[range], direction).reduce(0) { $0 + $1.0 * $1.1 },
          (loss(1) - loss(-1)) / (2 * h),
          gradient[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
        ))
    }
    let largest = tensors.map(\.length).max() ?? 0
    #expect(largest > 1e-3)
    for (index, tensor) in tensors.enumerated() {
      #expect(
        abs(tensor.computed - tensor.difference) < 1e-3 * tensor.length + 1e-5 * largest,
        "seed \(seed), tensor \(index): \(tensor.computed), not \(tensor.difference)")
    }
  }

  @Test(arguments: seeds)
  func `gives the same bits in two parts, the second one as often as it is asked`(
    seed: Int
  ) throws {
    let drawn = try Drawn(seed: seed)
    drawn.executable.run()
    let expected =
      Array(drawn.executable.floats(drawn.imageGradient)) + Array(drawn.executable.gradient)
    let parts = drawn.parts
    let logits = UnsafeBufferPointer(parts.floats(drawn.logits))
    let weights = parts.floats(drawn.logitWeights)
    let count = drawn.labels.count
    func gradients() -> [Float] {
      parts.runSecondPart()
      return Array(parts.floats(drawn.weightedImageGradient)) + Array(parts.gradient)
    }
    parts.runFirstPart()
    for _ in 0..<3 {
      // Of the mean cross-entropy: the softmax less the label.
      for n in 0..<count {
        let row = n * RandomNetwork.classes..<(n + 1) * RandomNetwork.classes
        crossEntropyGradient(
          UnsafeBufferPointer(rebasing: logits[row]), label: Int32(drawn.labels[n]),
          times: 1 / Float(count), into: UnsafeMutableBufferPointer(rebasing: weights[row]))
      }
      #expect(gradients() == expected, "seed \(seed)")
      weights.update(repeating: 1)
      #expect(gradients() != expected, "seed \(seed)")
    }
  }

  /// The generic variant has as many lanes as AVX-512, so that both widths are compared on any
  /// processor of x86-64.
  @Test(arguments: 0..<150)
  func `gives the same bits on every instruction set`(seed: Int) throws {
    let sets = InstructionSet.allCases.filter(\.isAvailable)
    try #require(sets.contains(.generic) && sets.count > 1, "only \(sets)")
    let bits = try sets.map { set in
      let drawn = try Drawn(seed: seed, on: set)
      drawn.executable.run()
      drawn.parts.runFirstPart()
      return [
        drawn.executable.floats(drawn.loss), drawn.executable.floats(drawn.imageGradient),
        drawn.executable.gradient, drawn.parts.floats(drawn.logits),
      ].map { $0.map(\.bitPattern) }
    }
    for (set, other) in zip(sets, bits).dropFirst() {
      #expect(other == bits[0], "seed \(seed): \(set) and \(sets[0])")
    }
  }

  @Test(arguments: seeds.prefix(12))
  func `has the gradient of any sum of logits that central differences say`(seed: Int) throws {
    let drawn = try Drawn(seed: seed)
    let point = (drawn.images + Array(drawn.parameters.values)).map(Double.init)
    var random = RandomStream(seed: seed, purpose: .perturbation)
    let direction = drawn.images.map { _ in random.integer(below: 2) == 0 ? -1.0 : 1.0 }
    let weights = drawn.parts.floats(drawn.logitWeights)
    for k in weights.indices { weights[k] = random.normal() }
    drawn.parts.run()
    let gradient = drawn.parts.floats(drawn.weightedImageGradient).map(Double.init)
    func sum(_ sign: Double) -> Double {
      var moved = point
      for (i, step) in direction.enumerated() { moved[i] += sign * 1e-7 * step }
      let logits = drawn.referenceLogits(moved).values
      return zip(logits, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let computed = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
    let difference = (sum(1) - sum(-1)) / 2e-7
    let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(length > 0)
    #expect(
      abs(computed - difference) < 1e-3 * length, "seed \(seed): \(computed), not \(difference)")
  }

  @Test func `reaches the kernels and the fusions that there are`() throws {
    var names: Set<String> = []
    for seed in Self.seeds {
      names.formUnion(try Drawn(seed: seed).executable.implementations)
    }
    let wanted = [
      ": few-channels", ": few-channels-pooled", "relu backward: with", "add: with",
      "forward: winograd", "backward-data: winograd", "backward-weights: winograd",
      "forward: direct", "backward-data: direct", "backward-weights: direct", "forward: product",
    ]
    for name in wanted { #expect(names.contains { $0.contains(name) }, "\(name)") }
  }
}
