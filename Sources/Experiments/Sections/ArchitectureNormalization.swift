extension ArchitectureSettings {
  /// The network without what does not change it: activations are layers of their own, those
  /// without effect are left out, and nothing has a name. Networks that compute the same in the
  /// same order are equal here, whichever form their specs have.
  package var normalizedLayers: [LayerSettings] {
    var result: [LayerSettings] = []
    /// For each layer of the spec the one that gives its result.
    var places: [Int] = []
    for layer in layers {
      let inputs = layer.inputs.map { $0 < 0 ? $0 : places[$0] }
      let steps = layer.kind.steps
      for (number, step) in steps.enumerated() {
        result.append(
          LayerSettings(
            name: nil, kind: step, inputs: number == 0 ? inputs : [result.count - 1]))
      }
      places.append(steps.isEmpty ? inputs[0] : result.count - 1)
    }
    return result
  }
}

extension ConvolutionalNetwork {
  /// The network whose normalized layers these are, if there is one.
  init?(_ layers: [LayerSettings], classes: Int) {
    self.init(convFilters: [], kernelSize: [], poolSize: [2, 2], numFCUnits: [])
    for layer in layers {
      switch layer.kind {
      case .convolution2D(let filters, let kernel, _, _, _, _):
        convFilters.append(filters)
        kernelSize = kernel
      case .maxPooling2D(let size, _, _): poolSize = size
      case .dense(let units, _, _): numFCUnits.append(units)
      default: break
      }
    }
    guard !convFilters.isEmpty, numFCUnits.popLast() == classes else { return nil }
    let candidate = ArchitectureSettings(
      inputShape: [], numClasses: classes, form: .hparams(self))
    guard candidate.normalizedLayers == layers else { return nil }
  }
}

extension LayerKind {
  /// The layer and, behind it, its activation.
  fileprivate var steps: [LayerKind] {
    func with(_ activation: ActivationName) -> [LayerKind] {
      activation == .linear ? [] : [.activation(activation)]
    }
    switch self {
    case .convolution2D(let filters, let kernel, let strides, let padding, let function, let bias):
      return [
        .convolution2D(
          filters: filters, kernelSize: kernel, strides: strides, padding: padding,
          activation: .linear, useBias: bias)
      ] + with(function)
    case .dense(let units, let function, let bias):
      return [.dense(units: units, activation: .linear, useBias: bias)] + with(function)
    case .activation(let function): return with(function)
    case .dropout(let rate): return rate == 0 ? [] : [self]
    case .normalization(let mean, let variance):
      let (mean, variance) = (shortened(mean), shortened(variance))
      return mean == [0] && variance == [1]
        ? [] : [.normalization(mean: mean, variance: variance)]
    case .rescaling(let scale, let offset):
      let (scale, offset) = (shortened(scale), shortened(offset))
      return scale == [1] && offset == [0] ? [] : [.rescaling(scale: scale, offset: offset)]
    case .maxPooling2D, .averagePooling2D, .globalAveragePooling2D, .flatten,
      .batchNormalization, .add, .concatenate:
      return [self]
    }
  }

  /// The settings in words that a key is made of: `conv2d filters=32 ...`.
  var keyText: String {
    func windowed(_ words: String, _ strides: [Int], _ padding: PaddingName) -> String {
      "\(name.rawValue) \(words) strides=\(strides) padding=\(padding.rawValue)"
    }
    switch self {
    case .convolution2D(let filters, let kernel, let strides, let padding, let function, let bias):
      return windowed("filters=\(filters) kernel_size=\(kernel)", strides, padding)
        + " activation=\(function.rawValue) use_bias=\(bias)"
    case .maxPooling2D(let size, let strides, let padding),
      .averagePooling2D(let size, let strides, let padding):
      return windowed("pool_size=\(size)", strides, padding)
    case .dense(let units, let function, let bias):
      return "dense units=\(units) activation=\(function.rawValue) use_bias=\(bias)"
    case .activation(let function): return "activation \(function.rawValue)"
    case .batchNormalization(let momentum, let epsilon):
      return "batch_normalization momentum=\(momentum) epsilon=\(epsilon)"
    case .normalization(let mean, let variance):
      return "normalization mean=\(mean) variance=\(variance)"
    case .rescaling(let scale, let offset): return "rescaling scale=\(scale) offset=\(offset)"
    case .dropout(let rate): return "dropout rate=\(rate)"
    case .globalAveragePooling2D, .flatten, .add, .concatenate: return name.rawValue
    }
  }
}

/// One number where all are equal.
private func shortened(_ numbers: [Double]) -> [Double] {
  numbers.allSatisfy { $0 == numbers[0] } ? [numbers[0]] : numbers
}
