internal import CKernels

/// Whether Winograd's F(4x4, 3x3) computes a convolution and its gradients. A rule over shapes: a
/// choice by timing would change the rounding from run to run, one by the processor from machine to
/// machine.
func takesWinograd(_ window: Window, weights: Shape, destination: Shape) -> Bool {
  guard window.kernel == [3, 3], window.strides == [1, 1], window.padding == window.paddingEnd,
    weights[0] % Layout.block == 0, weights[1] % Layout.block == 0
  else { return false }
  // 36 multiplications for each tile of 4x4 results instead of 9 for each result: less than half of
  // them must be left to pay for the transforms.
  let tiles = ((destination[2] + 3) / 4) * ((destination[3] + 3) / 4)
  return 9 * destination[2] * destination[3] >= 2 * 36 * tiles
}

extension Compiler {
  /// - Returns: Whether the rule takes this convolution.
  mutating func emitWinogradConvolution(
    _ index: Int, _ node: Graph.Node, _ window: Window
  ) -> Bool {
    let (x, w, b) = (node.inputs[0], node.inputs[1], node.inputs[2])
    let (xShape, wShape) = (graph.shape(of: x), graph.shape(of: w))
    guard takesWinograd(window, weights: wShape, destination: node.shapes[0]),
      let weights = transformedWeights(w, transposed: false)
    else { return false }
    let source = tensor(x, as: Layout(blocked: xShape))
    let bias = plain(b)
    let epilogue = takeEpilogue(of: index, sums: true)
    let layout = Layout(blocked: node.shapes[0])
    let residual = epilogue.residual.map { tensor($0, as: layout).buffer }
    let y = define(epilogue.result, layout)
    let (set, shape) = (kernels, convolutionShape(xShape, outputs: wShape[0], window))
    let scratch = program.buffer(floats: nsl_winograd_scratch(shape))
    program.append(
      Step(
        name: "\(name(index)) forward",
        touches: [source.buffer, weights, bias.buffer, y.buffer, scratch]
          + [residual].compactMap { $0 },
        inPlace: inPlace(residual, y.buffer)
      ) { address in
        let (x, w, b) = (
          address(source.buffer).floats, address(weights).floats, address(bias.buffer).floats
        )
        let (y, scratch) = (address(y.buffer).floats, address(scratch).floats)
        let (residual, relu) = (residual.map { address($0).floats }, epilogue.relu)
        return { nsl_winograd_forward(set, x, w, b, residual, relu ? 1 : 0, y, scratch, shape) }
      })
    program.note("\(name(index)) forward: winograd_4x3")
    note(epilogue, of: index)
    equalizePlaces(
      index, window, x: Walkable(tensor: source, shape: extents(source.layout)),
      residual: residual, y: Walkable(tensor: y, shape: extents(y.layout)))
    return true
  }

  /// - Returns: Whether the rule takes this convolution.
  mutating func emitWinogradGradients(_ gradients: ConvolutionGradients) -> Bool {
    let destination = graph.shape(of: gradients.dy)
    guard
      takesWinograd(gradients.window, weights: gradients.weightsShape, destination: destination),
      gradients.input.map({ weightSource($0.weights) != nil }) != false
    else { return false }
    let shape = convolutionShape(
      gradients.inputShape, outputs: gradients.weightsShape[0], gradients.window)
    let weights = gradients.input.flatMap { transformedWeights($0.weights, transposed: true) }
    emit(
      gradients, kernel: "winograd_4x3", weights: weights, shape,
      scratch: nsl_winograd_scratch(shape), nsl_winograd_gradients)
    return true
  }

  /// Weights as the kernel takes them, renewed once per update; `nil` for what is computed.
  private mutating func transformedWeights(
    _ value: Value, transposed: Bool
  ) -> BufferID? {
    guard let source = weightSource(value) else { return nil }
    return program.buffer(at: weightCopy(source, as: .winograd(transposed: transposed)))
  }
}
