internal import CKernels

/// Poolings of any window, and means.
extension Compiler {
  private func kernelWindow(_ window: Window) -> nsl_pooling_window {
    nsl_pooling_window(
      kernel_height: window.kernel[0], kernel_width: window.kernel[1],
      stride_height: window.strides[0], stride_width: window.strides[1],
      padding_height: window.padding[0], padding_width: window.padding[1])
  }

  mutating func emitAnyMaxPooling(_ index: Int, _ node: Graph.Node, _ window: Window) {
    let x = walkable(node.inputs[0])
    let y = defineWalkable(Value(node: index, output: 0), isBlocked: x.layout.isBlocked)
    // Places are int32, of float32's size.
    let places = defineWalkable(Value(node: index, output: 1), isBlocked: x.layout.isBlocked)
    let window = kernelWindow(window)
    program.append(
      "max_pooling2d forward", touching: [x.buffer, y.buffer, places.buffer]
    ) { memory in
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      let chosen = memory.address(places.buffer).assumingMemoryBound(to: Int32.self)
      return { nsl_window_max_pooling(input, result, chosen, x.shape, y.shape, window) }
    }
  }

  mutating func emitAnyMaxPoolingGradient(_ index: Int, _ node: Graph.Node) {
    let places = walkable(node.inputs[1])
    let dy = walkable(node.inputs[0], like: places)
    let dx = defineWalkable(Value(node: index, output: 0), isBlocked: places.layout.isBlocked)
    program.append(
      "max_pooling2d backward", touching: [dy.buffer, places.buffer, dx.buffer]
    ) { memory in
      let (gradient, result) = (memory.floats(dy.buffer), memory.floats(dx.buffer))
      let chosen = memory.address(places.buffer).assumingMemoryBound(to: Int32.self)
      return { nsl_window_max_pooling_gradient(gradient, chosen, result, dx.shape, dy.shape) }
    }
  }

  mutating func emitAveragePooling(_ index: Int, _ node: Graph.Node, _ window: Window) {
    let x = walkable(node.inputs[0])
    let y = defineWalkable(Value(node: index, output: 0), isBlocked: x.layout.isBlocked)
    let window = kernelWindow(window)
    program.append("average_pooling2d forward", touching: [x.buffer, y.buffer]) { memory in
      let (input, result) = (memory.floats(x.buffer), memory.floats(y.buffer))
      return { nsl_average_pooling(input, result, x.shape, y.shape, window) }
    }
  }

  mutating func emitAveragePoolingGradient(
    _ index: Int, _ node: Graph.Node, _ window: Window, _ shape: Shape
  ) {
    let dy = walkable(node.inputs[0])
    let dx = defineWalkable(Value(node: index, output: 0), isBlocked: dy.layout.isBlocked)
    let window = kernelWindow(window)
    program.append("average_pooling2d backward", touching: [dy.buffer, dx.buffer]) { memory in
      let (gradient, result) = (memory.floats(dy.buffer), memory.floats(dx.buffer))
      return { nsl_average_pooling_gradient(gradient, result, dx.shape, dy.shape, window) }
    }
  }
}
