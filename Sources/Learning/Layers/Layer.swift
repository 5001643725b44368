package import Engine

/// How a weight is drawn before training.
package enum Initializer: Hashable, Sendable {
  case zeros
  /// Uniform between plus and minus `sqrt(6 / (fanIn + fanOut))`; Glorot and Bengio 2010.
  case glorotUniform(fanIn: Int, fanOut: Int)
}

/// A tensor that training changes.
package struct Weight: Hashable, Sendable {
  /// Keras's name: `conv2d_1/kernel`.
  package let name: String
  /// `[O, I, R, S]`, `[O, C, H, W]` (dense after images), `[O, I]` or, for a bias, `[O]`.
  package let shape: Shape
  package let initializer: Initializer

  /// The shape in Keras's order: `[R, S, I, O]`, `[H*W*C, O]`, `[I, O]` or `[O]`.
  package let kerasShape: [Int]
}

/// One step of a model: it knows its weights and how to add itself to a graph.
///
/// Shapes are those of one example, without `N`: `[C, H, W]` or `[I]`.
package protocol Layer: Sendable {
  /// The shape of what comes out, where `input` goes in.
  func outputShape(for input: Shape) -> Shape

  /// The layer's weights, in the order in which ``add(to:input:weights:)`` wants their values.
  func weights(for input: Shape) -> [Weight]

  /// Adds the layer to the graph.
  ///
  /// - Returns: The layer's output, `[N] + outputShape`.
  func add(to graph: inout Graph, input: Value, weights: [Value]) -> Value
}

extension Layer {
  package func weights(for input: Shape) -> [Weight] { [] }
}
