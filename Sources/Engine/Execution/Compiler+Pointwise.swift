internal import CKernels

/// Elementwise steps that keep the layout of what they are given.
extension Compiler {
  mutating func emitPairwise(_ index: Int, _ node: Graph.Node) {
    var (a, b) = (tensor(node.inputs[0]), tensor(node.inputs[1]))
    // The blocked one leads: what comes next wants it so.
    if a.layout != b.layout {
      if a.layout.isBlocked {
        b = tensor(node.inputs[1], as: a.layout)
      } else {
        a = tensor(node.inputs[0], as: b.layout)
      }
    }
    let adds = node.operation == .add
    let epilogue = takeEpilogue(of: index, sums: false, relu: adds)
    let y = define(epilogue.result, a.layout)
    note(epilogue, of: index)
    let count = a.layout.count
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
  ) {
    let x = walkable(node.inputs[0])
    let y = defineWalkable(Value(node: index, output: 0), isBlocked: x.layout.isBlocked)
    let kind = function.kernel
    program.append("\(function.rawValue) forward", touching: [x.buffer, y.buffer]) { memory in
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      return { nsl_activation_forward(kind, input, result, x.shape) }
    }
  }

  mutating func emitActivationGradient(
    _ index: Int, _ node: Graph.Node, _ function: Activation
  ) {
    let x = walkable(node.inputs[0])
    let dy = walkable(node.inputs[1], like: x)
    let dx = defineWalkable(Value(node: index, output: 0), isBlocked: x.layout.isBlocked)
    let kind = function.kernel
    program.append(
      "\(function.rawValue) backward", touching: [x.buffer, dy.buffer, dx.buffer]
    ) { memory in
      let (input, gradient) = (memory.floats(x.buffer), memory.floats(dy.buffer))
      let result = memory.floats(dx.buffer)
      return { nsl_activation_gradient(kind, input, gradient, result, x.shape) }
    }
  }

  mutating func emitDropout(_ index: Int, _ node: Graph.Node, _ rate: Float, _ draw: Int) {
    let x = walkable(node.inputs[0])
    let streams = plain(node.inputs[1])
    let y = defineWalkable(Value(node: index, output: 0), isBlocked: x.layout.isBlocked)
    let mask = defineWalkable(Value(node: index, output: 1), isBlocked: x.layout.isBlocked)
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
