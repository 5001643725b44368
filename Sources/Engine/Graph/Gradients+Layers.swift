extension Graph {
  /// The gradients at all inputs of a node, given the one at its first result.
  mutating func layerGradients(of index: Int, _ dy: Value) -> [(Value, Value)] {
    let node = nodes[index]
    let x = node.inputs[0]
    let shape = shape(of: x)
    switch node.operation {
    case .averagePooling(let window):
      return [(x, add(.averagePoolingGradient(window, shape), [dy], [shape]))]

    case .batchNormalization(let epsilon):
      let (gamma, beta) = (node.inputs[1], node.inputs[2])
      let moments = nodes[node.inputs[3].node]
      let throughMoments = moments.operation == .batchMoments && moments.inputs == [x]
      let vector = self.shape(of: gamma)
      let dx = add(
        .batchNormalizationGradient(epsilon: epsilon, throughMoments: throughMoments),
        node.inputs + [dy], [shape, vector, vector])
      return [
        (x, dx), (gamma, Value(node: dx.node, output: 1)),
        (beta, Value(node: dx.node, output: 2)),
      ]

    case .channelTransform(let transform):
      return [(x, add(.channelTransform(transform.gradient), [dy], [shape]))]

    case .dropout:
      return [(x, add(.multiply, [dy, Value(node: index, output: 1)], [shape]))]

    case .multiply:
      return [(x, add(.multiply, [dy, node.inputs[1]], [shape]))]

    case .concatenate:
      var start = 0
      return node.inputs.map { input in
        let part = self.shape(of: input)
        defer { start += part[1] }
        return (input, add(.channels(start: start, part), [dy], [part]))
      }

    case .flatten:
      return [(x, add(.unflatten(shape), [dy], [shape]))]

    case .activation(let function):
      return [(x, add(.activationGradient(function), [x, dy], [shape]))]

    default:
      preconditionFailure("\(node.operation) has its gradient elsewhere")
    }
  }
}
