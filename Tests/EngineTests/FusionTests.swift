import Engine
import Testing

/// What steps take over from their neighbors, seen from outside.
@Suite struct FusionTests {
  /// Images of three channels -> two convolutions with normalizations of given moments, a shortcut
  /// around the second -> dense.
  private struct Net {
    let graph: Graph
    let x: Value, logits: Value, gradient: Value

    init(folded: Bool, bias: Bool) {
      var graph = Graph()
      x = graph.input("x", [2, 3, 8, 9])
      let labels = graph.input("labels", [2], .int32)
      func block(_ input: Value, _ number: Int, inputs: Int) -> Value {
        let kernel = graph.parameter("conv2d_\(number)/kernel", [16, inputs, 3, 3])
        let b = bias ? graph.parameter("conv2d_\(number)/bias", [16]) : graph.zeros([16])
        let y = graph.convolution2D(input, weights: kernel, bias: b, padding: (1, 1))
        let gamma = graph.parameter("normalization_\(number)/gamma", [16])
        let beta = graph.parameter("normalization_\(number)/beta", [16])
        let mean = graph.state("normalization_\(number)/mean", [16])
        let variance = graph.state("normalization_\(number)/variance", [16])
        return folded
          ? graph.foldedBatchNormalization(
            y, gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: 1e-3)
          : graph.batchNormalization(
            y, gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: 1e-3)
      }
      let first = graph.relu(block(x, 0, inputs: 3))
      let second = graph.relu(graph.add(block(first, 1, inputs: 16), first))
      let w = graph.parameter("dense/kernel", [4, 16, 8, 9])
      let b = graph.parameter("dense/bias", [4])
      logits = graph.dense(second, weights: w, bias: b)
      let loss = graph.sum(graph.softmaxCrossEntropy(logits, labels: labels))
      gradient = graph.gradients(of: loss, at: [x])[0]
      self.graph = graph
    }

    func executable(_ parameters: ParameterVector) throws -> Executable {
      let executable = Executable(graph, outputs: [logits, gradient], parameters: parameters)
      var random = RandomStream(seed: 3, purpose: .noise)
      for index in executable.floats(x).indices {
        executable.floats(x)[index] = random.uniform()
      }
      return executable
    }
  }

  private func randomize(_ parameters: ParameterVector, seed: Int) {
    var random = RandomStream(seed: seed, purpose: .initialization)
    for index in parameters.values.indices {
      parameters.values[index] = 0.05 * random.normal()
    }
    // Variances, among others, are above zero.
    for index in parameters.state.indices {
      parameters.state[index] = 0.2 + random.uniform()
    }
    parameters.markChanged()
  }

  @Test(arguments: [true, false])
  func `a folded normalization gives the same numbers, also when what it is made of changes`(
    bias: Bool
  ) throws {
    let (folded, separate) = (Net(folded: true, bias: bias), Net(folded: false, bias: bias))
    let parameters = ParameterVector(
      count: folded.graph.parameterCount, stateCount: folded.graph.stateCount)
    randomize(parameters, seed: 1)
    let (a, b) = (try folded.executable(parameters), try separate.executable(parameters))
    func compare() -> [Float] {
      a.run()
      b.run()
      for (mine, theirs) in [
        (folded.logits, separate.logits), (folded.gradient, separate.gradient),
      ] {
        let largest = b.floats(theirs).map(abs).max() ?? 0
        for (x, y) in zip(a.floats(mine), b.floats(theirs)) {
          #expect(abs(x - y) < 1e-5 * largest)
        }
      }
      return Array(a.floats(folded.logits))
    }
    let first = compare()
    randomize(parameters, seed: 2)
    let second = compare()
    #expect(first != second)
    for index in parameters.state.indices { parameters.state[index] += 0.5 }
    parameters.markStateChanged()
    #expect(compare() != second)
    #expect(!a.implementations.contains { $0.hasPrefix("normalization") })
  }

  @Test func `what passes by once is named`() throws {
    let net = Net(folded: true, bias: true)
    let parameters = ParameterVector(
      count: net.graph.parameterCount, stateCount: net.graph.stateCount)
    let names = try net.executable(parameters).implementations
    #expect(names.contains("relu forward: with conv2d_0"))
    for name in ["add: with conv2d_1", "relu forward: with conv2d_1"] {
      #expect(names.contains(name), "\(names)")
    }
    #expect(names.filter { $0 == "add: with conv2d_1" }.count == 2, "forward and backward")
  }

  @Test func `a convolution does not write over what it reads`() throws {
    var graph = Graph()
    let images = graph.input("x", [2, 16, 40, 40])
    let w = graph.parameter("conv2d/kernel", [16, 16, 3, 3])
    let b = graph.parameter("conv2d/bias", [16])
    let x = graph.activation(.tanh, images)
    let convolution = graph.convolution2D(x, weights: w, bias: b, padding: (1, 1))
    let y = graph.activation(.tanh, graph.add(convolution, x))
    let parameters = ParameterVector(count: graph.parameterCount)
    randomize(parameters, seed: 6)
    func run(_ outputs: [Value]) throws -> [Float] {
      let executable = Executable(graph, outputs: outputs, parameters: parameters)
      var random = RandomStream(seed: 7, purpose: .noise)
      for index in executable.floats(images).indices {
        executable.floats(images)[index] = random.normal()
      }
      executable.run()
      return Array(executable.floats(y))
    }
    // A convolution that is asked for leaves the sum to a step of its own, which writes elsewhere. To
    // ask for x would not do: what the convolution reads is a copy of x in another layout.
    #expect(try run([y]) == run([y, convolution]))
  }

  @Test func `results that are asked for are written, whatever could be taken over`() throws {
    var graph = Graph()
    let x = graph.input("x", [2, 16, 6, 6])
    let w = graph.parameter("conv2d/kernel", [16, 16, 3, 3])
    let b = graph.parameter("conv2d/bias", [16])
    let convolution = graph.convolution2D(x, weights: w, bias: b, padding: (1, 1))
    let sum = graph.add(convolution, x)
    let result = graph.relu(sum)
    let parameters = ParameterVector(count: graph.parameterCount)
    randomize(parameters, seed: 4)
    func run(_ outputs: [Value]) throws -> [[Float]] {
      let executable = Executable(graph, outputs: outputs, parameters: parameters)
      var random = RandomStream(seed: 5, purpose: .noise)
      for index in executable.floats(x).indices { executable.floats(x)[index] = random.normal() }
      executable.run()
      return outputs.map { Array(executable.floats($0)) }
    }
    let all = try run([convolution, sum, result])
    #expect(try run([result]) == [all[2]])
    #expect(try run([sum]) == [all[1]])
    #expect(all[2] == all[1].map { max($0, 0) })
    #expect(all[0] != all[1])
  }
}
