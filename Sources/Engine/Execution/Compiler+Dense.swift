internal import CKernels

/// Dense layers, which read blocked activations as they are: flattening costs nothing.
extension Compiler {
  mutating func emitDense(_ index: Int, _ node: Graph.Node) {
    let (x, w, b) = (tensor(node.inputs[0]), node.inputs[1], plain(node.inputs[2]))
    let weights = packedWeights(w, isBlocked: x.layout.isBlocked, transposed: false)
    let epilogue = takeEpilogue(of: index, sums: false)
    let y = define(epilogue.result, Layout(plain: node.shapes[0]))
    let (set, shape) = (kernels, denseShape(graph.shape(of: w), input: x.layout))
    let scratch = program.buffer(floats: nsl_dense_scratch(set, shape))
    program.append(
      "\(name(index)) forward", touching: [x.buffer, weights, b.buffer, y.buffer, scratch]
    ) { memory in
      let (x, w, b) = (memory.floats(x.buffer), memory.floats(weights), memory.floats(b.buffer))
      let (y, scratch) = (memory.floats(y.buffer), memory.floats(scratch))
      let relu: Int32 = epilogue.relu ? 1 : 0
      return { nsl_dense_forward(set, x, w, b, relu, y, scratch, shape) }
    }
    program.note("\(name(index)) forward: product")
    note(epilogue, of: index)
  }

  mutating func emitDenseInputGradient(_ index: Int, _ node: Graph.Node, _ shape: Shape) {
    let (dy, w) = (plain(node.inputs[0]), node.inputs[1])
    let layout = Layout(ofActivations: shape)
    let weights = packedWeights(w, isBlocked: layout.isBlocked, transposed: true)
    let dx = define(Value(node: index, output: 0), layout)
    let (set, shape) = (kernels, denseShape(graph.shape(of: w), input: layout))
    let scratch = program.buffer(floats: nsl_dense_scratch(set, shape))
    program.append(
      "\(name(index)) backward-data", touching: [dy.buffer, weights, dx.buffer, scratch]
    ) { memory in
      let (dy, w) = (memory.floats(dy.buffer), memory.floats(weights))
      let (dx, scratch) = (memory.floats(dx.buffer), memory.floats(scratch))
      return { nsl_dense_input_gradient(set, dy, w, dx, scratch, shape) }
    }
    program.note("\(name(index)) backward-data: product")
  }

  mutating func emitDenseParameterGradient(_ index: Int, _ node: Graph.Node, _ shape: Shape) {
    let (x, dy) = (tensor(node.inputs[0]), plain(node.inputs[1]))
    let (dw, db) = defineParameterGradient(index, shape)
    let name = parameterGradientName(index)
    let (set, dense) = (kernels, denseShape(shape, input: x.layout))
    let scratch = program.buffer(floats: nsl_dense_scratch(set, dense))
    program.append(
      "\(name) backward-weights", touching: [x.buffer, dy.buffer, dw, db, scratch]
    ) { memory in
      let (x, dy) = (memory.floats(x.buffer), memory.floats(dy.buffer))
      let (dw, db, scratch) = (memory.floats(dw), memory.floats(db), memory.floats(scratch))
      return { nsl_dense_weight_gradient(set, x, dy, dw, db, scratch, dense) }
    }
    program.note("\(name) backward-weights: product")
  }
}
