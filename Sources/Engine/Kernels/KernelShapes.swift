internal import CKernels

/// The shapes of layers, as the kernels want them.
extension Compiler {
  func convolutionShape(
    _ input: Shape, outputs: Int, _ window: Window
  ) -> nsl_convolution_shape {
    let out = window.output(height: input[2], width: input[3])
    return nsl_convolution_shape(
      batch: input[0], outputs: outputs, inputs: input[1], height: input[2], width: input[3],
      out_height: out.height, out_width: out.width, kernel_height: window.kernel[0],
      kernel_width: window.kernel[1], stride_height: window.strides[0],
      stride_width: window.strides[1], padding_height: window.padding[0],
      padding_width: window.padding[1])
  }

  /// A pooling of `images` images' planes `[H, W, 16]`.
  func poolingShape(_ shape: Shape, _ window: Window, images: Int) -> nsl_pooling_shape {
    nsl_pooling_shape(
      planes: images * Layout.blocks(shape[1]), height: shape[2], width: shape[3],
      kernel_height: window.kernel[0], kernel_width: window.kernel[1],
      stride_height: window.strides[0], stride_width: window.strides[1])
  }

  func denseShape(_ weights: Shape, input: Layout) -> nsl_dense_shape {
    nsl_dense_shape(
      batch: input.shape[0], weights: weightsShape(weights, isBlocked: input.isBlocked))
  }
}

/// Weights `[O, C, ...]` of a layer that reads its input in such a layout.
func weightsShape(_ shape: Shape, isBlocked: Bool) -> nsl_weights_shape {
  nsl_weights_shape(
    outputs: shape[0], channels: shape[1], places: shape.dimensions.dropFirst(2).reduce(1, *),
    blocked: isBlocked ? 1 : 0)
}

extension UnsafeMutableRawPointer {
  var floats: UnsafeMutablePointer<Float> { assumingMemoryBound(to: Float.self) }
}
