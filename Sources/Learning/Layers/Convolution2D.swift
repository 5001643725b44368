package import Engine
package import Settings

extension Convolution2D: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    let bias = place.weights.count > 1 ? place.weights[1] : model.graph.zeros([filters])
    return model.graph.convolution2D(
      place.input, weights: place.weights[0], bias: bias, strides: strides.pair,
      border: model.border(place.input, kernelSize, strides, padding))
  }
}

extension LayerComputations {
  func build(_ settings: Convolution2D) -> any LayerComputation { settings }
}

extension Extent {
  var pair: (Int, Int) { (height, width) }
}

extension ModelGraph {
  /// What is around the images when a window moves over them.
  func border(_ images: Value, _ window: Extent, _ strides: Extent, _ padding: Padding) -> Border {
    let shape = graph.shape(of: images)
    return Border(padding, for: (shape[2], shape[3]), window: window, strides: strides)
  }
}

extension Border {
  /// What is around an image of a height and width when a window moves over it.
  package init(
    _ padding: Padding, for image: (height: Int, width: Int), window: Extent, strides: Extent
  ) {
    switch padding {
    case .valid: self.init()
    case .same: self.init(sameFor: image, kernel: window.pair, strides: strides.pair)
    }
  }
}
