internal import CKernels

extension Compiler {
  /// A batch's moments are found on the way of the normalization; alone, where there is none.
  mutating func emitBatchMoments(_ index: Int, _ node: Graph.Node) {
    let mean = Value(node: index, output: 0)
    let isNormalized = users[mean]?.contains {
      if case .batchNormalization = graph.nodes[$0].operation { true } else { false }
    }
    if isNormalized == true { return }
    let x = walkable(node.inputs[0])
    let (center, square) = defineMoments(of: index, x)
    program.append(
      "batch moments", touching: [x.buffer, center.buffer, square.buffer]
    ) { memory in
      let input = memory.floats(x.buffer)
      let (mean, variance) = (memory.floats(center.buffer), memory.floats(square.buffer))
      return { nsl_batch_moments(input, mean, variance, x.shape) }
    }
  }

  private mutating func defineMoments(
    of index: Int, _ x: Walkable
  ) -> (mean: Tensor, variance: Tensor) {
    let vector = Layout(plain: [x.shape.channels])
    return (
      define(Value(node: index, output: 0), vector),
      define(Value(node: index, output: 1), vector)
    )
  }

  mutating func emitBatchNormalization(
    _ index: Int, _ node: Graph.Node, _ epsilon: Float
  ) {
    let x = walkable(node.inputs[0])
    let moments = node.inputs[3].node
    let findsMoments = graph.nodes[moments].operation == .batchMoments && !isDefined(node.inputs[3])
    if findsMoments { _ = defineMoments(of: moments, x) }
    let numbers = NormalizationBuffers(node.inputs[1..<5].map { plain($0).buffer })
    let epilogue = takeEpilogue(of: index, sums: true)
    let residual = epilogue.residual.map { walkable($0, like: x).buffer }
    let y = defineWalkable(epilogue.result, isBlocked: x.layout.isBlocked)
    note(epilogue, of: index)
    let read = [x.buffer, residual].compactMap { $0 }
    program.append(
      "\(name(index)) forward", touching: read + numbers.all + [y.buffer],
      inPlace: read.map { InPlace(read: $0, written: y.buffer) }
    ) { memory in
      var numbers = numbers.bind(memory, epsilon)
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      let residual = residual.map { memory.floats($0) }
      let (finds, relu): (Int32, Int32) = (findsMoments ? 1 : 0, epilogue.relu ? 1 : 0)
      return {
        nsl_batch_normalization(&numbers, finds, input, residual, relu, result, x.shape)
      }
    }
  }

  /// The loop of a normalization, with a variance of 1: gamma is the scale.
  mutating func emitChannelTransform(
    _ index: Int, _ node: Graph.Node, _ transform: ChannelTransform
  ) {
    let x = walkable(node.inputs[0])
    let epilogue = takeEpilogue(of: index, sums: false)
    let y = defineWalkable(epilogue.result, isBlocked: x.layout.isBlocked)
    note(epilogue, of: index)
    let numbers = ChannelNumbers(transform)
    program.append(
      "channel transform", touching: [x.buffer, y.buffer],
      inPlace: [InPlace(read: x.buffer, written: y.buffer)]
    ) { memory in
      var normalization = numbers.normalization
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      let relu: Int32 = epilogue.relu ? 1 : 0
      return {
        withExtendedLifetime(numbers) {
          nsl_batch_normalization(&normalization, 0, input, nil, relu, result, x.shape)
        }
      }
    }
  }

  mutating func emitBatchNormalizationGradient(
    _ index: Int, _ node: Graph.Node, _ epsilon: Float, throughMoments: Bool
  ) {
    let x = walkable(node.inputs[0])
    let numbers = NormalizationBuffers(node.inputs[1..<5].map { plain($0).buffer })
    let gate = gate(index, node, like: x)
    let dx = defineWalkable(Value(node: index, output: 0), isBlocked: x.layout.isBlocked)
    let vector = Layout(plain: [x.shape.channels])
    let dgamma = define(Value(node: index, output: 1), vector)
    let dbeta = define(Value(node: index, output: 2), vector)
    let (result, gated) = (gate.result, gate.gated)
    program.append(
      "\(name(index)) backward",
      touching: numbers.all + [x, gate.dy, dx].map(\.buffer) + [dgamma, dbeta].map(\.buffer)
        + [result, gated].compactMap { $0 },
      inPlace: [InPlace(read: gate.dy.buffer, written: gated ?? dx.buffer)]
    ) { memory in
      var numbers = numbers.bind(memory, epsilon)
      let (input, gradient) = (memory.floats(x.buffer), memory.floats(gate.dy.buffer))
      let (result, gated) = (result.map { memory.floats($0) }, gated.map { memory.floats($0) })
      let target = nsl_normalization_gradient(
        input: memory.floats(dx.buffer), gamma: memory.floats(dgamma.buffer),
        beta: memory.floats(dbeta.buffer))
      return {
        nsl_batch_normalization_gradient(
          &numbers, throughMoments ? 1 : 0, gate.kind, input, gradient, result, gated, target,
          x.shape)
      }
    }
  }

  /// The gradient that comes in at a normalization, and how ReLU's gradient is taken on the way where
  /// that was left to it.
  private struct Gate {
    var kind: nsl_gate
    var dy: Walkable
    /// ReLU's result, and where goes what it lets through.
    var result: BufferID?
    var gated: BufferID?
  }

  private mutating func gate(
    _ index: Int, _ node: Graph.Node, like x: Walkable
  ) -> Gate {
    let value = node.inputs[5]
    guard let relu = deferredReLUs[value], !isDefined(value) else {
      return Gate(kind: nsl_gate_none, dy: walkable(value, like: x))
    }
    let dy = walkable(relu.dy, like: x)
    // Behind the normalization itself, and for it alone: its result's sign says it.
    let activated = graph.nodes[graph.nodes[relu.result.node].inputs[0].node]
    if case .batchNormalization = activated.operation, activated.inputs == node.inputs.dropLast(),
      users[value] == [index], !isVisible(value)
    {
      return Gate(kind: nsl_gate_sign, dy: dy)
    }
    return Gate(
      kind: nsl_gate_result, dy: dy, result: walkable(relu.result, like: x).buffer,
      gated: defineWalkable(value, isBlocked: x.layout.isBlocked).buffer)
  }
}

/// The numbers of a transform by channel, as a normalization's.
private final class ChannelNumbers {
  private let memory: AlignedMemory
  let normalization: nsl_normalization

  init(_ transform: ChannelTransform) {
    let count = transform.scale.count
    let ones = [Float](repeating: 1, count: count)
    let memory = AlignedMemory(byteCount: 4 * count * MemoryLayout<Float>.stride)
    let all = memory.floats(4 * count)
    _ = all.update(from: transform.scale + transform.shift + transform.center + ones)
    let parts = (0..<4).map { memory.address.floats + $0 * count }
    self.memory = memory
    normalization = nsl_normalization(
      gamma: parts[0], beta: parts[1], mean: parts[2], variance: parts[3], epsilon: 0)
  }
}

/// Where a normalization's numbers by channel are.
private struct NormalizationBuffers {
  /// gamma, beta, mean, variance.
  let all: [BufferID]

  init(_ all: [BufferID]) { self.all = all }

  func bind(_ memory: StepMemory, _ epsilon: Float) -> nsl_normalization {
    let numbers = all.map { memory.floats($0) }
    return nsl_normalization(
      gamma: numbers[0], beta: numbers[1], mean: numbers[2], variance: numbers[3],
      epsilon: epsilon)
  }
}
