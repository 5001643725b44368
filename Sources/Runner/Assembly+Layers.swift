import Engine
import Experiments
import Learning

extension Assembly {
  /// A layer of a normalized network: its activation is a layer of its own.
  static func layer(_ kind: LayerKind) -> Layer {
    switch kind {
    case .convolution2D(let filters, let kernel, let strides, let padding, _, let useBias):
      .convolution2D(
        filters: filters, kernel: extent(kernel), strides: extent(strides),
        padding: self.padding(padding), useBias: useBias)
    case .maxPooling2D(let size, let strides, let padding):
      .maxPooling2D(
        window: extent(size), strides: extent(strides), padding: self.padding(padding))
    case .averagePooling2D(let size, let strides, let padding):
      .averagePooling2D(
        window: extent(size), strides: extent(strides), padding: self.padding(padding))
    case .globalAveragePooling2D: .globalAveragePooling2D
    case .flatten: .flatten
    case .dense(let units, _, let useBias): .dense(units: units, useBias: useBias)
    case .activation(let name): .activation(activation(name))
    case .batchNormalization(let momentum, let epsilon):
      .batchNormalization(momentum: momentum, epsilon: epsilon)
    case .normalization(let mean, let variance): .normalization(mean: mean, variance: variance)
    case .rescaling(let scale, let offset): .rescaling(scale: scale, offset: offset)
    case .dropout(let rate): .dropout(rate: rate)
    case .add: .add
    case .concatenate: .concatenate
    }
  }

  /// Height and width, the first two of `sizes`.
  static func extent(_ sizes: [Int]) -> Extent { Extent(height: sizes[0], width: sizes[1]) }

  static func padding(_ name: PaddingName) -> Padding {
    switch name {
    case .valid: .valid
    case .same: .same
    }
  }

  static func activation(_ name: ActivationName) -> Activation {
    switch name {
    case .linear: preconditionFailure("a normalized network has no activation without effect")
    case .relu: .relu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .elu: .elu
    case .leakyReLU: .leakyReLU
    case .softplus: .softplus
    case .gelu: .gelu
    case .swish: .swish
    }
  }
}
