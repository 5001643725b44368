package import Engine

/// A height and a width, in pixels.
package struct Extent: Codable, Hashable, Sendable, CustomStringConvertible {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package var description: String { "\(height)x\(width)" }
  var pair: (Int, Int) { (height, width) }
}

/// What is around an image when a window moves over it, in Keras's words.
package enum Padding: String, Codable, Hashable, Sendable {
  /// Nothing: windows lie inside.
  case valid
  /// As much as makes the result as large as the input, divided by the strides and rounded up.
  case same
}

/// One step of a model, with Keras's meaning of its settings.
package enum Layer: Codable, Hashable, Sendable {
  case convolution2D(
    filters: Int, kernel: Extent, strides: Extent, padding: Padding, useBias: Bool)
  case maxPooling2D(window: Extent, strides: Extent, padding: Padding)
  case averagePooling2D(window: Extent, strides: Extent, padding: Padding)
  /// The mean of each channel.
  case globalAveragePooling2D
  /// Images as rows, in the order height, width, channel.
  case flatten
  case dense(units: Int, useBias: Bool)
  case activation(Activation)
  /// By channel, with the batch's moments in training and with their moving averages otherwise.
  case batchNormalization(momentum: Double, epsilon: Double)
  /// By channel: `(x - mean) / max(sqrt(variance), 1e-7)`, with numbers that are settings, not weights;
  /// one for all channels, or one for each.
  case normalization(mean: [Double], variance: [Double])
  /// By channel: `x * scale + offset`; one number for all channels, or one for each.
  case rescaling(scale: [Double], offset: [Double])
  /// In training: drops elements at random and scales the others by `1 / (1 - rate)`.
  case dropout(rate: Double)
  /// The sum of its inputs.
  case add
  /// Its inputs one behind the other, along the channels.
  case concatenate

  /// Keras's name of the first such layer of a model.
  package var kerasName: String {
    switch self {
    case .convolution2D: "conv2d"
    case .maxPooling2D: "max_pooling2d"
    case .averagePooling2D: "average_pooling2d"
    case .globalAveragePooling2D: "global_average_pooling2d"
    case .flatten: "flatten"
    case .dense: "dense"
    case .activation: "activation"
    case .batchNormalization: "batch_normalization"
    case .normalization: "normalization"
    case .rescaling: "rescaling"
    case .dropout: "dropout"
    case .add: "add"
    case .concatenate: "concatenate"
    }
  }
}
