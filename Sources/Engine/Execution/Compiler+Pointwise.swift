internal import CKernels

/// Elementwise steps that keep the layout of what they are given.
extension Compiler {
  mutating func emitPairwise(_ index: Int, _ node: Graph.Node) throws {
    var (a, b) = (try tensor(node.inputs[0]), try tensor(node.inputs[1]))
    // The blocked one leads: what comes next wants it so.
    if a.layout != b.layout {
      if a.layout.channelBlock > 1 {
        b = try tensor(node.inputs[1], as: a.layout)
      } else {
        a = try tensor(node.inputs[0], as: b.layout)
      }
    }
    let adds = node.operation == .add
    let epilogue = takeEpilogue(of: index, sums: false, relu: adds)
    let y = try define(epilogue.result, a.layout)
    note(epilogue, of: index)
    let count = a.layout.byteCount / MemoryLayout<Float>.stride
    let (first, second) = (a.buffer, b.buffer)
    program.append(
      adds ? "add" : "multiply", touching: [first, second, y.buffer],
      inPlace: [
        InPlace(read: first, written: y.buffer), InPlace(read: second, written: y.buffer),
      ]
    ) { memory in
      let (a, b) = (memory.floats(first), memory.floats(second))
      let result = memory.floats(y.buffer)
      let relu: Int32 = epilogue.relu ? 1 : 0
      return adds
        ? { nsl_add(a, b, relu, result, count) } : { nsl_multiply(a, b, result, count) }
    }
  }

  mutating func emitActivation(
    _ index: Int, _ node: Graph.Node, _ function: Activation
  ) throws {
    let x = try walkable(node.inputs[0])
    let y = try defineWalkable(Value(node: index, output: 0), block: x.shape.block)
    let kind = function.kernel
    program.append("\(function.rawValue) forward", touching: [x.buffer, y.buffer]) { memory in
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      return { nsl_activation_forward(kind, input, result, x.shape) }
    }
  }

  mutating func emitActivationGradient(
    _ index: Int, _ node: Graph.Node, _ function: Activation
  ) throws {
    let x = try walkable(node.inputs[0])
    let dy = try walkable(node.inputs[1], like: x)
    let dx = try defineWalkable(Value(node: index, output: 0), block: x.shape.block)
    let kind = function.kernel
    program.append(
      "\(function.rawValue) backward", touching: [x.buffer, dy.buffer, dx.buffer]
    ) { memory in
      let (input, gradient) = (memory.floats(x.buffer), memory.floats(dy.buffer))
      let result = memory.floats(dx.buffer)
      return { nsl_activation_gradient(kind, input, gradient, result, x.shape) }
    }
  }

  mutating func emitDropout(_ index: Int, _ node: Graph.Node, _ rate: Float, _ draw: Int) throws {
    let x = try walkable(node.inputs[0])
    let streams = try plain(node.inputs[1])
    let y = try defineWalkable(Value(node: index, output: 0), block: x.shape.block)
    let mask = try defineWalkable(Value(node: index, output: 1), block: x.shape.block)
    program.append(
      "dropout", touching: [x.buffer, streams.buffer, y.buffer, mask.buffer]
    ) { memory in
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      let kept = memory.floats(mask.buffer)
      let words = memory.address(streams.buffer).assumingMemoryBound(to: UInt32.self)
      return { nsl_dropout(input, words, UInt32(draw), rate, result, kept, x.shape) }
    }
  }
}

extension Activation {
  /// The number by which our loops know the function.
  fileprivate var kernel: Int32 {
    switch self {
    case .relu: preconditionFailure("ReLU is an operation of its own")
    case .tanh: Int32(nsl_tanh.rawValue)
    case .sigmoid: Int32(nsl_sigmoid.rawValue)
    case .elu: Int32(nsl_elu.rawValue)
    case .leakyReLU: Int32(nsl_leaky_relu.rawValue)
    case .softplus: Int32(nsl_softplus.rawValue)
    case .gelu: Int32(nsl_gelu.rawValue)
    case .swish: Int32(nsl_swish.rawValue)
    }
  }
}
