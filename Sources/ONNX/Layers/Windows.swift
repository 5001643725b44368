import Engine
import Learning
import Settings

/// Layers that move a window over an image.
extension LayerNodesBuilder {
  func build(_ settings: Convolution2D) -> LayerNodes {
    windows(
      "Conv", size: settings.kernelSize, strides: settings.strides, padding: settings.padding)
  }

  func build(_ settings: MaxPooling2D) -> LayerNodes { pooling("MaxPool", settings) }

  // By default ONNX, too, takes the mean of what lies inside the image.
  func build(_ settings: AveragePooling2D) -> LayerNodes { pooling("AveragePool", settings) }

  func build(_ settings: GlobalAveragePooling2D) -> LayerNodes {
    { graph, place in
      graph.node("GlobalAveragePool", [place.input.name], named: place.name, shape: place.output)
    }
  }

  private func pooling(_ type: String, _ settings: some PoolingDeclaration) -> LayerNodes {
    windows(
      type, size: settings.poolSize, strides: settings.strides ?? settings.poolSize,
      padding: settings.padding)
  }

  private func windows(
    _ type: String, size: Extent, strides: Extent, padding: Padding
  ) -> LayerNodes {
    { graph, place in
      let shape = place.input.shape
      let border = Border(padding, for: (shape[1], shape[2]), window: size, strides: strides)
      return graph.node(
        type, [place.input.name] + place.weights, named: place.name, shape: place.output,
        [
          ("kernel_shape", .integers([size.height, size.width])),
          ("strides", .integers([strides.height, strides.width])),
          ("pads", .integers([border.above, border.left, border.below, border.right])),
        ])
    }
  }
}
