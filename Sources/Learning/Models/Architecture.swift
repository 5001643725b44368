/// A height and a width, in pixels.
package struct Extent: Codable, Hashable, Sendable, CustomStringConvertible {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package var description: String { "\(height)x\(width)" }
}

/// The form of network that the tutorial's `HParams` describe: convolutions with ReLU, each but the
/// last followed by max pooling, then dense layers with ReLU, then a dense layer of logits.
package struct Architecture: Codable, Hashable, Sendable {
  /// Height and width of the images.
  package var input: Extent
  package var inputChannels: Int
  package var classes: Int
  /// Output channels of each convolution.
  package var convFilters: [Int]
  package var kernel: Extent
  package var pool: Extent
  /// Units of each hidden dense layer.
  package var denseUnits: [Int]

  package init(
    input: Extent, inputChannels: Int, classes: Int, convFilters: [Int],
    kernel: Extent = Extent(height: 3, width: 3), pool: Extent = Extent(height: 2, width: 2),
    denseUnits: [Int]
  ) {
    self.input = input
    self.inputChannels = inputChannels
    self.classes = classes
    self.convFilters = convFilters
    self.kernel = kernel
    self.pool = pool
    self.denseUnits = denseUnits
  }

  /// The layers, named as Keras names them.
  var layers: [any Layer] {
    var layers: [any Layer] = []
    for (i, filters) in convFilters.enumerated() {
      let name = i == 0 ? "conv2d" : "conv2d_\(i)"
      layers.append(Convolution2D(name: name, filters: filters, kernel: kernel))
      // ReLU and max pooling commute, gradients included; after pooling it has less to do.
      if i < convFilters.count - 1 { layers.append(MaxPooling2D(window: pool)) }
      layers.append(ReLU())
    }
    for (i, units) in (denseUnits + [classes]).enumerated() {
      layers.append(Dense(name: i == 0 ? "dense" : "dense_\(i)", units: units))
      if i < denseUnits.count { layers.append(ReLU()) }
    }
    return layers
  }
}
