internal import COneDNN

extension Compiler {
  private func forwardDense(
    _ name: String, source: Layout, weights: Shape, batch: Int, relu: Bool
  ) throws -> Primitive {
    let (w, b) = (try Layout(any: weights), try Layout(plain: [weights[0]]))
    // Rows of logits are read by people and by the loss: plain.
    let y = try Layout(plain: [batch, weights[0]])
    return try Primitive("\(name) forward", using: [context, source, w, b, y]) {
      nsl_dnn_dense_forward(
        &$0, context.handle, source.handle, w.handle, b.handle, y.handle, relu ? 1 : 0)
    }
  }

  mutating func emitDense(_ index: Int, _ node: Graph.Node) throws {
    let epilogue = takeEpilogue(of: index, sums: false)
    let (x, w) = (node.inputs[0], node.inputs[1])
    let primitive = try forwardDense(
      name(index), source: Layout(any: graph.shape(of: x)), weights: graph.shape(of: w),
      batch: node.shapes[0][0], relu: epilogue.relu)
    try emitForward(node, primitive, to: epilogue.result)
    note(epilogue, of: index)
  }

  mutating func emitDenseInputGradient(_ index: Int, _ node: Graph.Node, _ shape: Shape) throws {
    let (dy, w) = (node.inputs[0], node.inputs[1])
    let (dyShape, wShape) = (graph.shape(of: dy), graph.shape(of: w))
    let (dx, weights) = (try Layout(any: shape), try Layout(any: wShape))
    let destination = try Layout(plain: dyShape)
    let hint = try forwardDense(
      name(index), source: dx, weights: wShape, batch: shape[0], relu: false)
    let primitive = try Primitive(
      "\(name(index)) backward-data", using: [context, dx, weights, destination, hint]
    ) {
      nsl_dnn_dense_backward_data(
        &$0, context.handle, dx.handle, weights.handle, destination.handle, hint.handle)
    }
    let inputs = [
      (nsl_dnn_weights, try tensor(w, as: Layout(of: primitive, nsl_dnn_weights))),
      (nsl_dnn_diff_destination, try tensor(dy, as: destination)),
    ]
    let result = try define(
      Value(node: index, output: 0), Layout(of: primitive, nsl_dnn_diff_source))
    try program.append(primitive, in: context, inputs + [(nsl_dnn_diff_source, result)])
  }

  mutating func emitDenseParameterGradient(
    _ index: Int, _ node: Graph.Node, _ shape: Shape
  ) throws {
    let (x, dy) = (node.inputs[0], node.inputs[1])
    let (xShape, dyShape) = (graph.shape(of: x), graph.shape(of: dy))
    let name = try parameterGradientName(index)
    let (source, weights) = (try Layout(any: xShape), try Layout(any: shape))
    let (bias, destination) = (try Layout(plain: [shape[0]]), try Layout(plain: dyShape))
    let hint = try forwardDense(
      name, source: source, weights: shape, batch: xShape[0], relu: false)
    let primitive = try Primitive(
      "\(name) backward-weights",
      using: [context, source, weights, bias, destination, hint]
    ) {
      nsl_dnn_dense_backward_weights(
        &$0, context.handle, source.handle, weights.handle, bias.handle, destination.handle,
        hint.handle)
    }
    try emitParameterGradient(index, primitive, x: x, dy: dy, bias: bias)
  }
}
