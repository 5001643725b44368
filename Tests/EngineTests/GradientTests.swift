import Engine
import Testing

/// A small network and how to compute it twice: by the engine and by the reference.
struct Network: Sendable, CustomTestStringConvertible {
  var name: String
  var input: [Int]
  /// Shapes of weights, each followed by its bias in the flat vector.
  var weights: [[Int]]
  var build: @Sendable (inout Graph, Value, [Value]) -> Value
  var reference: @Sendable (Reference.Array4, [(Reference.Array4, [Double])]) -> Reference.Array4

  var testDescription: String { name }
}

private func convolutionNetwork(
  _ name: String, input: [Int], filters: Int, kernel: (Int, Int) = (3, 3),
  strides: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0), relu: Bool = true
) -> Network {
  let height = (input[2] + 2 * padding.0 - kernel.0) / strides.0 + 1
  let width = (input[3] + 2 * padding.1 - kernel.1) / strides.1 + 1
  return Network(
    name: name, input: input,
    weights: [[filters, input[1], kernel.0, kernel.1], [3, filters, height, width]],
    build: { graph, x, p in
      var y = graph.convolution2D(
        x, weights: p[0], bias: p[1], strides: strides, padding: padding)
      if relu { y = graph.relu(y) }
      return graph.dense(y, weights: p[2], bias: p[3])
    },
    reference: { x, p in
      var y = Reference.convolution(x, p[0].0, p[0].1, strides: strides, padding: padding)
      if relu { y = Reference.relu(y) }
      return Reference.dense(y, p[1].0, p[1].1)
    })
}

/// A convolution of 12 filters, which fill one block of channels and a half, and a pooling.
private func pooledNetwork(
  _ name: String, window: (Int, Int), strides: (Int, Int)
) -> Network {
  let height = (9 - window.0) / strides.0 + 1
  let width = (10 - window.1) / strides.1 + 1
  return Network(
    name: name, input: [2, 2, 11, 12], weights: [[12, 2, 3, 3], [3, 12, height, width]],
    build: { graph, x, p in
      let y = graph.relu(graph.convolution2D(x, weights: p[0], bias: p[1]))
      let pooled = graph.maxPooling2D(y, window: window, strides: strides)
      return graph.dense(pooled, weights: p[2], bias: p[3])
    },
    reference: { x, p in
      let y = Reference.relu(
        Reference.convolution(x, p[0].0, p[0].1, strides: (1, 1), padding: (0, 0)))
      let pooled = Reference.maxPooling(y, window: window, strides: strides)
      return Reference.dense(pooled, p[1].0, p[1].1)
    })
}

let networks: [Network] = [
  Network(
    name: "dense", input: [5, 7, 1, 1], weights: [[4, 7, 1, 1]],
    build: { graph, x, p in graph.dense(x, weights: p[0], bias: p[1]) },
    reference: { x, p in Reference.dense(x, p[0].0, p[0].1) }),
  Network(
    name: "dense, relu, dense", input: [6, 2, 3, 4], weights: [[9, 2, 3, 4], [5, 9]],
    build: { graph, x, p in
      let hidden = graph.relu(graph.dense(x, weights: p[0], bias: p[1]))
      return graph.dense(hidden, weights: p[2], bias: p[3])
    },
    reference: { x, p in
      Reference.dense(Reference.relu(Reference.dense(x, p[0].0, p[0].1)), p[1].0, p[1].1)
    }),
  convolutionNetwork("convolution of one channel", input: [3, 1, 9, 8], filters: 8),
  convolutionNetwork("convolution of one channel, 5 filters", input: [2, 1, 7, 7], filters: 5),
  convolutionNetwork("convolution of three channels", input: [2, 3, 10, 9], filters: 16),
  convolutionNetwork("convolution without relu", input: [2, 4, 6, 6], filters: 8, relu: false),
  convolutionNetwork("convolution 16 -> 24", input: [2, 16, 7, 6], filters: 24),
  // Winograd's algorithm where there are wide enough vectors: whole tiles, parts of tiles, padding.
  convolutionNetwork("convolution 16 -> 32, whole tiles", input: [2, 16, 6, 10], filters: 32),
  convolutionNetwork("convolution 16 -> 16, parts of tiles", input: [3, 16, 9, 5], filters: 16),
  convolutionNetwork(
    "convolution 32 -> 16 with padding", input: [1, 32, 7, 4], filters: 16, padding: (1, 1),
    relu: false),
  convolutionNetwork(
    "convolution 16 -> 48 with uneven padding", input: [1, 16, 6, 7], filters: 48, padding: (0, 1)),
  convolutionNetwork(
    "convolution of three channels, 40 filters, with padding", input: [2, 3, 6, 19], filters: 40,
    padding: (1, 1)),
  convolutionNetwork(
    "convolution with padding", input: [2, 1, 8, 9], filters: 16, padding: (1, 1)),
  convolutionNetwork(
    "convolution 5x4", input: [2, 2, 9, 9], filters: 8, kernel: (5, 4), padding: (2, 1)),
  convolutionNetwork(
    "convolution with strides", input: [2, 3, 9, 10], filters: 8, strides: (2, 2)),
  Network(
    name: "convolution, relu, pooling, convolution, dense", input: [3, 1, 12, 11],
    weights: [[8, 1, 3, 3], [16, 8, 3, 3], [4, 16, 3, 2]],
    build: { graph, x, p in
      var y = graph.relu(graph.convolution2D(x, weights: p[0], bias: p[1]))
      y = graph.maxPooling2D(y, window: (2, 2), strides: (2, 2))
      y = graph.relu(graph.convolution2D(y, weights: p[2], bias: p[3]))
      return graph.dense(y, weights: p[4], bias: p[5])
    },
    reference: { x, p in
      var y = Reference.relu(
        Reference.convolution(x, p[0].0, p[0].1, strides: (1, 1), padding: (0, 0)))
      y = Reference.maxPooling(y, window: (2, 2), strides: (2, 2))
      y = Reference.relu(
        Reference.convolution(y, p[1].0, p[1].1, strides: (1, 1), padding: (0, 0)))
      return Reference.dense(y, p[2].0, p[2].1)
    }),
  Network(
    name: "two convolutions of 16 channels behind a pooling", input: [2, 2, 14, 16],
    weights: [[16, 2, 3, 3], [16, 16, 3, 3], [16, 16, 3, 3], [4, 16, 4, 5]],
    build: { graph, x, p in
      var y = graph.relu(graph.convolution2D(x, weights: p[0], bias: p[1]))
      y = graph.maxPooling2D(y, window: (2, 2), strides: (2, 2))
      y = graph.convolution2D(y, weights: p[2], bias: p[3], padding: (1, 1))
      y = graph.relu(graph.convolution2D(y, weights: p[4], bias: p[5]))
      return graph.dense(y, weights: p[6], bias: p[7])
    },
    reference: { x, p in
      var y = Reference.relu(
        Reference.convolution(x, p[0].0, p[0].1, strides: (1, 1), padding: (0, 0)))
      y = Reference.maxPooling(y, window: (2, 2), strides: (2, 2))
      y = Reference.convolution(y, p[1].0, p[1].1, strides: (1, 1), padding: (1, 1))
      y = Reference.relu(
        Reference.convolution(y, p[2].0, p[2].1, strides: (1, 1), padding: (0, 0)))
      return Reference.dense(y, p[3].0, p[3].1)
    }),
  pooledNetwork("overlapping pooling of blocked channels", window: (3, 3), strides: (2, 2)),
  pooledNetwork("pooling with windows of 2x3", window: (2, 3), strides: (2, 3)),
  pooledNetwork("pooling that skips rows", window: (1, 2), strides: (2, 2)),
  Network(
    name: "overlapping pooling of the input", input: [2, 3, 7, 8], weights: [[4, 3, 3, 3]],
    build: { graph, x, p in
      let y = graph.maxPooling2D(x, window: (3, 3), strides: (2, 2))
      return graph.dense(y, weights: p[0], bias: p[1])
    },
    reference: { x, p in
      let y = Reference.maxPooling(x, window: (3, 3), strides: (2, 2))
      return Reference.dense(y, p[0].0, p[0].1)
    }),
]

@Suite struct GradientTests {
  @Test(arguments: networks + layerNetworks + fusedNetworks)
  func `loss and gradients match central differences in double precision`(_ network: Network)
    throws
  {
    let seed = 20_260_101
    var random = RandomStream(seed: seed, purpose: .noise)
    var graph = Graph()
    let x = graph.input("x", Shape(network.input))
    let labels = graph.input("labels", [network.input[0]], .int32)
    var values: [Value] = []
    for (index, shape) in network.weights.enumerated() {
      values.append(graph.parameter("layer_\(index)/kernel", Shape(shape)))
      values.append(graph.parameter("layer_\(index)/bias", [shape[0]]))
    }
    let logits = network.build(&graph, x, values)
    let loss = graph.mean(graph.softmaxCrossEntropy(logits, labels: labels))
    let gradients = graph.gradients(of: loss, at: values + [x])

    let parameters = ParameterVector(count: graph.parameterCount)
    for index in parameters.values.indices { parameters.values[index] = 0.4 * random.normal() }
    parameters.markChanged()
    let executable = Executable(
      graph, outputs: [logits, loss, gradients[values.count]],
      parameterGradients: Array(gradients.dropLast()), parameters: parameters)
    let classes = graph.shape(of: logits)[1]
    for index in executable.floats(x).indices { executable.floats(x)[index] = random.normal() }
    let truth = (0..<network.input[0]).map { _ in random.integer(below: classes) }
    for (index, label) in truth.enumerated() { executable.integers(labels)[index] = Int32(label) }
    executable.run()

    var point = (Array(executable.floats(x)) + Array(parameters.values)).map(Double.init)
    let inputCount = network.input.reduce(1, *)
    func reference(_ point: [Double]) -> (loss: Double, logits: [Double]) {
      var offset = inputCount
      var layers: [(Reference.Array4, [Double])] = []
      for shape in network.weights {
        let count = shape.reduce(1, *)
        let kernel = Reference.Array4(shape, Array(point[offset..<offset + count]))
        layers.append((kernel, Array(point[offset + count..<offset + count + shape[0]])))
        offset += count + shape[0]
      }
      let logits = network.reference(
        Reference.Array4(network.input, Array(point[..<inputCount])), layers)
      return (Reference.crossEntropy(logits, truth), logits.values)
    }

    let expected = reference(point)
    for (actual, expected) in zip(executable.floats(logits), expected.logits) {
      #expect(abs(Double(actual) - expected) < 1e-4 * max(1, abs(expected)), "seed \(seed)")
    }
    #expect(abs(Double(executable.floats(loss)[0]) - expected.loss) < 1e-5 * max(1, expected.loss))

    let computed = Array(executable.floats(gradients[values.count])) + Array(executable.gradient)
    let largest = computed.map(abs).max() ?? 0
    #expect(largest > 1e-3)
    // Every element of small tensors, a sample of large ones.
    let step = max(1, point.count / 400)
    for index in Swift.stride(from: 0, to: point.count, by: step) {
      let center = point[index]
      let h = 1e-6
      point[index] = center + h
      let above = reference(point).loss
      point[index] = center - h
      let below = reference(point).loss
      point[index] = center
      let difference = (above - below) / (2 * h)
      #expect(
        abs(Double(computed[index]) - difference) < 2e-5 * Double(largest) + 1e-7,
        "element \(index): \(computed[index]), central difference \(difference), seed \(seed)")
    }
  }

  @Test func `the gradient at an input needs no gradient at the parameters`() throws {
    var graph = Graph()
    let x = graph.input("x", [2, 1, 8, 8])
    let w = graph.parameter("conv2d/kernel", [8, 1, 3, 3])
    let b = graph.parameter("conv2d/bias", [8])
    let loss = graph.sum(graph.relu(graph.convolution2D(x, weights: w, bias: b)))
    let all = graph.gradients(of: loss, at: [w, b, x])
    let parameters = ParameterVector(count: graph.parameterCount)
    let attack = Executable(graph, outputs: [all[2]], parameters: parameters)
    #expect(!attack.implementations.contains { $0.contains("backward-weights") })
    #expect(attack.implementations.contains { $0.contains("backward-data") })
  }

  @Test func `equal nodes are made once`() {
    var graph = Graph()
    let x = graph.input("x", [4, 3])
    let labels = graph.input("labels", [4], .int32)
    #expect(
      graph.softmaxCrossEntropy(x, labels: labels) == graph.softmaxCrossEntropy(x, labels: labels))
    #expect(graph.sum(x) != graph.mean(x))
  }

  @Test func `relu moves behind the pooling`() throws {
    var graph = Graph()
    let x = graph.input("x", [1, 1, 6, 6])
    let w = graph.parameter("conv2d/kernel", [8, 1, 3, 3])
    let b = graph.parameter("conv2d/bias", [8])
    let activated = graph.relu(graph.convolution2D(x, weights: w, bias: b))
    let y = graph.maxPooling2D(activated, window: (2, 2), strides: (2, 2))
    let parameters = ParameterVector(count: graph.parameterCount)
    let names = Executable(graph, outputs: [y], parameters: parameters).implementations
      .compactMap { $0.split(separator: ":").first }
    let places = ["conv2d forward", "max_pooling2d forward", "relu forward"]
      .map { name in names.firstIndex { $0 == name } }
    #expect(places.allSatisfy { $0 != nil })
    #expect(places.compactMap { $0 }.sorted() == places.compactMap { $0 })
  }
}
