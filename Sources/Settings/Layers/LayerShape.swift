/// What one example looks like between two layers, in Keras's order.
package struct LayerShape: Hashable, Sendable, CustomStringConvertible {
  /// `[H, W, C]` or `[I]`.
  package var dimensions: [Int]
  /// Of a row that is a flattened image, that image, `[H, W, C]`.
  package var image: [Int]?

  package init(_ dimensions: [Int], flattened image: [Int]? = nil) {
    self.dimensions = dimensions
    self.image = image
  }

  package var isRow: Bool { dimensions.count == 1 }
  /// Of a row its length.
  package var channels: Int { dimensions.last ?? 0 }
  /// The number of elements; `Int.max` where there are more.
  package var count: Int { dimensions.reduce(1) { $0.timesAtMost($1) } }
  /// As a row of elements in Keras's order.
  package var row: LayerShape { LayerShape([count]) }
  package var description: String { shapeText(dimensions) }
}

/// Why inputs do not fit a layer.
package struct ShapeProblem: Error, Hashable, Sendable {
  /// Behind the layer's name.
  package var message: String
  /// The setting that is too large, where one is.
  package var key: String?
  /// Whether the shapes that lead to it say more.
  package var hasChain: Bool
  /// Of inputs that do not fit together, the first that is another than input 0.
  package var otherInput: Int?

  package init(_ message: String, key: String? = nil, hasChain: Bool = true) {
    self.message = message
    self.key = key
    self.hasChain = hasChain
  }

  /// Inputs that do not fit together: "cannot add A of 2x2x1 and B of 3x3x1".
  static func inputs(_ verb: String, _ other: Int, ending: String = "") -> ShapeProblem {
    var problem = ShapeProblem("cannot \(verb) |\(ending)", hasChain: false)
    problem.otherInput = other
    return problem
  }
}

/// A tensor of a layer's own: trained, or a moving average.
package struct WeightDeclaration: Hashable, Sendable {
  /// How a weight is drawn before training.
  package enum Initializer: Hashable, Sendable {
    case zeros
    case ones
    /// Uniform between plus and minus `sqrt(6 / (fanIn + fanOut))`; Glorot and Bengio 2010.
    case glorotUniform(fanIn: Int, fanOut: Int)
  }

  /// `kernel`, as Keras calls it.
  package var name: String
  /// `[O, I, R, S]`, `[O, C, H, W]` (dense after images), `[O, I]` or `[O]`.
  package var shape: [Int]
  /// The same in Keras's order: `[R, S, I, O]`, `[H*W*C, O]`, `[I, O]` or `[O]`.
  package var kerasShape: [Int]
  package var initializer: Initializer
  package var isTrained = true

  /// The number of elements; `Int.max` where there are more.
  package var count: Int { shape.reduce(1) { $0.timesAtMost($1) } }

  /// A number for each channel.
  static func vector(
    _ name: String, _ count: Int, _ initializer: Initializer, isTrained: Bool = true
  ) -> WeightDeclaration {
    WeightDeclaration(
      name: name, shape: [count], kerasShape: [count], initializer: initializer,
      isTrained: isTrained)
  }
}
