internal import CKernels

/// What is wanted of one convolution's gradients: at its input, at its parameters, or both, which
/// are computed in one go.
struct ConvolutionGradients {
  var window: Window
  var dy: Value
  /// The input's and the weights' shape.
  var inputShape: Shape
  var weightsShape: Shape
  /// The node of the gradient at the input and the weights it needs.
  var input: (node: Int, weights: Value)?
  /// The node of the gradients at the parameters and the convolution's input, which it needs.
  var parameters: (node: Int, x: Value)?

  var nodes: [Int] { [input?.node, parameters?.node].compactMap { $0 } }
}

extension Compiler {
  /// The gradient that node `index` computes, with the other one of the same convolution where that
  /// is wanted, too, and not computed yet: equal convolutions of the same input share the gradient at
  /// their parameters.
  func convolutionGradients(_ index: Int) -> ConvolutionGradients {
    let node = graph.nodes[index]
    switch node.operation {
    case .convolutionInputGradient(let window, let shape):
      let (dy, w) = (node.inputs[0], node.inputs[1])
      let partner = needed.first {
        !emitted.contains($0)
          && graph.nodes[$0].operation == .convolutionParameterGradient(window, graph.shape(of: w))
          && graph.nodes[$0].inputs[1] == dy
          && isConvolution(of: graph.nodes[$0].inputs[0], by: w, window)
      }
      return ConvolutionGradients(
        window: window, dy: dy, inputShape: shape, weightsShape: graph.shape(of: w),
        input: (index, w), parameters: partner.map { ($0, graph.nodes[$0].inputs[0]) })
    case .convolutionParameterGradient(let window, let shape):
      let (x, dy) = (node.inputs[0], node.inputs[1])
      let partner = needed.first {
        !emitted.contains($0)
          && graph.nodes[$0].operation == .convolutionInputGradient(window, graph.shape(of: x))
          && graph.nodes[$0].inputs[0] == dy
          && isConvolution(of: x, by: graph.nodes[$0].inputs[1], window)
      }
      return ConvolutionGradients(
        window: window, dy: dy, inputShape: graph.shape(of: x), weightsShape: shape,
        input: partner.map { ($0, graph.nodes[$0].inputs[1]) }, parameters: (index, x))
    default:
      preconditionFailure("\(node.operation) is no gradient of a convolution")
    }
  }

  func isConvolutionGradient(_ index: Int) -> Bool {
    switch graph.nodes[index].operation {
    case .convolutionInputGradient, .convolutionParameterGradient: true
    default: false
    }
  }

  private func isConvolution(of x: Value, by weights: Value, _ window: Window) -> Bool {
    graph.nodes.contains { node in
      guard case .convolution(window) = node.operation else { return false }
      return node.inputs[0] == x && node.inputs[1] == weights
    }
  }

  /// A kernel of both gradients: `x`, `dy`, ReLU's result, weights, what is added to the gradient at the
  /// input, the three gradients, scratch memory. What is not wanted is null.
  typealias GradientKernel = (
    nsl_instruction_set, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?,
    UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?,
    UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?,
    nsl_convolution_shape
  ) -> Void

  /// Adds the step that computes all of `gradients` on blocked activations, with what it takes over.
  ///
  /// - Parameters:
  ///   - weights: In the form of the kernel, where the gradient at the input is wanted.
  ///   - scratch: Floats of scratch memory.
  mutating func emit(
    _ gradients: ConvolutionGradients, kernel name: String, weights: BufferID?,
    _ shape: nsl_convolution_shape, scratch: Int, _ kernel: @escaping GradientKernel
  ) {
    let (dy, gate) = gated(gradients.dy)
    let (set, scratch) = (kernels, program.buffer(floats: scratch))
    var (x, residual, dx, dw, db): (BufferID?, BufferID?, BufferID?, BufferID?, BufferID?)
    var taken: (Epilogue, Int)?
    if let input = gradients.input {
      let layout = Layout(blocked: gradients.inputShape)
      let epilogue = takeEpilogue(of: input.node, sums: true, relu: false)
      residual = epilogue.residual.map { tensor($0, as: layout).buffer }
      dx = define(epilogue.result, layout).buffer
      taken = (epilogue, input.node)
    }
    if let parameters = gradients.parameters {
      x = tensor(parameters.x, as: Layout(ofActivations: gradients.inputShape)).buffer
      (dw, db) = defineParameterGradient(parameters.node, gradients.weightsShape)
    }
    let touches = [dy, scratch] + [gate, x, weights, residual, dx, dw, db].compactMap { $0 }
    append(
      gradients, kernel: name, touches: touches, inPlace: inPlace(residual, dx)
    ) { [x, residual, dx, dw, db] memory in
      let (dy, scratch, gate) = (memory.floats(dy), memory.floats(scratch), memory.floats(gate))
      let (x, w, residual) = (memory.floats(x), memory.floats(weights), memory.floats(residual))
      let (dx, dw, db) = (memory.floats(dx), memory.floats(dw), memory.floats(db))
      return { kernel(set, x, dy, gate, w, residual, dx, dw, db, scratch, shape) }
    }
    if let (epilogue, node) = taken { note(epilogue, of: node) }
  }

  /// Adds the step that computes all of `gradients`, by a kernel of that name.
  mutating func append(
    _ gradients: ConvolutionGradients, kernel: String, touches: [BufferID],
    inPlace: [InPlace] = [],
    bind: @escaping (StepMemory) -> () -> Void
  ) {
    var layer = ""
    if let parameters = gradients.parameters {
      layer = parameterGradientName(parameters.node)
      program.note("\(layer) backward-weights: \(kernel)")
      emitted.insert(parameters.node)
    }
    if let input = gradients.input {
      layer = name(input.node)
      program.note("\(layer) backward-data: \(kernel)")
      emitted.insert(input.node)
    }
    let passes =
      (gradients.input == nil ? [] : ["data"])
      + (gradients.parameters == nil ? [] : ["weights"])
    program.append(
      "\(layer) backward-\(passes.joined(separator: "-and-"))", touching: touches,
      inPlace: inPlace, bind)
  }
}
