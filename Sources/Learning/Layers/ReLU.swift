package import Engine

/// `max(x, 0)`.
package struct ReLU: Layer {
  package func outputShape(for input: Shape) -> Shape { input }

  package func add(to graph: inout Graph, input: Value, weights: [Value]) -> Value {
    graph.relu(input)
  }
}
