internal import CKernels

extension Compiler {
  /// Places are kept in a byte each where activations are blocked and windows small enough.
  mutating func emitMaxPooling(_ index: Int, _ node: Graph.Node, _ window: Window) {
    let source = tensor(node.inputs[0])
    guard window.isUnpadded, source.layout.isBlocked,
      window.kernel[0] * window.kernel[1] <= 256
    else {
      emitAnyMaxPooling(index, node, window)
      return
    }
    let (set, shape) = (kernels, source.layout.shape)
    let pooling = poolingShape(shape, window, images: shape[0])
    let layout = Layout(blocked: node.shapes[0])
    let epilogue = takeEpilogue(of: index, sums: false)
    let y = define(epilogue.result, layout)
    let places = program.buffer(byteCount: layout.count)
    blockedPoolings[index] = places
    program.append(
      "max_pooling2d forward", touching: [source.buffer, y.buffer, places]
    ) { memory in
      let (x, y) = (memory.floats(source.buffer), memory.floats(y.buffer))
      let places = memory.address(places).assumingMemoryBound(to: UInt8.self)
      let relu: Int32 = epilogue.relu ? 1 : 0
      return { nsl_max_pooling(set, x, relu, y, places, pooling) }
    }
    program.note("max_pooling2d forward: blocked")
    note(epilogue, of: index)
  }

  mutating func emitMaxPoolingGradient(_ index: Int, _ node: Graph.Node, _ window: Window) {
    guard let places = blockedPoolings[node.inputs[1].node] else {
      emitAnyMaxPoolingGradient(index, node)
      return
    }
    if deferPoolingGradient(index, node, places: places, window) { return }
    let (set, shape) = (kernels, node.shapes[0])
    let pooling = poolingShape(shape, window, images: shape[0])
    let (dy, gate) = gated(node.inputs[0])
    let dx = define(Value(node: index, output: 0), Layout(blocked: shape))
    program.append(
      "max_pooling2d backward",
      touching: [dy, places, dx.buffer] + [gate].compactMap { $0 }
    ) { memory in
      let (dy, gate, dx) = (memory.floats(dy), memory.floats(gate), memory.floats(dx.buffer))
      let places = memory.address(places).assumingMemoryBound(to: UInt8.self)
      return { nsl_max_pooling_gradient(set, dy, gate, places, dx, pooling) }
    }
    program.note("max_pooling2d backward: blocked")
  }

  mutating func emitReLU(_ index: Int, _ node: Graph.Node) {
    let x = tensor(node.inputs[0])
    let y = define(Value(node: index, output: 0), x.layout)
    let count = x.layout.count
    program.append(
      "relu forward", touching: [x.buffer, y.buffer],
      inPlace: [InPlace(read: x.buffer, written: y.buffer)]
    ) { memory in
      let (x, y) = (memory.floats(x.buffer), memory.floats(y.buffer))
      return { nsl_relu(x, y, count) }
    }
  }

  mutating func emitReLUGradient(_ index: Int, _ node: Graph.Node) {
    if deferReLUGradient(index, node) { return }
    let y = tensor(node.inputs[0])
    let dy = tensor(node.inputs[1], as: y.layout)
    let dx = define(Value(node: index, output: 0), y.layout)
    let count = y.layout.count
    program.append(
      "relu backward", touching: [y.buffer, dy.buffer, dx.buffer],
      inPlace: [InPlace(read: dy.buffer, written: dx.buffer)]
    ) { memory in
      let (y, dy, dx) = (
        memory.floats(y.buffer), memory.floats(dy.buffer), memory.floats(dx.buffer)
      )
      return { nsl_relu_gradient(y, dy, dx, count) }
    }
  }
}
