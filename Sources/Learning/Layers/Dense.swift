package import Engine

/// Keras's `Dense`, with the `Flatten` before it where images come in, without activation.
package struct Dense: Layer {
  package let name: String
  /// Outputs, `O`.
  package let units: Int

  package func outputShape(for input: Shape) -> Shape { [units] }

  package func weights(for input: Shape) -> [Weight] {
    [
      Weight(
        name: "\(name)/kernel", shape: Shape([units] + input.dimensions),
        initializer: .glorotUniform(fanIn: input.count, fanOut: units),
        kerasShape: [input.count, units]),
      Weight(name: "\(name)/bias", shape: [units], initializer: .zeros, kerasShape: [units]),
    ]
  }

  package func add(to graph: inout Graph, input: Value, weights: [Value]) -> Value {
    graph.dense(input, weights: weights[0], bias: weights[1])
  }
}
