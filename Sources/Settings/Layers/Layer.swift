/// One kind of layer, with Keras's meaning of its settings: its word, its settings, its shape rule
/// and its weights.
package protocol LayerDeclaration: WordSettings {
  /// The setting that a bare value under the layer's word is: `dense: 10`.
  static var mainKey: String? { get }
  /// Whether it has several inputs.
  static var mergesInputs: Bool { get }
  /// Whether something of it is trained or kept.
  static var hasWeights: Bool { get }
  /// Whether its result is kept for the way back: it is not made in place.
  static var keepsResult: Bool { get }
  /// The shape of what comes out.
  ///
  /// - Throws: `ShapeProblem` where the inputs do not fit.
  func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape
  /// What is trained, then what is kept with it, for an input that fits.
  func weights(for input: LayerShape) -> [WeightDeclaration]
  /// Whether it reads rows element by element, so that a flattened image must be laid out as a row
  /// first.
  func readsRows(_ inputs: [LayerShape]) -> Bool
  /// The layer as others that are simpler: its activation is a layer of its own; none where it
  /// changes nothing.
  var parts: [any LayerDeclaration] { get }
  func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation
}

extension LayerDeclaration {
  package static var mainKey: String? { nil }
  package static var mergesInputs: Bool { false }
  package static var hasWeights: Bool { false }
  package static var keepsResult: Bool { false }
  package func weights(for input: LayerShape) -> [WeightDeclaration] { [] }
  package func readsRows(_ inputs: [LayerShape]) -> Bool { false }
  package var parts: [any LayerDeclaration] { [self] }

  /// The only input of a layer that takes images.
  func image(_ inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    guard !inputs[0].isRow else {
      throw ShapeProblem("needs images, and its input is flat: \(inputs[0])")
    }
    return inputs[0]
  }
}

/// Makes the computation of each layer: what does not know them all does not compile.
package protocol LayerBuilder {
  associatedtype Computation
  func build(_ settings: Convolution2D) -> Computation
  func build(_ settings: MaxPooling2D) -> Computation
  func build(_ settings: AveragePooling2D) -> Computation
  func build(_ settings: GlobalAveragePooling2D) -> Computation
  func build(_ settings: Flatten) -> Computation
  func build(_ settings: Dense) -> Computation
  func build(_ settings: ActivationLayer) -> Computation
  func build(_ settings: BatchNormalization) -> Computation
  func build(_ settings: Normalization) -> Computation
  func build(_ settings: Rescaling) -> Computation
  func build(_ settings: Dropout) -> Computation
  func build(_ settings: Add) -> Computation
  func build(_ settings: Concatenate) -> Computation
}

/// A layer with its settings.
package struct Layer: Choice {
  package var layer: any LayerDeclaration

  package init(_ layer: any LayerDeclaration) { self.layer = layer }

  package static let noun = "layer"
  package static let alternatives =
    ([
      Convolution2D(), MaxPooling2D(), AveragePooling2D(), GlobalAveragePooling2D(), Flatten(),
      Dense(), ActivationLayer(), BatchNormalization(), Normalization(), Rescaling(), Dropout(),
      Add(), Concatenate(),
    ] as [any LayerDeclaration]).map { Alternative(Layer($0)) }

  package var settings: any WordSettings { layer }
  package func reading(_ reader: any SettingsReader) -> Self { Self(layer.reading(reader)) }
  package func decoded(from decoder: any Decoder) throws -> Self {
    Self(try layer.decoded(from: decoder))
  }

  /// Whether something of it is trained or kept.
  package var hasWeights: Bool { type(of: layer).hasWeights }
  /// Whether it has several inputs.
  package var mergesInputs: Bool { type(of: layer).mergesInputs }
}
