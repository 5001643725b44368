internal import CKernels

/// Convolutions of any shape, as sums of matrix products: `CKernels/templates/convolution.h`.
extension Compiler {
  mutating func emitConvolution(_ index: Int, _ node: Graph.Node, _ window: Window) {
    if emitWinogradConvolution(index, node, window) { return }
    let (x, w, b) = (node.inputs[0], node.inputs[1], node.inputs[2])
    let (xShape, wShape) = (graph.shape(of: x), graph.shape(of: w))
    let source = tensor(x, as: Layout(ofActivations: xShape))
    let weights = packedWeights(w, isBlocked: source.layout.isBlocked, transposed: false)
    let bias = plain(b)
    let epilogue = takeEpilogue(of: index, sums: false)
    let y = define(epilogue.result, Layout(blocked: node.shapes[0]))
    let (set, shape) = (kernels, convolutionShape(xShape, outputs: wShape[0], window))
    let scratch = program.buffer(floats: nsl_convolution_scratch(set, shape))
    program.append(
      "\(name(index)) forward",
      touching: [source.buffer, weights, bias.buffer, y.buffer, scratch]
    ) { memory in
      let (x, w, b) = (
        memory.floats(source.buffer), memory.floats(weights), memory.floats(bias.buffer)
      )
      let (y, scratch) = (memory.floats(y.buffer), memory.floats(scratch))
      let relu: Int32 = epilogue.relu ? 1 : 0
      return { nsl_convolution_forward(set, x, w, b, relu, y, scratch, shape) }
    }
    program.note("\(name(index)) forward: direct")
    note(epilogue, of: index)
  }

  /// A gradient of a convolution, with the other one where that is wanted, too.
  mutating func emitConvolutionGradient(_ index: Int) {
    let gradients = convolutionGradients(index)
    if emitFewChannelsGradients(gradients) || emitWinogradGradients(gradients) { return }
    emitDirectGradients(gradients)
  }

  private mutating func emitDirectGradients(_ gradients: ConvolutionGradients) {
    let shape = convolutionShape(
      gradients.inputShape, outputs: gradients.weightsShape[0], gradients.window)
    let weights = gradients.input.map {
      packedWeights($0.weights, isBlocked: true, transposed: true)
    }
    emit(
      gradients, kernel: "direct", weights: weights, shape,
      scratch: nsl_convolution_scratch(kernels, shape), nsl_convolution_gradients)
  }

  /// A sum may take the place of what is added.
  func inPlace(_ residual: BufferID?, _ result: BufferID?) -> [InPlace] {
    guard let residual, let result else { return [] }
    return [InPlace(read: residual, written: result)]
  }

  /// The gradients at a layer's weights `[O, ...]` and bias, row-major.
  mutating func defineParameterGradient(
    _ node: Int, _ weights: Shape
  ) -> (weights: BufferID, bias: BufferID) {
    (
      define(Value(node: node, output: 0), Layout(plain: weights)).buffer,
      define(Value(node: node, output: 1), Layout(plain: [weights[0]])).buffer
    )
  }

  /// Weights in the order of a matrix product, renewed once per update; in each run, where the run
  /// computes them.
  mutating func packedWeights(_ value: Value, isBlocked: Bool, transposed: Bool) -> BufferID {
    if let source = weightSource(value) {
      let form = WeightForm.packed(isBlocked: isBlocked, transposed: transposed)
      return program.buffer(at: weightCopy(source, as: form))
    }
    let weights = plain(value)
    let (set, shape) = (kernels, weightsShape(graph.shape(of: value), isBlocked: isBlocked))
    let transposed: Int32 = transposed ? 1 : 0
    let packed = program.buffer(floats: nsl_packed_count(shape, transposed))
    program.append("weights", touching: [weights.buffer, packed]) { memory in
      let (from, to) = (memory.floats(weights.buffer), memory.floats(packed))
      return { nsl_pack(set, from, transposed, to, shape) }
    }
    return packed
  }

  /// A parameter gradient has no parameter among its inputs: it is named by its forward node.
  func parameterGradientName(_ index: Int) -> String {
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
