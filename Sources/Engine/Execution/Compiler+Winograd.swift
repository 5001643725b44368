internal import CKernels

/// Whether Winograd's F(4x4, 3x3) by a kernel of ours computes a convolution and its gradients. A
/// rule over shapes and instruction set: a choice by timing would change the rounding from run to
/// run.
///
/// - Returns: The block of channels and the variant of the kernel, or `nil` for oneDNN's direct
///   algorithm.
func winogradKernel(
  _ window: Window, weights: Shape, destination: Shape, instructionSet: String
) -> (block: Int, set: nsl_instruction_set)? {
  let block = instructionSet.hasPrefix("avx512") ? 16 : 8
  let set = kernelSet(instructionSet: instructionSet, block: block)
  guard set != nsl_generic, window.kernel == [3, 3], window.strides == [1, 1],
    window.padding == window.paddingEnd, weights[0] % block == 0, weights[1] % block == 0,
    weights[0] >= 16, weights[1] >= 16
  else { return nil }
  // 36 multiplications for each tile of 4x4 results instead of 9 for each result: less than half of
  // them must be left to pay for the transforms.
  let tiles = ((destination[2] + 3) / 4) * ((destination[3] + 3) / 4)
  return 9 * destination[2] * destination[3] >= 2 * 36 * tiles ? (block, set) : nil
}

extension Compiler {
  private func winograd(
    _ window: Window, weights: Shape, destination: Shape
  ) -> (block: Int, set: nsl_instruction_set)? {
    winogradKernel(
      window, weights: weights, destination: destination, instructionSet: instructionSet)
  }

  private func scratch(_ shape: nsl_convolution_shape) -> Int {
    nsl_winograd_scratch(shape) * MemoryLayout<Float>.stride
  }

  /// - Returns: Whether the rule takes this convolution.
  mutating func emitWinogradConvolution(
    _ index: Int, _ node: Graph.Node, _ window: Window
  ) throws -> Bool {
    let (x, w, b) = (node.inputs[0], node.inputs[1], node.inputs[2])
    let (xShape, wShape) = (graph.shape(of: x), graph.shape(of: w))
    guard let (block, set) = winograd(window, weights: wShape, destination: node.shapes[0]),
      let weights = try transformedWeights(w, set, transposed: false)
    else { return false }
    let source = try tensor(x, as: Layout(channelBlock: block, xShape))
    let bias = try plain(b)
    let epilogue = takeEpilogue(of: index, sums: true)
    let layout = try Layout(channelBlock: block, node.shapes[0])
    let residual = try epilogue.residual.map { try tensor($0, as: layout).buffer }
    let y = try define(epilogue.result, layout)
    let shape = convolutionShape(xShape, outputs: wShape[0], window, block: block)
    let scratch = program.buffer(byteCount: scratch(shape))
    program.append(
      Step(
        name: "\(name(index)) forward",
        touches: [source.buffer, weights, bias.buffer, y.buffer, scratch]
          + [residual].compactMap { $0 },
        inPlace: residual.map { [InPlace(read: $0, written: y.buffer)] } ?? []
      ) { address in
        let (x, w, b) = (
          address(source.buffer).floats, address(weights).floats, address(bias.buffer).floats
        )
        let (y, scratch) = (address(y.buffer).floats, address(scratch).floats)
        let (residual, relu) = (residual.map { address($0).floats }, epilogue.relu)
        return { nsl_winograd_forward(set, x, w, b, residual, relu ? 1 : 0, y, scratch, shape) }
      })
    program.note("\(name(index)) forward: winograd_4x3:\(set.name)")
    note(epilogue, of: index)
    equalizePlaces(
      index, window, x: Walkable(tensor: source, shape: extents(xShape, block: block)),
      residual: residual, y: Walkable(tensor: y, shape: extents(node.shapes[0], block: block)))
    return true
  }

  /// Whether the rule takes the convolution with these gradients.
  func takesWinograd(_ gradients: ConvolutionGradients) -> Bool {
    winograd(
      gradients.window, weights: gradients.weightsShape, destination: graph.shape(of: gradients.dy))
      != nil && gradients.input.map { weightSource($0.weights) != nil } != false
  }

  /// - Returns: Whether the rule takes this convolution.
  mutating func emitWinogradGradients(_ gradients: ConvolutionGradients) throws -> Bool {
    let (xShape, wShape) = (gradients.inputShape, gradients.weightsShape)
    let dyShape = graph.shape(of: gradients.dy)
    guard takesWinograd(gradients),
      let (block, set) = winograd(gradients.window, weights: wShape, destination: dyShape)
    else { return false }
    let (dy, gate) = try gated(gradients.dy, block: block)
    let shape = convolutionShape(xShape, outputs: wShape[0], gradients.window, block: block)
    let scratch = program.buffer(byteCount: scratch(shape))
    var (x, dx, dw, db): (BufferID?, BufferID?, BufferID?, BufferID?)
    var (weights, residual): (BufferID?, BufferID?)
    var taken: (Epilogue, Int)?
    if let input = gradients.input {
      weights = try transformedWeights(input.weights, set, transposed: true)
      let layout = try Layout(channelBlock: block, xShape)
      let epilogue = takeEpilogue(of: input.node, sums: true, relu: false)
      residual = try epilogue.residual.map { try tensor($0, as: layout).buffer }
      dx = try define(epilogue.result, layout).buffer
      taken = (epilogue, input.node)
    }
    if let parameters = gradients.parameters {
      x = try tensor(parameters.x, as: Layout(channelBlock: block, xShape)).buffer
      dw = try define(Value(node: parameters.node, output: 0), Layout(plain: wShape)).buffer
      db = try define(Value(node: parameters.node, output: 1), Layout(plain: [wShape[0]])).buffer
    }
    let touches = [dy, scratch] + [x, gate, weights, residual, dx, dw, db].compactMap { $0 }
    var inPlace: [InPlace] = []
    if let residual, let dx { inPlace = [InPlace(read: residual, written: dx)] }
    try append(
      gradients, kernel: "winograd_4x3:\(set.name)", touches: touches, inPlace: inPlace
    ) { [x, weights, residual, dx, dw, db] address in
      func floats(_ buffer: BufferID?) -> UnsafeMutablePointer<Float>? {
        buffer.map { address($0).floats }
      }
      let (dy, scratch) = (address(dy).floats, address(scratch).floats)
      let (x, gate, weights, residual) = (
        floats(x), floats(gate), floats(weights), floats(residual)
      )
      let (dx, dw, db) = (floats(dx), floats(dw), floats(db))
      return {
        nsl_winograd_gradients(
          set, x, dy, gate, weights, residual, dx, dw, db, scratch, shape)
      }
    }
    if let (epilogue, node) = taken { note(epilogue, of: node) }
    return true
  }

  /// Weights as the kernel takes them, renewed once per update; `nil` for what is computed.
  private mutating func transformedWeights(
    _ value: Value, _ set: nsl_instruction_set, transposed: Bool
  ) throws -> BufferID? {
    guard let source = weightSource(value) else { return nil }
    return program.buffer(at: try weightCopy(source, as: .winograd(set, transposed: transposed)))
  }
}
