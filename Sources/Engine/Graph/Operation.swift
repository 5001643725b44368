/// The type of a tensor's elements.
package enum ElementType: Hashable, Sendable {
  case float32
  case int32
}

/// Height and width of a window, of its steps, and of the border around its input: zeros for a
/// convolution, nothing for a pooling.
struct Window: Hashable, Sendable {
  var kernel: [Int]
  var strides: [Int]
  /// Above and to the left.
  var padding: [Int] = [0, 0]
  /// Below and to the right.
  var paddingEnd: [Int] = [0, 0]

  init(kernel: (Int, Int), strides: (Int, Int), _ border: Border = Border()) {
    self.kernel = [kernel.0, kernel.1]
    self.strides = [strides.0, strides.1]
    padding = [border.above, border.left]
    paddingEnd = [border.below, border.right]
  }

  /// Whether nothing is added to the input.
  var isUnpadded: Bool { padding == [0, 0] && paddingEnd == [0, 0] }

  /// The extents of the result on an input of `height` by `width`.
  func output(height: Int, width: Int) -> (height: Int, width: Int) {
    (
      (height + padding[0] + paddingEnd[0] - kernel[0]) / strides[0] + 1,
      (width + padding[1] + paddingEnd[1] - kernel[1]) / strides[1] + 1
    )
  }
}

/// Rows and columns around an image that are not part of it.
package struct Border: Hashable, Sendable {
  package var above = 0
  package var below = 0
  package var left = 0
  package var right = 0

  package init(above: Int = 0, below: Int = 0, left: Int = 0, right: Int = 0) {
    self.above = above
    self.below = below
    self.left = left
    self.right = right
  }

  /// Keras's "same": as little as makes the result as large as the input, divided by the strides
  /// and rounded up; the odd row or column comes below and to the right.
  package init(
    sameFor input: (height: Int, width: Int), kernel: (Int, Int), strides: (Int, Int)
  ) {
    func total(_ extent: Int, _ kernel: Int, _ stride: Int) -> Int {
      max(((extent + stride - 1) / stride - 1) * stride + kernel - extent, 0)
    }
    let (rows, columns) = (
      total(input.height, kernel.0, strides.0), total(input.width, kernel.1, strides.1)
    )
    self.init(
      above: rows / 2, below: rows - rows / 2, left: columns / 2, right: columns - columns / 2)
  }
}

/// An elementwise function, in Keras's words and with Keras's constants.
package enum Activation: String, Codable, Hashable, Sendable, CaseIterable {
  case relu
  case tanh
  case sigmoid
  /// x, or e^x - 1 where x < 0.
  case elu
  /// x, or 0.2 x where x < 0.
  case leakyReLU = "leaky_relu"
  /// log(1 + e^x).
  case softplus
  /// x times the normal distribution's cumulative probability of x, exactly.
  case gelu
  /// x sigmoid(x).
  case swish
}

/// What a node computes. `x`, `w`, `b` are its inputs in this order, `dy` the gradient of the loss
/// at a result `y`.
enum Operation: Hashable, Sendable {
  case input(String, ElementType)
  case parameter(Int)
  /// A tensor that is kept with the parameters but not trained.
  case state(Int)
  /// One number.
  case constant(Float)
  case zeros(Shape)

  /// x `[N, I, H, W]`, w `[O, I, R, S]`, b `[O]` -> `[N, O, H', W']`.
  case convolution(Window)
  /// dy, w -> gradient at x, of the given shape.
  case convolutionInputGradient(Window, Shape)
  /// x, dy -> gradients at w, of the given shape, and at b.
  case convolutionParameterGradient(Window, Shape)

  /// x -> the maxima, and the place of each in its window (for the gradient alone).
  case maxPooling(Window)
  /// dy, places -> gradient at x, of the given shape.
  case maxPoolingGradient(Window, Shape)

  /// x -> the mean of what of each window lies inside.
  case averagePooling(Window)
  /// dy -> gradient at x, of the given shape.
  case averagePoolingGradient(Window, Shape)

  /// x -> the batch's mean and its (biased) variance by channel.
  case batchMoments
  /// x, gamma, beta, mean, variance -> y.
  case batchNormalization(epsilon: Float)
  /// x, gamma, beta, mean, variance, dy -> gradients at x, gamma and beta. `throughMoments` where mean
  /// and variance are those of x.
  case batchNormalizationGradient(epsilon: Float, throughMoments: Bool)

  /// x -> `(x - center) * scale + shift`, by channel, with numbers that never change.
  case channelTransform(ChannelTransform)

  /// A convolution's w and b, gamma, beta, mean, variance -> the w and b of the two together. No
  /// gradient goes through it.
  case foldedNormalization(epsilon: Float)

  /// x, streams `[N, 5]` -> y, and what x was multiplied with. `draw` tells layers apart.
  case dropout(rate: Float, draw: Int)

  /// Tensors of equal extents but for their channels -> one tensor.
  case concatenate
  /// A tensor of the given shape: the channels of the input from `start` on.
  case channels(start: Int, Shape)

  /// x `[N, C, H, W]` -> `[N, H*W*C]`.
  case flatten
  /// x `[N, H*W*C]` -> the given shape.
  case unflatten(Shape)

  /// x `[N, ...]`, w `[O, ...]`, b `[O]` -> `[N, O]`.
  case dense
  case denseInputGradient(Shape)
  case denseParameterGradient(Shape)

  case relu
  /// y, dy -> gradient at x.
  case reluGradient

  /// Any but ReLU.
  case activation(Activation)
  /// x, dy -> gradient at x.
  case activationGradient(Activation)

  /// logits `[N, K]`, labels `[N]` -> `[N]`.
  case softmaxCrossEntropy(smoothing: Float)
  /// logits, labels, dy `[N]` -> gradient at the logits.
  case softmaxCrossEntropyGradient(smoothing: Float)

  /// x -> the sum of all elements times a factor.
  case sum(factor: Float)
  /// One number -> a tensor of the given shape, each element that number times a factor.
  case fill(Shape, factor: Float)
  /// Two tensors of one shape.
  case add
  /// Two tensors of one shape.
  case multiply
}
