import Engine
import Testing

/// Parameters whose gradients are one value of the graph.
@Suite struct `Gradients that are one value` {
  private func random(_ values: UnsafeMutableBufferPointer<Float>, seed: Int) {
    var random = RandomStream(seed: seed, purpose: .noise)
    for index in values.indices { values[index] = random.normal() }
  }

  @Test(arguments: ["convolution", "few channels", "winograd", "dense"])
  func `go to all equal layers on the same input`(kind: String) throws {
    var graph = Graph()
    let input: Shape =
      switch kind {
      case "winograd": [2, 16, 12, 12]
      case "few channels": [2, 3, 12, 12]
      default: [2, 6, 12, 12]
      }
    let x = graph.input("x", input)
    let isDense = kind == "dense"
    let shape: Shape = isDense ? [16, 6, 12, 12] : [16, input[1], 3, 3]
    var parameters: [Value] = []
    let results = ["a", "b", "c"].map { name in
      let kernel = graph.parameter("\(name)/kernel", shape)
      let bias = graph.parameter("\(name)/bias", [16])
      parameters += [kernel, bias]
      return isDense
        ? graph.dense(x, weights: kernel, bias: bias)
        : graph.convolution2D(x, weights: kernel, bias: bias)
    }
    let sum = graph.add(graph.add(results[0], results[1]), results[2])
    let loss = graph.sum(graph.activation(.tanh, sum))
    let gradients = graph.gradients(of: loss, at: parameters + [x])
    #expect(gradients[0] == gradients[2] && gradients[1] == gradients[5])
    let vector = ParameterVector(count: graph.parameterCount)
    random(vector.values, seed: 1)
    for index in vector.values.indices { vector.values[index] *= 0.1 }
    vector.markChanged()
    // As a result that can be seen, too.
    for outputs in [[gradients[6]], [gradients[6], gradients[0], gradients[1]]] {
      let executable = Executable(
        graph, outputs: outputs, parameterGradients: Array(gradients.dropLast()),
        parameters: vector)
      random(executable.floats(x), seed: 2)
      executable.run()
      #expect(executable.parametersWithoutGradient.isEmpty)
      let size = executable.gradient.count / 3
      let parts = (0..<3).map { Array(executable.gradient[$0 * size..<($0 + 1) * size]) }
      #expect(parts[0].contains { $0.magnitude > 1e-3 })
      #expect(parts[1] == parts[0] && parts[2] == parts[0])
      guard outputs.count > 1 else { continue }
      #expect(Array(executable.floats(gradients[0])) == Array(parts[0].dropLast(16)))
      #expect(Array(executable.floats(gradients[1])) == Array(parts[0].suffix(16)))
      // Nothing is computed twice.
      let weights = executable.implementations.filter { $0.contains("backward-weights") }
      #expect(weights.count == 1, "\(weights)")
    }
  }

  @Test func `are there whatever is added to them between runs`() throws {
    var graph = Graph()
    let loss = graph.parameter("loss", [])
    let gradient = graph.gradients(of: loss, at: [loss])
    let executable = Executable(
      graph, outputs: [], parameterGradients: gradient, parameters: ParameterVector(count: 1))
    for _ in 0..<2 {
      executable.run()
      #expect(Array(executable.gradient) == [1])
      executable.gradient[0] += 3
    }
  }
}
