/// The type of a tensor's elements.
package enum ElementType: Hashable, Sendable {
  case float32
  case int32
}

/// Height and width of a window, of its steps, and of the zeros around its input.
struct Window: Hashable, Sendable {
  var kernel: [Int]
  var strides: [Int]
  var padding: [Int] = [0, 0]

  /// The extents of the result on an input of `height` by `width`.
  func output(height: Int, width: Int) -> (height: Int, width: Int) {
    (
      (height + 2 * padding[0] - kernel[0]) / strides[0] + 1,
      (width + 2 * padding[1] - kernel[1]) / strides[1] + 1
    )
  }
}

/// What a node computes. `x`, `w`, `b` are its inputs in this order, `dy` the gradient of the loss
/// at a result `y`.
enum Operation: Hashable, Sendable {
  case input(String, ElementType)
  case parameter(Int)
  /// One number.
  case constant(Float)

  /// x `[N, I, H, W]`, w `[O, I, R, S]`, b `[O]` -> `[N, O, H', W']`; `relu` is applied at the end.
  case convolution(Window, relu: Bool)
  /// dy, w -> gradient at x, of the given shape.
  case convolutionInputGradient(Window, Shape)
  /// x, dy -> gradients at w, of the given shape, and at b.
  case convolutionParameterGradient(Window, Shape)

  /// x -> the maxima, and the place of each in its window (for the gradient alone).
  case maxPooling(Window)
  /// dy, places -> gradient at x, of the given shape.
  case maxPoolingGradient(Window, Shape)

  /// x `[N, ...]`, w `[O, ...]`, b `[O]` -> `[N, O]`; `relu` is applied at the end.
  case dense(relu: Bool)
  case denseInputGradient(Shape)
  case denseParameterGradient(Shape)

  case relu
  /// y, dy -> gradient at x.
  case reluGradient

  /// logits `[N, K]`, labels `[N]` -> `[N]`.
  case softmaxCrossEntropy
  /// logits, labels, dy `[N]` -> gradient at the logits.
  case softmaxCrossEntropyGradient

  /// x -> the sum of all elements times a factor.
  case sum(factor: Float)
  /// One number -> a tensor of the given shape, each element that number times a factor.
  case fill(Shape, factor: Float)
  /// Two tensors of one shape.
  case add
}
