internal import CKernels
internal import COneDNN

extension Compiler {
  /// Makes a primitive with the algorithm of the rule, or the direct one where oneDNN lacks that.
  private func convolution(
    _ pass: ConvolutionPass, _ name: String, weights: Shape, destination: Shape, _ window: Window,
    _ create: (inout nsl_dnn_operation?, Int32) -> Int32
  ) throws -> Primitive {
    let name = "\(name) \(pass.rawValue)"
    let algorithm = convolutionAlgorithm(
      pass, weights: weights, destination: destination, strides: window.strides,
      instructionSet: instructionSet)
    do {
      return try Primitive(name) { create(&$0, algorithm) }
    } catch let error as EngineError where error.status == Int32(nsl_dnn_unimplemented) {
      return try Primitive(name) { create(&$0, Int32(nsl_dnn_direct)) }
    }
  }

  private func forwardConvolution(
    _ name: String, x: Shape, w: Shape, y: Shape, _ window: Window, relu: Bool
  ) throws -> Primitive {
    let (source, weights) = (try Layout(any: x), try Layout(any: w))
    let (bias, destination) = (try Layout(plain: [w[0]]), try Layout(any: y))
    return try convolution(.forward, name, weights: w, destination: y, window) {
      nsl_dnn_convolution_forward(
        &$0, context.handle, $1, source.handle, weights.handle, bias.handle, destination.handle,
        window.handle, relu ? 1 : 0)
    }
  }

  mutating func emitConvolution(
    _ index: Int, _ node: Graph.Node, _ window: Window, relu: Bool
  ) throws {
    let primitive = try forwardConvolution(
      name(index), x: graph.shape(of: node.inputs[0]), w: graph.shape(of: node.inputs[1]),
      y: node.shapes[0], window, relu: relu)
    try emitForward(index, node, primitive)
  }

  /// The step shared by convolutions and dense layers: x, w, b -> y.
  mutating func emitForward(_ index: Int, _ node: Graph.Node, _ primitive: Primitive) throws {
    let (x, w, b) = (node.inputs[0], node.inputs[1], node.inputs[2])
    let source = try tensor(x, as: Layout(of: primitive, nsl_dnn_source))
    let weights = try tensor(w, as: Layout(of: primitive, nsl_dnn_weights))
    let bias = try plain(b)
    let y = try define(
      Value(node: index, output: 0), Layout(of: primitive, nsl_dnn_destination))
    try program.append(
      primitive, in: context,
      [
        (nsl_dnn_source, source), (nsl_dnn_weights, weights), (nsl_dnn_bias, bias),
        (nsl_dnn_destination, y),
      ])
  }

  mutating func emitConvolutionInputGradient(
    _ index: Int, _ node: Graph.Node, _ window: Window, _ shape: Shape
  ) throws {
    let (dy, w) = (node.inputs[0], node.inputs[1])
    let (dyShape, wShape) = (graph.shape(of: dy), graph.shape(of: w))
    if try emitFewChannelsInputGradient(index, dy: dy, w: w, window, shape) { return }

    let hint = try forwardConvolution(
      name(index), x: shape, w: wShape, y: dyShape, window, relu: false)
    let (dx, weights, destination) = (
      try Layout(any: shape), try Layout(any: wShape), try Layout(any: dyShape)
    )
    let primitive = try convolution(
      .backwardData, name(index), weights: wShape, destination: dyShape, window
    ) {
      nsl_dnn_convolution_backward_data(
        &$0, context.handle, $1, dx.handle, weights.handle, destination.handle,
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

  /// oneDNN spends most of its time on padding where the input has one or a few channels (images):
  /// there a kernel of ours reads the blocked gradient as it is.
  private mutating func emitFewChannelsInputGradient(
    _ index: Int, dy: Value, w: Value, _ window: Window, _ shape: Shape
  ) throws -> Bool {
    let gradient = try tensor(dy)
    let block = gradient.layout.channelBlock
    guard shape[1] <= 4, window.strides == [1, 1], window.padding == window.paddingEnd,
      block == 8 || block == 16
    else { return false }

    let (weights, dyShape) = (try plain(w), graph.shape(of: dy))
    let result = try define(Value(node: index, output: 0), Layout(plain: shape))
    let packed = program.buffer(
      byteCount: nsl_packed_weights_count(
        dyShape[1], shape[1], window.kernel[0], window.kernel[1]) * 4)
    let dimensions = convolution(shape, outputs: dyShape[1], window, block: block)
    program.append(
      Step(
        name: "\(name(index)) backward-data",
        touches: [gradient.buffer, weights.buffer, result.buffer, packed]
      ) { address in
        let dy = UnsafePointer(address(gradient.buffer).assumingMemoryBound(to: Float.self))
        let w = UnsafePointer(address(weights.buffer).assumingMemoryBound(to: Float.self))
        let scratch = address(packed).assumingMemoryBound(to: Float.self)
        let dx = address(result.buffer).assumingMemoryBound(to: Float.self)
        return { nsl_convolution_input_gradient(dy, w, scratch, dx, dimensions) }
      })
    program.note("\(name(index)) backward-data: few-channels")
    return true
  }

  mutating func emitConvolutionParameterGradient(
    _ index: Int, _ node: Graph.Node, _ window: Window, _ shape: Shape
  ) throws {
    let (x, dy) = (node.inputs[0], node.inputs[1])
    let (xShape, dyShape) = (graph.shape(of: x), graph.shape(of: dy))
    let name = try parameterGradientName(index)
    if try emitFewChannelsParameterGradient(index, name, x: x, dy: dy, window, shape) { return }
    let hint = try forwardConvolution(
      name, x: xShape, w: shape, y: dyShape, window, relu: false)
    let (source, weights, destination) = (
      try Layout(any: xShape), try Layout(any: shape), try Layout(any: dyShape)
    )
    let bias = try Layout(plain: [shape[0]])
    let primitive = try convolution(
      .backwardWeights, name, weights: shape, destination: dyShape, window
    ) {
      nsl_dnn_convolution_backward_weights(
        &$0, context.handle, $1, source.handle, weights.handle, bias.handle, destination.handle,
        window.handle, hint.handle)
    }
    try emitParameterGradient(index, primitive, x: x, dy: dy, bias: bias)
  }

  /// The same for the gradient at the weights of a 3x3 convolution.
  private mutating func emitFewChannelsParameterGradient(
    _ index: Int, _ name: String, x: Value, dy: Value, _ window: Window, _ shape: Shape
  ) throws -> Bool {
    let gradient = try tensor(dy)
    let block = gradient.layout.channelBlock
    guard shape[1] <= 4, window.kernel == [3, 3], window.strides == [1, 1],
      window.isUnpadded, block == 8 || block == 16
    else { return false }

    let input = try plain(x)
    let dw = try define(Value(node: index, output: 0), Layout(plain: shape))
    let db = try define(Value(node: index, output: 1), Layout(plain: [shape[0]]))
    let dimensions = convolution(graph.shape(of: x), outputs: shape[0], window, block: block)
    program.append(
      Step(
        name: "\(name) backward-weights",
        touches: [input.buffer, gradient.buffer, dw.buffer, db.buffer]
      ) { address in
        func floats(_ tensor: Tensor) -> UnsafeMutablePointer<Float> {
          address(tensor.buffer).assumingMemoryBound(to: Float.self)
        }
        let (x, dy, dw, db) = (floats(input), floats(gradient), floats(dw), floats(db))
        return { nsl_convolution_parameter_gradient(x, dy, dw, db, dimensions) }
      })
    program.note("\(name) backward-weights: few-channels")
    return true
  }

  private func convolution(
    _ input: Shape, outputs: Int, _ window: Window, block: Int
  ) -> nsl_convolution_shape {
    nsl_convolution_shape(
      batch: input[0], outputs: outputs, inputs: input[1], height: input[2], width: input[3],
      kernel_height: window.kernel[0], kernel_width: window.kernel[1],
      padding_height: window.padding[0], padding_width: window.padding[1], block: block)
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
