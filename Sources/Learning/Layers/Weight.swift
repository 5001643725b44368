package import Engine
package import Settings

/// A tensor of a model's own: trained, or a moving average.
package struct Weight: Hashable, Sendable {
  /// Keras's name: `conv2d_1/kernel`.
  package let name: String
  /// `[O, I, R, S]`, `[O, C, H, W]` (dense after images), `[O, I]` or `[O]`.
  package let shape: Shape
  package let initializer: WeightDeclaration.Initializer
  /// The shape in Keras's order: `[R, S, I, O]`, `[H*W*C, O]`, `[I, O]` or `[O]`.
  package let kerasShape: [Int]

  /// - Parameter layer: The name of the layer that it belongs to.
  init(_ declaration: WeightDeclaration, of layer: String) {
    name = "\(layer)/\(declaration.name)"
    shape = Shape(declaration.shape)
    initializer = declaration.initializer
    kerasShape = declaration.kerasShape
  }
}
