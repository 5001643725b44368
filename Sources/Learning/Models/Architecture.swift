import Engine

/// A network: layers in an order in which each follows its inputs, the last one giving logits.
package struct Architecture: Codable, Hashable, Sendable {
  /// A layer and where what goes into it comes from.
  package struct Node: Codable, Hashable, Sendable {
    package var layer: Layer
    /// Indices of layers; ``images`` for the images.
    package var inputs: [Int]

    package init(_ layer: Layer, inputs: [Int]) {
      self.layer = layer
      self.inputs = inputs
    }
  }

  /// The index that stands for the images among a layer's inputs.
  package static let images = -1

  /// Height and width of the images.
  package var input: Extent
  package var inputChannels: Int
  package var classes: Int
  package var layers: [Node]

  package init(input: Extent, inputChannels: Int, classes: Int, layers: [Node]) {
    self.input = input
    self.inputChannels = inputChannels
    self.classes = classes
    self.layers = layers
  }

  /// A network in which each layer's input is the layer before.
  package init(input: Extent, inputChannels: Int, classes: Int, sequence: [Layer]) {
    self.init(
      input: input, inputChannels: inputChannels, classes: classes,
      layers: sequence.enumerated().map { Node($1, inputs: [$0 - 1]) })
  }

  /// The form of network that the tutorial's `HParams` describe: convolutions with ReLU, each but the
  /// last followed by max pooling, then dense layers with ReLU, then a dense layer of logits.
  ///
  /// - Parameters:
  ///   - convFilters: Output channels of each convolution.
  ///   - denseUnits: Units of each hidden dense layer.
  package init(
    input: Extent, inputChannels: Int, classes: Int, convFilters: [Int],
    kernel: Extent = Extent(height: 3, width: 3), pool: Extent = Extent(height: 2, width: 2),
    denseUnits: [Int]
  ) {
    var sequence: [Layer] = []
    for (i, filters) in convFilters.enumerated() {
      sequence.append(
        .convolution2D(
          filters: filters, kernel: kernel, strides: Extent(height: 1, width: 1),
          padding: .valid, useBias: true))
      sequence.append(.activation(.relu))
      if i < convFilters.count - 1 {
        sequence.append(.maxPooling2D(window: pool, strides: pool, padding: .valid))
      }
    }
    sequence.append(.flatten)
    for units in denseUnits {
      sequence += [.dense(units: units, useBias: true), .activation(.relu)]
    }
    sequence.append(.dense(units: classes, useBias: true))
    self.init(input: input, inputChannels: inputChannels, classes: classes, sequence: sequence)
  }
}
