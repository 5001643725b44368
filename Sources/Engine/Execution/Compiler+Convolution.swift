internal import COneDNN

extension Compiler {
  private func forwardConvolution(
    _ name: String, x: Shape, w: Shape, y: Shape, _ window: Window, relu: Bool
  ) throws -> Primitive {
    let (source, weights) = (try Layout(any: x), try Layout(any: w))
    let (bias, destination) = (try Layout(plain: [w[0]]), try Layout(any: y))
    return try Primitive(
      "\(name) forward", using: [context, source, weights, bias, destination]
    ) {
      nsl_dnn_convolution_forward(
        &$0, context.handle, source.handle, weights.handle, bias.handle, destination.handle,
        window.handle, relu ? 1 : 0)
    }
  }

  mutating func emitConvolution(_ index: Int, _ node: Graph.Node, _ window: Window) throws {
    if try emitWinogradConvolution(index, node, window) { return }
    let epilogue = takeEpilogue(of: index, sums: false)
    let primitive = try forwardConvolution(
      name(index), x: graph.shape(of: node.inputs[0]), w: graph.shape(of: node.inputs[1]),
      y: node.shapes[0], window, relu: epilogue.relu)
    try emitForward(node, primitive, to: epilogue.result)
    note(epilogue, of: index)
  }

  /// The step shared by convolutions and dense layers: x, w, b -> y.
  mutating func emitForward(
    _ node: Graph.Node, _ primitive: Primitive, to result: Value
  ) throws {
    let (x, w, b) = (node.inputs[0], node.inputs[1], node.inputs[2])
    let source = try tensor(x, as: Layout(of: primitive, nsl_dnn_source))
    let weights = try tensor(w, as: Layout(of: primitive, nsl_dnn_weights))
    let bias = try plain(b)
    let y = try define(result, Layout(of: primitive, nsl_dnn_destination))
    try program.append(
      primitive, in: context,
      [
        (nsl_dnn_source, source), (nsl_dnn_weights, weights), (nsl_dnn_bias, bias),
        (nsl_dnn_destination, y),
      ])
  }

  /// A gradient of a convolution, with the other one where a kernel of ours computes both.
  mutating func emitConvolutionGradient(_ index: Int, _ node: Graph.Node) throws {
    if let gradients = convolutionGradients(index) {
      if try emitFewChannelsGradients(gradients) { return }
      if try emitWinogradGradients(gradients) { return }
    }
    switch node.operation {
    case .convolutionInputGradient(let window, let shape):
      try emitConvolutionInputGradient(index, node, window, shape)
    case .convolutionParameterGradient(let window, let shape):
      try emitConvolutionParameterGradient(index, node, window, shape)
    default:
      preconditionFailure("\(node.operation) is no gradient of a convolution")
    }
  }

  private mutating func emitConvolutionInputGradient(
    _ index: Int, _ node: Graph.Node, _ window: Window, _ shape: Shape
  ) throws {
    let (dy, w) = (node.inputs[0], node.inputs[1])
    let (dyShape, wShape) = (graph.shape(of: dy), graph.shape(of: w))
    let hint = try forwardConvolution(
      name(index), x: shape, w: wShape, y: dyShape, window, relu: false)
    let (dx, weights, destination) = (
      try Layout(any: shape), try Layout(any: wShape), try Layout(any: dyShape)
    )
    let primitive = try Primitive(
      "\(name(index)) backward-data", using: [context, dx, weights, destination, hint]
    ) {
      nsl_dnn_convolution_backward_data(
        &$0, context.handle, dx.handle, weights.handle, destination.handle,
        window.handle, hint.handle)
    }
    let inputs = [
      (nsl_dnn_weights, try tensor(w, as: Layout(of: primitive, nsl_dnn_weights))),
      (
        nsl_dnn_diff_destination,
        try tensor(dy, as: Layout(of: primitive, nsl_dnn_diff_destination))
      ),
    ]
    let result = try define(
      Value(node: index, output: 0), Layout(of: primitive, nsl_dnn_diff_source))
    try program.append(primitive, in: context, inputs + [(nsl_dnn_diff_source, result)])
  }

  private mutating func emitConvolutionParameterGradient(
    _ index: Int, _ node: Graph.Node, _ window: Window, _ shape: Shape
  ) throws {
    let (x, dy) = (node.inputs[0], node.inputs[1])
    let (xShape, dyShape) = (graph.shape(of: x), graph.shape(of: dy))
    let name = try parameterGradientName(index)
    let hint = try forwardConvolution(
      name, x: xShape, w: shape, y: dyShape, window, relu: false)
    let (source, weights, destination) = (
      try Layout(any: xShape), try Layout(any: shape), try Layout(any: dyShape)
    )
    let bias = try Layout(plain: [shape[0]])
    let primitive = try Primitive(
      "\(name) backward-weights",
      using: [context, source, weights, bias, destination, hint]
    ) {
      nsl_dnn_convolution_backward_weights(
        &$0, context.handle, source.handle, weights.handle, bias.handle, destination.handle,
        window.handle, hint.handle)
    }
    try emitParameterGradient(index, primitive, x: x, dy: dy, bias: bias)
  }

  /// The step shared by convolutions and dense layers: x, dy -> dw, db.
  mutating func emitParameterGradient(
    _ index: Int, _ primitive: Primitive, x: Value, dy: Value, bias: Layout
  ) throws {
    let inputs = [
      (nsl_dnn_source, try tensor(x, as: Layout(of: primitive, nsl_dnn_source))),
      (
        nsl_dnn_diff_destination,
        try tensor(dy, as: Layout(of: primitive, nsl_dnn_diff_destination))
      ),
    ]
    let dw = try define(
      Value(node: index, output: 0), Layout(of: primitive, nsl_dnn_diff_weights))
    let db = try define(Value(node: index, output: 1), bias)
    try program.append(
      primitive, in: context, inputs + [(nsl_dnn_diff_weights, dw), (nsl_dnn_diff_bias, db)])
  }

  /// A parameter gradient has no parameter among its inputs: it is named by its forward node.
  func parameterGradientName(_ index: Int) throws -> String {
    let x = graph.nodes[index].inputs[0]
    let shape = graph.nodes[index].shapes[0]
    let forward = graph.nodes.indices.first { candidate in
      let node = graph.nodes[candidate]
      switch node.operation {
      case .convolution, .dense:
        return node.inputs[0] == x && graph.shape(of: node.inputs[1]) == shape
      default: return false
      }
    }
    return forward.map(name) ?? name(index)
  }
}
