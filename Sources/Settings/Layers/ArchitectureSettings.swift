/// `architecture:`: the network.
package struct ArchitectureSettings: Codable, Hashable, Sendable {
  /// Height, width, channels, in Keras's order.
  package var inputShape: [Int]
  package var numClasses: Int
  package var form: ArchitectureForm

  package init(inputShape: [Int], numClasses: Int, form: ArchitectureForm) {
    self.inputShape = inputShape
    self.numClasses = numClasses
    self.form = form
  }

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
package struct ConvolutionalNetwork: SectionSettings {
  package var convFilters = [32, 64, 64]
  package var kernelSize = Extent(3)
  package var poolSize = Extent(2)
  package var numFCUnits = [64]

  package init() {}

  package init(
    convFilters: [Int], kernelSize: Extent = Extent(3), poolSize: Extent = Extent(2),
    numFCUnits: [Int]
  ) {
    self.convFilters = convFilters
    self.kernelSize = kernelSize
    self.poolSize = poolSize
    self.numFCUnits = numFCUnits
  }

  /// The key of `poolSize`.
  package static let poolSizeKey = "pool_size"

  package static let fields: [Field<ConvolutionalNetwork>] = [
    Field(
      \.convFilters, "conv_filters", .list(of: .width, minimum: 1),
      "filters of each convolution; each except the last is followed by max pooling"),
    Field(
      \.kernelSize, "kernel_size", .pair, "height and width of the convolution kernels"),
    Field(
      \.poolSize, poolSizeKey, .pair,
      "height and width of the pooling windows; also their strides"),
    Field(
      \.numFCUnits, "num_fc_units", .list(of: .width),
      "units of each dense layer before the logits; `[]` for none"),
  ]

  fileprivate func layers(classes: Int) -> [LayerSettings] {
    var layers: [any LayerDeclaration] = []
    for (index, filters) in convFilters.enumerated() {
      layers.append(Convolution2D(filters: filters, kernelSize: kernelSize, activation: .relu))
      if index < convFilters.count - 1 { layers.append(MaxPooling2D(poolSize: poolSize)) }
    }
    layers.append(Flatten())
    layers += numFCUnits.map { Dense(units: $0, activation: .relu) }
    layers.append(Dense(units: classes))
    return layers.enumerated().map {
      LayerSettings(name: nil, layer: Layer($1), inputs: [$0 - 1])
    }
  }
}

/// One layer of a network.
package struct LayerSettings: Codable, Hashable, Sendable {
  /// As the spec gives it.
  package var name: String?
  package var layer: Layer
  /// Indices of layers before this one; ``images`` for the network's input.
  package var inputs: [Int]

  package init(name: String?, layer: Layer, inputs: [Int]) {
    self.name = name
    self.layer = layer
    self.inputs = inputs
  }

  /// The index that stands for the images.
  package static let images = Architecture.images
}

extension ArchitectureSettings {
  /// What about the settings no spec can say; `nil` for a network that can be made.
  package var problem: String? {
    let fields =
      switch form {
      case .hparams(let network): [network.problem]
      case .layers(let layers): layers.map(\.layer.settings.problem)
      }
    if let problem = fields.compactMap({ $0 }).first { return problem }
    let isWellFormed = layers.enumerated().allSatisfy { index, layer in
      !layer.inputs.isEmpty && layer.inputs.allSatisfy { $0 >= LayerSettings.images && $0 < index }
    }
    return isWellFormed && architecture.isPossible ? nil : "the architecture is impossible"
  }
}
