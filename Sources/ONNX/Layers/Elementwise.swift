import Engine
import Settings

/// Layers that compute each element from one element.
extension LayerNodesBuilder {
  func build(_ settings: ActivationLayer) -> LayerNodes {
    { graph, place in
      func one(_ type: String, _ attributes: [(name: String, value: NodeAttribute)] = [])
        -> GraphValue
      {
        graph.node(type, [place.input.name], named: place.name, shape: place.output, attributes)
      }
      return switch settings.activation {
      case .linear: place.input
      case .relu: one("Relu")
      case .tanh: one("Tanh")
      case .sigmoid: one("Sigmoid")
      case .elu: one("Elu", [("alpha", .float(1))])
      case .leakyReLU: one("LeakyRelu", [("alpha", .float(0.2))])
      case .softplus: one("Softplus")
      case .gelu: graph.gelu(place)
      case .swish: graph.swish(place)
      }
    }
  }

  func build(_ settings: Normalization) -> LayerNodes {
    { graph, place in
      graph.transform(
        place,
        .normalization(
          mean: settings.mean, variance: settings.variance, channels: place.input.shape[0]))
    }
  }

  func build(_ settings: Rescaling) -> LayerNodes {
    { graph, place in
      graph.transform(
        place,
        .rescaling(scale: settings.scale, offset: settings.offset, channels: place.input.shape[0]))
    }
  }
}

extension GraphBuilder {
  /// x (1 + erf(x / √2)) / 2: ONNX has an operator for it only from operator set 20 on.
  fileprivate mutating func gelu(_ place: NodePlace) -> GraphValue {
    let (x, name) = (place.input.name, place.name)
    func constant(_ graph: inout GraphBuilder, _ value: Float, _ word: String) -> String {
      graph.tensor([value], shape: [], named: "\(name)/\(word)")
    }
    let root = constant(&self, Float(0.5).squareRoot(), "sqrt_half")
    let one = constant(&self, 1, "one")
    let half = constant(&self, 0.5, "half")
    func add(_ graph: inout GraphBuilder, _ type: String, _ inputs: [String], _ word: String)
      -> String
    {
      graph.node(type, inputs, named: "\(name)/\(word)", shape: place.output).name
    }
    let scaled = add(&self, "Mul", [x, root], "scaled")
    let erf = add(&self, "Erf", [scaled], "erf")
    let sum = add(&self, "Add", [erf, one], "sum")
    let halved = add(&self, "Mul", [x, half], "halved")
    return node("Mul", [halved, sum], named: name, shape: place.output)
  }

  /// x sigmoid(x).
  fileprivate mutating func swish(_ place: NodePlace) -> GraphValue {
    let x = place.input.name
    let sigmoid = node("Sigmoid", [x], named: "\(place.name)/sigmoid", shape: place.output)
    return node("Mul", [x, sigmoid.name], named: place.name, shape: place.output)
  }

  /// `(x - center) * scale + shift` by channel, without the steps that change nothing.
  fileprivate mutating func transform(
    _ place: NodePlace, _ transform: ChannelTransform
  ) -> GraphValue {
    let channels = place.input.shape[0]
    let shape = place.input.isImage ? [channels, 1, 1] : [channels]
    let steps: [(type: String, word: String, numbers: [Float], neutral: Float)] = [
      ("Sub", "center", transform.center, 0), ("Mul", "scale", transform.scale, 1),
      ("Add", "shift", transform.shift, 0),
    ]
    return steps.reduce(place.input) { value, step in
      guard step.numbers.contains(where: { $0 != step.neutral }) else { return value }
      let constant = tensor(step.numbers, shape: shape, named: "\(place.name)/\(step.word)")
      return node(step.type, [value.name, constant], named: place.name, shape: place.output)
    }
  }
}
