import Engine
import Testing

@Suite struct ExecutableTests {
  /// x `[N, 1, 12, 12]` -> convolution -> pooling -> dense -> loss, and its gradients.
  private struct Net {
    var graph = Graph()
    let x: Value, labels: Value, logits: Value, loss: Value
    let gradients: [Value], inputGradient: Value

    init(batch: Int) {
      x = graph.input("x", [batch, 1, 12, 12])
      labels = graph.input("labels", [batch], .int32)
      let p = [
        graph.parameter("conv2d/kernel", [16, 1, 3, 3]), graph.parameter("conv2d/bias", [16]),
        graph.parameter("dense/kernel", [4, 16, 5, 5]), graph.parameter("dense/bias", [4]),
      ]
      var y = graph.relu(graph.convolution2D(x, weights: p[0], bias: p[1]))
      y = graph.maxPooling2D(y, window: (2, 2), strides: (2, 2))
      logits = graph.dense(y, weights: p[2], bias: p[3])
      loss = graph.mean(graph.softmaxCrossEntropy(logits, labels: labels))
      let all = graph.gradients(of: loss, at: p + [x])
      gradients = Array(all.dropLast())
      inputGradient = all[4]
    }

    func executable(_ parameters: ParameterVector) throws -> Executable {
      Executable(
        graph, outputs: [logits, loss, inputGradient], parameterGradients: gradients,
        parameters: parameters)
    }
  }

  private func randomize(_ parameters: ParameterVector, seed: Int) {
    var random = RandomStream(seed: seed, purpose: .initialization)
    for index in parameters.values.indices { parameters.values[index] = 0.3 * random.normal() }
    parameters.markChanged()
  }

  private func load(_ executable: Executable, _ net: Net, seed: Int) {
    var random = RandomStream(seed: seed, purpose: .noise)
    for index in executable.floats(net.x).indices {
      executable.floats(net.x)[index] = random.uniform()
    }
    for index in executable.integers(net.labels).indices {
      executable.integers(net.labels)[index] = Int32(random.integer(below: 4))
    }
  }

  /// Attacks go by the sign of a gradient: a place that nothing reaches must not get a rounding's.
  @Test func `places that no gradient reaches stay exactly zero`() throws {
    var graph = Graph()
    let x = graph.input("x", [2, 16, 15, 14])
    let weights = graph.parameter("kernel", [32, 16, 3, 3])
    let bias = graph.parameter("bias", [32])
    let y = graph.relu(graph.convolution2D(x, weights: weights, bias: bias))
    let loss = graph.sum(y)
    let gradient = graph.gradients(of: loss, at: [x])[0]
    let parameters = ParameterVector(count: graph.parameterCount)
    randomize(parameters, seed: 5)
    for index in parameters.values.indices.suffix(32) { parameters.values[index] = -0.5 }
    parameters.markChanged()
    let executable = Executable(
      graph, outputs: [y, loss, gradient], parameterGradients: [], parameters: parameters)
    // Something is seen in a corner of one image and in the middle of the other.
    var random = RandomStream(seed: 6, purpose: .noise)
    let images = executable.floats(x)
    images.update(repeating: 0)
    for c in 0..<16 {
      for (n, rows, columns) in [(0, 0..<3, 0..<2), (1, 5..<9, 6..<8)] {
        for i in rows {
          for j in columns { images[((n * 16 + c) * 15 + i) * 14 + j] = random.uniform() }
        }
      }
    }
    executable.run()

    let (results, found) = (executable.floats(y), executable.floats(gradient))
    var reached = 0
    for n in 0..<2 {
      for i in 0..<15 {
        for j in 0..<14 {
          let isReached = (0..<32).contains { o in
            (max(i - 2, 0)..<min(i + 1, 13)).contains { row in
              (max(j - 2, 0)..<min(j + 1, 12)).contains { column in
                results[((n * 32 + o) * 13 + row) * 12 + column] > 0
              }
            }
          }
          let isMoved = (0..<16).contains { found[((n * 16 + $0) * 15 + i) * 14 + j] != 0 }
          #expect(isMoved == isReached, "image \(n), row \(i), column \(j)")
          reached += isReached ? 1 : 0
        }
      }
    }
    #expect(reached > 30 && reached < 200)
  }

  @Test func `two executables give the same bits, run after run`() throws {
    let net = Net(batch: 7)
    let parameters = ParameterVector(count: net.graph.parameterCount)
    randomize(parameters, seed: 1)
    let (a, b) = (try net.executable(parameters), try net.executable(parameters))
    load(a, net, seed: 2)
    load(b, net, seed: 2)
    a.run()
    let first = Array(a.gradient) + Array(a.floats(net.inputGradient))
    for _ in 0..<20 { a.run() }
    b.run()
    #expect(Array(a.gradient) + Array(a.floats(net.inputGradient)) == first)
    #expect(Array(b.gradient) + Array(b.floats(net.inputGradient)) == first)
  }

  @Test func `a change of the parameters is seen only where it is announced`() throws {
    let net = Net(batch: 3)
    let parameters = ParameterVector(count: net.graph.parameterCount)
    randomize(parameters, seed: 1)
    let executable = try net.executable(parameters)
    load(executable, net, seed: 2)
    executable.run()
    let before = executable.floats(net.loss)[0]
    randomize(parameters, seed: 9)
    executable.run()
    #expect(executable.floats(net.loss)[0] != before)
    randomize(parameters, seed: 1)
    executable.run()
    #expect(executable.floats(net.loss)[0] == before)
  }

  @Test func `an example's logits do not depend on the others in its batch`() throws {
    let (large, small) = (Net(batch: 8), Net(batch: 3))
    let parameters = ParameterVector(count: large.graph.parameterCount)
    randomize(parameters, seed: 4)
    let (a, b) = (try large.executable(parameters), try small.executable(parameters))
    load(a, large, seed: 5)
    load(b, small, seed: 6)
    for index in 0..<3 * 144 { b.floats(small.x)[index] = a.floats(large.x)[index] }
    a.run()
    b.run()
    for index in 0..<12 {
      let difference = a.floats(large.logits)[index] - b.floats(small.logits)[index]
      #expect(abs(difference) < 1e-5)
    }
  }

  @Test func `memory is shared by buffers that are not alive together, and only by them`() {
    let seed = 11
    var random = RandomStream(seed: seed, purpose: .noise)
    for _ in 0..<200 {
      let buffers = (0..<random.integer(below: 30) + 1).map { _ in
        let first = random.integer(below: 20)
        return BufferLifetime(
          byteCount: random.integer(below: 5000) + 1, first: first,
          last: first + random.integer(below: 6))
      }
      let plan = planMemory(buffers)
      for i in buffers.indices {
        #expect(
          plan.offsets[i] % 64 == 0 && plan.offsets[i] + buffers[i].byteCount <= plan.byteCount)
        for j in 0..<i
        where buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last {
          let apart =
            plan.offsets[i] + buffers[i].byteCount <= plan.offsets[j]
            || plan.offsets[j] + buffers[j].byteCount <= plan.offsets[i]
          #expect(apart, "seed \(seed): \(buffers[i]) and \(buffers[j]) overlap")
        }
      }
    }
    let chain = (0..<10).map { BufferLifetime(byteCount: 1000, first: $0, last: $0 + 1) }
    #expect(planMemory(chain).byteCount < 3 * 1100)
  }

  @Test func `the fastest instruction set is one that the processor has`() {
    #expect(InstructionSet.generic.isAvailable)
    #expect(InstructionSet.fastest.isAvailable)
    #expect(EngineInformation.current.instructionSet.isAvailable)
  }
}
