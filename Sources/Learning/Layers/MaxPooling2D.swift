package import Engine

/// Keras's `MaxPooling2D`: strides as large as the window, "valid" padding.
package struct MaxPooling2D: Layer {
  package let window: Extent

  package func outputShape(for input: Shape) -> Shape {
    precondition(
      input.rank == 3 && input[1] >= window.height && input[2] >= window.width,
      "max_pooling2d: window \(window) does not fit its input \(input)")
    return [input[0], input[1] / window.height, input[2] / window.width]
  }

  package func add(to graph: inout Graph, input: Value, weights: [Value]) -> Value {
    let extents = (window.height, window.width)
    return graph.maxPooling2D(input, window: extents, strides: extents)
  }
}
