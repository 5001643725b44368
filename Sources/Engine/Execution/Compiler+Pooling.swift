internal import CKernels
internal import COneDNN

extension Compiler {
  mutating func emitMaxPooling(_ index: Int, _ node: Graph.Node, _ window: Window) throws {
    let source = try tensor(node.inputs[0])
    if try emitBlockedMaxPooling(index, node, source, window) { return }
    let destination = try Layout(any: node.shapes[0])
    let primitive = try Primitive(
      "max_pooling2d forward", using: [context, source.layout, destination]
    ) {
      nsl_dnn_max_pooling_forward(
        &$0, context.handle, source.layout.handle, destination.handle, window.handle)
    }
    forwardPrimitives[index] = primitive
    let y = try define(
      Value(node: index, output: 0), Layout(of: primitive, nsl_dnn_destination))
    let places = try define(
      Value(node: index, output: 1), Layout(of: primitive, nsl_dnn_workspace))
    try program.append(
      primitive, in: context,
      [(nsl_dnn_source, source), (nsl_dnn_destination, y), (nsl_dnn_workspace, places)])
  }

  mutating func emitMaxPoolingGradient(
    _ index: Int, _ node: Graph.Node, _ window: Window, _ shape: Shape
  ) throws {
    let (dy, places) = (node.inputs[0], node.inputs[1])
    if let source = blockedPoolings[places.node] {
      if try deferPoolingGradient(index, node, source, window) { return }
      try emitBlockedMaxPoolingGradient(index, node, source, window)
      return
    }
    guard let forward = forwardPrimitives[places.node] else {
      preconditionFailure("a pooling's gradient before the pooling")
    }
    let diffDestination = try Layout(of: forward, nsl_dnn_destination)
    let diffSource = try Layout(of: forward, nsl_dnn_source)
    let primitive = try Primitive(
      "max_pooling2d backward", using: [context, diffSource, diffDestination, forward]
    ) {
      nsl_dnn_max_pooling_backward(
        &$0, context.handle, diffSource.handle, diffDestination.handle, window.handle,
        forward.handle)
    }
    let inputs = [
      (nsl_dnn_diff_destination, try tensor(dy, as: diffDestination)),
      (nsl_dnn_workspace, try tensor(places)),
    ]
    let result = try define(Value(node: index, output: 0), diffSource)
    try program.append(primitive, in: context, inputs + [(nsl_dnn_diff_source, result)])
  }

  /// oneDNN's pooling with places takes ten times as long as the data need to pass by on AVX2: where
  /// the channels are blocked, kernels of ours do it.
  private mutating func emitBlockedMaxPooling(
    _ index: Int, _ node: Graph.Node, _ source: Tensor, _ window: Window
  ) throws -> Bool {
    let block = source.layout.channelBlock
    guard block == 8 || block == 16, window.kernel[0] * window.kernel[1] <= 256 else {
      return false
    }
    let shape = graph.shape(of: node.inputs[0])
    let pooling = poolingShape(shape, window, images: shape[0], block: block)
    let set = kernelSet(instructionSet: instructionSet, block: block)
    let layout = try Layout(channelBlock: block, node.shapes[0])
    let epilogue = takeEpilogue(of: index, sums: false)
    let y = try define(epilogue.result, layout)
    let places = program.buffer(byteCount: layout.byteCount / MemoryLayout<Float>.stride)
    blockedPoolings[index] = (source.layout, places)
    program.append(
      Step(name: "max_pooling2d forward", touches: [source.buffer, y.buffer, places]) { address in
        let x = UnsafePointer(address(source.buffer).assumingMemoryBound(to: Float.self))
        let y = address(y.buffer).assumingMemoryBound(to: Float.self)
        let places = address(places).assumingMemoryBound(to: UInt8.self)
        let relu: Int32 = epilogue.relu ? 1 : 0
        return { nsl_max_pooling(set, x, relu, y, places, pooling) }
      })
    program.note("max_pooling2d forward: blocked:\(set.name)")
    note(epilogue, of: index)
    return true
  }

  private mutating func emitBlockedMaxPoolingGradient(
    _ index: Int, _ node: Graph.Node, _ source: (layout: Layout, places: BufferID),
    _ window: Window
  ) throws {
    let block = source.layout.channelBlock
    let pooling = poolingShape(node.shapes[0], window, images: node.shapes[0][0], block: block)
    let set = kernelSet(instructionSet: instructionSet, block: block)
    let (dy, gate) = try gated(node.inputs[0], block: block)
    let dx = try define(Value(node: index, output: 0), source.layout)
    let places = source.places
    program.append(
      Step(
        name: "max_pooling2d backward",
        touches: [dy, places, dx.buffer] + [gate].compactMap { $0 }
      ) { address in
        let dy = UnsafePointer(address(dy).assumingMemoryBound(to: Float.self))
        let gate = gate.map { address($0).floats }
        let places = UnsafePointer(address(places).assumingMemoryBound(to: UInt8.self))
        let dx = address(dx.buffer).assumingMemoryBound(to: Float.self)
        return { nsl_max_pooling_gradient(set, dy, gate, places, dx, pooling) }
      })
    program.note("max_pooling2d backward: blocked:\(set.name)")
  }

  mutating func emitReLU(_ index: Int, _ node: Graph.Node) throws {
    let x = try tensor(node.inputs[0])
    let primitive = try Primitive("relu forward", using: [context, x.layout]) {
      nsl_dnn_relu_forward(&$0, context.handle, x.layout.handle)
    }
    let y = try define(Value(node: index, output: 0), x.layout)
    try program.append(
      primitive, in: context, [(nsl_dnn_source, x), (nsl_dnn_destination, y)],
      inPlace: [InPlace(read: x.buffer, written: y.buffer)])
  }

  mutating func emitReLUGradient(_ index: Int, _ node: Graph.Node) throws {
    if try deferReLUGradient(index, node) { return }
    let y = try tensor(node.inputs[0])
    let dy = try tensor(node.inputs[1], as: y.layout)
    let hint = try Primitive("relu forward", using: [context, y.layout]) {
      nsl_dnn_relu_forward(&$0, context.handle, y.layout.handle)
    }
    let primitive = try Primitive("relu backward", using: [context, y.layout, hint]) {
      nsl_dnn_relu_backward(
        &$0, context.handle, y.layout.handle, y.layout.handle, hint.handle)
    }
    let result = try define(Value(node: index, output: 0), y.layout)
    try program.append(
      primitive, in: context,
      [(nsl_dnn_destination, y), (nsl_dnn_diff_destination, dy), (nsl_dnn_diff_source, result)],
      inPlace: [InPlace(read: dy.buffer, written: result.buffer)])
  }
}
