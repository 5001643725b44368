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
