/// `architecture:`: the network.
package struct ArchitectureSettings: Codable, Hashable, Sendable {
  /// Height, width, channels, in Keras's order.
  package var inputShape: [Int]
  package var numClasses: Int
  package var form: ArchitectureForm

  /// The layers, whichever form the spec has.
  package var layers: [LayerSettings] {
    switch form {
    case .hparams(let network): network.layers(classes: numClasses)
    case .layers(let layers): layers
    }
  }
}

/// The two ways to write a network.
package enum ArchitectureForm: Codable, Hashable, Sendable {
  case hparams(ConvolutionalNetwork)
  case layers([LayerSettings])
}

/// The tutorial's HParams form: convolutions ("valid", ReLU), each but the last followed by max
/// pooling, then dense layers with ReLU, then a dense layer of logits.
package struct ConvolutionalNetwork: Codable, Hashable, Sendable {
  package var convFilters: [Int]
  package var kernelSize: [Int]
  package var poolSize: [Int]
  package var numFCUnits: [Int]

  fileprivate func layers(classes: Int) -> [LayerSettings] {
    var kinds: [LayerKind] = []
    for (index, filters) in convFilters.enumerated() {
      kinds.append(
        .convolution2D(
          filters: filters, kernelSize: kernelSize, strides: [1, 1], padding: .valid,
          activation: .relu, useBias: true))
      if index < convFilters.count - 1 {
        kinds.append(.maxPooling2D(poolSize: poolSize, strides: poolSize, padding: .valid))
      }
    }
    kinds.append(.flatten)
    kinds += numFCUnits.map { .dense(units: $0, activation: .relu, useBias: true) }
    kinds.append(.dense(units: classes, activation: .linear, useBias: true))
    return kinds.enumerated().map {
      LayerSettings(name: nil, kind: $1, inputs: [$0 - 1])
    }
  }
}

/// One layer of a network.
package struct LayerSettings: Codable, Hashable, Sendable {
  /// As the spec gives it.
  package var name: String?
  package var kind: LayerKind
  /// Indices of layers before this one; ``images`` for the network's input.
  package var inputs: [Int]

  /// The index that stands for the images.
  package static let images = -1
}

/// What a layer does, with every setting; sizes are heights and widths.
package enum LayerKind: Codable, Hashable, Sendable {
  case convolution2D(
    filters: Int, kernelSize: [Int], strides: [Int], padding: PaddingName,
    activation: ActivationName, useBias: Bool)
  case maxPooling2D(poolSize: [Int], strides: [Int], padding: PaddingName)
  case averagePooling2D(poolSize: [Int], strides: [Int], padding: PaddingName)
  case globalAveragePooling2D
  case flatten
  case dense(units: Int, activation: ActivationName, useBias: Bool)
  case activation(ActivationName)
  case batchNormalization(momentum: Double, epsilon: Double)
  /// One number for all channels, or one for each.
  case normalization(mean: [Double], variance: [Double])
  case rescaling(scale: [Double], offset: [Double])
  case dropout(rate: Double)
  case add
  case concatenate

  package var name: LayerName {
    switch self {
    case .convolution2D: .convolution2D
    case .maxPooling2D: .maxPooling2D
    case .averagePooling2D: .averagePooling2D
    case .globalAveragePooling2D: .globalAveragePooling2D
    case .flatten: .flatten
    case .dense: .dense
    case .activation: .activation
    case .batchNormalization: .batchNormalization
    case .normalization: .normalization
    case .rescaling: .rescaling
    case .dropout: .dropout
    case .add: .add
    case .concatenate: .concatenate
    }
  }
}

/// The layers a spec may name, in Keras's words.
package enum LayerName: String, Codable, Hashable, Sendable, CaseIterable {
  case convolution2D = "conv2d"
  case maxPooling2D = "max_pooling2d"
  case averagePooling2D = "average_pooling2d"
  case globalAveragePooling2D = "global_average_pooling2d"
  case flatten
  case dense
  case activation
  case batchNormalization = "batch_normalization"
  case normalization
  case rescaling
  case dropout
  case add
  case concatenate

  /// Whether it has several inputs.
  package var merges: Bool { self == .add || self == .concatenate }
}

/// The activations a spec may name, in Keras's words.
package enum ActivationName: String, Codable, Hashable, Sendable, CaseIterable {
  case linear
  case relu
  case tanh
  case sigmoid
  case elu
  case leakyReLU = "leaky_relu"
  case softplus
  case gelu
  case swish
}

/// What is around an image when a window moves over it, in Keras's words.
package enum PaddingName: String, Codable, Hashable, Sendable, CaseIterable {
  case valid
  case same
}
