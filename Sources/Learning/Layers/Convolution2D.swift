package import Engine

/// Keras's `Conv2D`: strides 1, "valid" padding, a bias, no activation.
package struct Convolution2D: Layer {
  package let name: String
  /// Output channels, `O`.
  package let filters: Int
  /// `R` and `S`.
  package let kernel: Extent

  package func outputShape(for input: Shape) -> Shape {
    precondition(
      input.rank == 3 && input[1] >= kernel.height && input[2] >= kernel.width,
      "\(name): kernel \(kernel) does not fit its input \(input)")
    return [filters, input[1] - kernel.height + 1, input[2] - kernel.width + 1]
  }

  package func weights(for input: Shape) -> [Weight] {
    let area = kernel.height * kernel.width
    return [
      Weight(
        name: "\(name)/kernel", shape: [filters, input[0], kernel.height, kernel.width],
        initializer: .glorotUniform(fanIn: area * input[0], fanOut: area * filters),
        kerasShape: [kernel.height, kernel.width, input[0], filters]),
      Weight(name: "\(name)/bias", shape: [filters], initializer: .zeros, kerasShape: [filters]),
    ]
  }

  package func add(to graph: inout Graph, input: Value, weights: [Value]) -> Value {
    graph.convolution2D(input, weights: weights[0], bias: weights[1])
  }
}
