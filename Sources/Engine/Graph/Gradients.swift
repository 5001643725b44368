extension Graph {
  /// Adds the nodes that compute the gradient of `loss` at each of `values` (reverse mode).
  ///
  /// - Parameters:
  ///   - loss: A scalar.
  ///   - values: Inputs, parameters or intermediate results that `loss` depends on.
  /// - Returns: One value of the same shape for each of `values`.
  package mutating func gradients(of loss: Value, at values: [Value]) -> [Value] {
    precondition(shape(of: loss).count == 1, "the gradient of a scalar only")
    return gradients(of: loss, weightedBy: add(.constant(1), [], [shape(of: loss)]), at: values)
  }

  /// Adds the nodes that compute the gradient of the sum of `weights` times `result` at each of
  /// `values`: a vector-Jacobian product.
  ///
  /// - Parameters:
  ///   - result: A tensor of any shape.
  ///   - weights: A tensor of its shape; no gradient flows through it.
  ///   - values: Inputs, parameters or intermediate results that `result` depends on.
  /// - Returns: One value of the same shape for each of `values`.
  package mutating func gradients(
    of result: Value, weightedBy weights: Value, at values: [Value]
  ) -> [Value] {
    precondition(shape(of: weights) == shape(of: result), "one weight for each element")
    let needed = nodesBetween(values, and: result)
    var sums: [Value: Value] = [result: weights]

    for node in needed.sorted(by: >) {
      guard let dy = sums[Value(node: node, output: 0)] else { continue }
      for (input, gradient) in inputGradients(of: node, dy, needed, Set(values)) {
        sums[input] = sums[input].map { add($0, gradient) } ?? gradient
      }
    }
    return values.map { value in
      guard let sum = sums[value] else {
        preconditionFailure("the result does not depend on a value whose gradient is asked for")
      }
      return sum
    }
  }

  /// The nodes that lie on a way from one of `values` to `loss`, without those of `values`.
  private func nodesBetween(_ values: [Value], and loss: Value) -> Set<Int> {
    let sources = Set(values)
    var dependent = Set<Int>()
    for (index, node) in nodes.enumerated() where index <= loss.node {
      if node.inputs.contains(where: { sources.contains($0) || dependent.contains($0.node) }) {
        dependent.insert(index)
      }
    }
    var reached: Set<Int> = [loss.node]
    for index in stride(from: loss.node, through: 0, by: -1) where reached.contains(index) {
      for input in nodes[index].inputs where dependent.contains(input.node) {
        reached.insert(input.node)
      }
    }
    return reached.intersection(dependent)
  }

  /// The gradients at the inputs of `node` that are needed, given the one at its first result.
  private mutating func inputGradients(
    of index: Int, _ dy: Value, _ needed: Set<Int>, _ asked: Set<Value>
  ) -> [(Value, Value)] {
    let node = nodes[index]
    let y = Value(node: index, output: 0)
    func wants(_ input: Int) -> Bool {
      needed.contains(node.inputs[input].node) || asked.contains(node.inputs[input])
    }
    var result: [(Value, Value)] = []

    switch node.operation {
    // The way through a batch's moments is part of the normalization's gradient.
    case .input, .parameter, .state, .constant, .zeros, .batchMoments:
      break

    case .convolution(let window):
      let (x, w, b) = (node.inputs[0], node.inputs[1], node.inputs[2])
      if wants(0) {
        let operation = Operation.convolutionInputGradient(window, shape(of: x))
        result.append((x, add(operation, [dy, w], [shape(of: x)])))
      }
      if wants(1) || wants(2) {
        let operation = Operation.convolutionParameterGradient(window, shape(of: w))
        let dw = add(operation, [x, dy], [shape(of: w), shape(of: b)])
        result += parameterGradients(dw, weights: w, bias: b, wants(1), wants(2))
      }

    case .dense:
      let (x, w, b) = (node.inputs[0], node.inputs[1], node.inputs[2])
      if wants(0) {
        let operation = Operation.denseInputGradient(shape(of: x))
        result.append((x, add(operation, [dy, w], [shape(of: x)])))
      }
      if wants(1) || wants(2) {
        let operation = Operation.denseParameterGradient(shape(of: w))
        let dw = add(operation, [x, dy], [shape(of: w), shape(of: b)])
        result += parameterGradients(dw, weights: w, bias: b, wants(1), wants(2))
      }

    case .maxPooling(let window):
      let places = Value(node: index, output: 1)
      let shape = shape(of: node.inputs[0])
      result.append(
        (node.inputs[0], add(.maxPoolingGradient(window, shape), [dy, places], [shape])))

    case .relu:
      result.append((node.inputs[0], add(.reluGradient, [y, dy], [shape(of: y)])))

    case .averagePooling, .batchNormalization, .channelTransform, .dropout, .concatenate,
      .flatten, .activation, .multiply:
      result = layerGradients(of: index, dy).filter {
        needed.contains($0.0.node) || asked.contains($0.0)
      }

    case .softmaxCrossEntropy(let smoothing):
      let (logits, labels) = (node.inputs[0], node.inputs[1])
      result.append(
        (
          logits,
          add(
            .softmaxCrossEntropyGradient(smoothing: smoothing), [logits, labels, dy],
            [shape(of: logits)])
        ))

    case .sum(let factor):
      let shape = shape(of: node.inputs[0])
      result.append((node.inputs[0], add(.fill(shape, factor: factor), [dy], [shape])))

    case .add:
      for input in [0, 1] where wants(input) { result.append((node.inputs[input], dy)) }

    case .convolutionInputGradient, .convolutionParameterGradient, .maxPoolingGradient,
      .denseInputGradient, .denseParameterGradient, .reluGradient, .softmaxCrossEntropyGradient,
      .averagePoolingGradient, .batchNormalizationGradient, .channels, .unflatten,
      .activationGradient, .fill, .foldedNormalization:
      preconditionFailure("a gradient through \(node.operation) is not supported")
    }
    return result
  }

  /// Pairs the two results of a parameter gradient with what they are the gradients of.
  private func parameterGradients(
    _ dw: Value, weights: Value, bias: Value, _ wantsWeights: Bool, _ wantsBias: Bool
  ) -> [(Value, Value)] {
    (wantsWeights ? [(weights, dw)] : [])
      + (wantsBias ? [(bias, Value(node: dw.node, output: 1))] : [])
  }
}
