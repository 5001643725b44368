package import Engine

/// What one example looks like between two layers.
package struct LayerShape: Hashable, Sendable {
  /// `[C, H, W]` or `[I]`.
  package var shape: Shape
  /// Whether an image stands for a row: it was flattened, but its elements were left where they
  /// are, because the dense layer that follows reads them there.
  package var isFlattened = false

  package init(shape: Shape, isFlattened: Bool = false) {
    self.shape = shape
    self.isFlattened = isFlattened
  }

  /// What Keras calls its elements.
  package var isRow: Bool { isFlattened || shape.rank == 1 }
  /// As a row of elements.
  var row: LayerShape { LayerShape(shape: [shape.count]) }
}

extension Layer {
  /// The shape of what comes out, where examples of `inputs` go in.
  ///
  /// Precondition: the layer fits them.
  package func outputShape(for inputs: [LayerShape]) -> LayerShape {
    let input = inputs[0]
    func windowed(_ channels: Int, _ window: Extent, _ strides: Extent, _ padding: Padding)
      -> LayerShape
    {
      precondition(
        input.shape.rank == 3 && !input.isFlattened, "\(kerasName): \(input.shape) is no image")
      func extent(_ input: Int, _ window: Int, _ stride: Int) -> Int {
        guard padding == .valid else { return (input + stride - 1) / stride }
        precondition(input >= window, "\(kerasName): \(window) does not fit its input \(input)")
        return (input - window) / stride + 1
      }
      return LayerShape(
        shape: [
          channels, extent(input.shape[1], window.height, strides.height),
          extent(input.shape[2], window.width, strides.width),
        ])
    }
    switch self {
    case .convolution2D(let filters, let kernel, let strides, let padding, _):
      return windowed(filters, kernel, strides, padding)
    case .maxPooling2D(let window, let strides, let padding),
      .averagePooling2D(let window, let strides, let padding):
      return windowed(input.shape[0], window, strides, padding)
    case .globalAveragePooling2D:
      return LayerShape(shape: [input.shape[0], 1, 1], isFlattened: true)
    case .flatten:
      return input.shape.rank == 1 ? input : LayerShape(shape: input.shape, isFlattened: true)
    case .dense(let units, _):
      precondition(input.isRow, "dense: \(input.shape) is no row")
      return LayerShape(shape: [units])
    case .activation, .dropout:
      return input
    case .batchNormalization, .normalization, .rescaling:
      return input.isRow ? input.row : input
    case .add:
      let same = inputs.allSatisfy { $0 == input }
      let result = same ? input : input.row
      precondition(
        same || inputs.allSatisfy { $0.isRow && $0.row == result }, "add: other shapes")
      return result
    case .concatenate:
      if input.isRow {
        return LayerShape(shape: [inputs.reduce(0) { $0 + $1.shape.count }])
      }
      let channels = inputs.reduce(0) { $0 + $1.shape[0] }
      return LayerShape(shape: [channels, input.shape[1], input.shape[2]])
    }
  }

  /// How many channels a normalization has: of rows, their length.
  func channels(of input: LayerShape) -> Int { input.isRow ? input.shape.count : input.shape[0] }

  /// Whether the layer reads rows element by element, so that a flattened image must be laid out as
  /// one first.
  func readsRows(_ inputs: [LayerShape]) -> Bool {
    switch self {
    case .batchNormalization, .normalization, .rescaling, .concatenate: inputs[0].isRow
    case .add: inputs.contains { $0 != inputs[0] }
    default: false
    }
  }
}
