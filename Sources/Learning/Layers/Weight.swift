package import Engine

/// How a weight is drawn before training.
package enum Initializer: Hashable, Sendable {
  case zeros
  case ones
  /// Uniform between plus and minus `sqrt(6 / (fanIn + fanOut))`; Glorot and Bengio 2010.
  case glorotUniform(fanIn: Int, fanOut: Int)
}

/// A tensor of a model's own: trained, or a moving average.
package struct Weight: Hashable, Sendable {
  /// Keras's name: `conv2d_1/kernel`.
  package let name: String
  /// `[O, I, R, S]`, `[O, C, H, W]` (dense after images), `[O, I]` or `[O]`.
  package let shape: Shape
  package let initializer: Initializer

  /// The shape in Keras's order: `[R, S, I, O]`, `[H*W*C, O]`, `[I, O]` or `[O]`.
  package let kerasShape: [Int]
}

extension Layer {
  /// Whether something of it is trained or kept.
  var hasWeights: Bool {
    switch self {
    case .convolution2D, .dense, .batchNormalization: true
    case .maxPooling2D, .averagePooling2D, .globalAveragePooling2D, .flatten, .activation,
      .normalization, .rescaling, .dropout, .add, .concatenate:
      false
    }
  }

  /// What is trained, in the order in which ``add(to:inputs:weights:state:)`` wants it.
  func weights(named name: String, for input: LayerShape) -> [Weight] {
    switch self {
    case .convolution2D(let filters, let kernel, _, _, let useBias):
      let area = kernel.height * kernel.width
      let channels = input.shape[0]
      let weight = Weight(
        name: "\(name)/kernel", shape: [filters, channels, kernel.height, kernel.width],
        initializer: .glorotUniform(fanIn: area * channels, fanOut: area * filters),
        kerasShape: [kernel.height, kernel.width, channels, filters])
      return [weight] + (useBias ? [vector("\(name)/bias", filters, .zeros)] : [])
    case .dense(let units, let useBias):
      let weight = Weight(
        name: "\(name)/kernel", shape: Shape([units] + input.shape.dimensions),
        initializer: .glorotUniform(fanIn: input.shape.count, fanOut: units),
        kerasShape: [input.shape.count, units])
      return [weight] + (useBias ? [vector("\(name)/bias", units, .zeros)] : [])
    case .batchNormalization:
      let channels = channels(of: input)
      return [
        vector("\(name)/gamma", channels, .ones), vector("\(name)/beta", channels, .zeros),
      ]
    case .maxPooling2D, .averagePooling2D, .globalAveragePooling2D, .flatten, .activation,
      .normalization, .rescaling, .dropout, .add, .concatenate:
      return []
    }
  }

  /// What is kept with the weights but not trained.
  func state(named name: String, for input: LayerShape) -> [Weight] {
    guard case .batchNormalization = self else { return [] }
    let channels = channels(of: input)
    return [
      vector("\(name)/moving_mean", channels, .zeros),
      vector("\(name)/moving_variance", channels, .ones),
    ]
  }

  private func vector(_ name: String, _ count: Int, _ initializer: Initializer) -> Weight {
    Weight(name: name, shape: [count], initializer: initializer, kerasShape: [count])
  }
}
