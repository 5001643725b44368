internal import CKernels

/// Which variant of our kernels runs on tensors whose channels are in blocks of `block`: the widest
/// that oneDNN may use and whose vectors the blocks fill.
func kernelSet(instructionSet: String, block: Int) -> nsl_instruction_set {
  if instructionSet.hasPrefix("avx512") && block % 16 == 0 { return nsl_avx512 }
  return instructionSet.hasPrefix("avx") && instructionSet != "avx" ? nsl_avx2 : nsl_generic
}

extension nsl_instruction_set {
  /// As in the names of implementations.
  var name: String {
    switch self {
    case nsl_avx512: "avx512"
    case nsl_avx2: "avx2"
    default: "generic"
    }
  }
}

extension Compiler {
  /// A convolution with steps of 1, for our kernels.
  func convolutionShape(
    _ input: Shape, outputs: Int, _ window: Window, block: Int
  ) -> nsl_convolution_shape {
    nsl_convolution_shape(
      batch: input[0], outputs: outputs, inputs: input[1], height: input[2], width: input[3],
      kernel_height: window.kernel[0], kernel_width: window.kernel[1],
      padding_height: window.padding[0], padding_width: window.padding[1], block: block)
  }

  /// A pooling of `images` images' planes `[H, W, B]`, for our kernels.
  func poolingShape(
    _ shape: Shape, _ window: Window, images: Int, block: Int
  ) -> nsl_pooling_shape {
    nsl_pooling_shape(
      blocks: images * ((shape[1] + block - 1) / block), height: shape[2], width: shape[3],
      block: block, kernel_height: window.kernel[0], kernel_width: window.kernel[1],
      stride_height: window.strides[0], stride_width: window.strides[1])
  }
}

extension UnsafeMutableRawPointer {
  var floats: UnsafeMutablePointer<Float> { assumingMemoryBound(to: Float.self) }
}
