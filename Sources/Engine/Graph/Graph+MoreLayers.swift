extension Graph {
  /// The mean of what of each window of `x` `[N, C, H, W]` lies inside of it.
  package mutating func averagePooling2D(
    _ x: Value, window: (Int, Int), strides: (Int, Int), border: Border = Border()
  ) -> Value {
    let input = shape(of: x)
    precondition(input.rank == 4, "averagePooling2D: [N, C, H, W], not \(input)")
    let window = Window(kernel: window, strides: strides, border)
    let extent = window.output(height: input[2], width: input[3])
    return add(
      .averagePooling(window), [x], [[input[0], input[1], extent.height, extent.width]])
  }

  /// Normalizes each channel of `x` `[N, C, ...]` with the mean and the variance of the batch.
  ///
  /// - Parameters:
  ///   - gamma: `[C]`, the deviation of the result.
  ///   - beta: `[C]`, its mean.
  /// - Returns: A tensor of x's shape, and the batch's mean and (biased) variance, `[C]`, through
  ///   which gradients flow, but whose own gradients are not asked for.
  /// - Source: Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.
  package mutating func batchNormalization(
    _ x: Value, gamma: Value, beta: Value, epsilon: Float
  ) -> (y: Value, mean: Value, variance: Value) {
    let channels = shape(of: x)[1]
    let mean = add(.batchMoments, [x], [[channels], [channels]])
    let variance = Value(node: mean.node, output: 1)
    let y = batchNormalization(
      x, gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: epsilon)
    return (y, mean, variance)
  }

  /// Normalizes each channel of `x` `[N, C, ...]` with a given mean and variance, `[C]`.
  package mutating func batchNormalization(
    _ x: Value, gamma: Value, beta: Value, mean: Value, variance: Value, epsilon: Float
  ) -> Value {
    let channels = shape(of: x)[1]
    precondition(
      [gamma, beta, mean, variance].allSatisfy { shape(of: $0) == [channels] },
      "batchNormalization: one number for each of \(channels) channels")
    return add(
      .batchNormalization(epsilon: epsilon), [x, gamma, beta, mean, variance], [shape(of: x)])
  }

  /// The same, as part of the convolution that `x` is the result of, where it is one: no gradient can
  /// be asked at the weights then.
  package mutating func foldedBatchNormalization(
    _ x: Value, gamma: Value, beta: Value, mean: Value, variance: Value, epsilon: Float
  ) -> Value {
    let node = nodes[x.node]
    guard case .convolution = node.operation else {
      return batchNormalization(
        x, gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: epsilon)
    }
    let (weights, bias) = (node.inputs[1], node.inputs[2])
    let folded = add(
      .foldedNormalization(epsilon: epsilon), [weights, bias, gamma, beta, mean, variance],
      [shape(of: weights), shape(of: bias)])
    return add(
      node.operation, [node.inputs[0], folded, Value(node: folded.node, output: 1)], node.shapes)
  }

  /// `(x - center) * scale + shift` for each channel of `x` `[N, C, ...]`, with numbers that are no
  /// weights.
  package mutating func channelTransform(_ x: Value, _ transform: ChannelTransform) -> Value {
    precondition(
      transform.scale.count == shape(of: x)[1],
      "channelTransform: one number for each of \(shape(of: x)[1]) channels")
    return add(.channelTransform(transform), [x], [shape(of: x)])
  }

  /// Drops elements of `x` `[N, ...]` at random and scales the others by `1 / (1 - rate)`.
  ///
  /// Which elements are dropped depends on each example's stream, on `draw` and on the element's
  /// place in the example alone.
  ///
  /// - Parameters:
  ///   - streams: `[N, 5]`, int32: ``RandomStream/words`` of each example.
  ///   - draw: Tells layers of one model apart.
  package mutating func dropout(_ x: Value, streams: Value, rate: Float, draw: Int) -> Value {
    precondition(shape(of: streams) == [shape(of: x)[0], 5], "dropout: one stream per example")
    precondition((0..<1).contains(rate), "dropout: a rate of \(rate)")
    return add(
      .dropout(rate: rate, draw: draw), [x, streams], [shape(of: x), shape(of: x)])
  }

  /// Tensors `[N, C, ...]`, one behind the other along their channels.
  package mutating func concatenate(_ values: [Value]) -> Value {
    let shapes = values.map { shape(of: $0) }
    let first = shapes[0].dimensions
    precondition(
      shapes.allSatisfy {
        $0.rank == first.count && $0[0] == first[0]
          && $0.dimensions.dropFirst(2) == first.dropFirst(2)
      }, "concatenate: \(shapes)")
    guard values.count > 1 else { return values[0] }
    let channels = shapes.reduce(0) { $0 + $1[1] }
    return add(.concatenate, values, [Shape([first[0], channels] + first.dropFirst(2))])
  }

  /// `x` `[N, C, H, W]` as rows `[N, H*W*C]`, in Keras's order; anything else as it is.
  package mutating func flatten(_ x: Value) -> Value {
    let input = shape(of: x)
    guard input.rank == 4 else { return x }
    return add(.flatten, [x], [[input[0], input[1] * input[2] * input[3]]])
  }

  /// An elementwise function.
  package mutating func activation(_ function: Activation, _ x: Value) -> Value {
    function == .relu ? relu(x) : add(.activation(function), [x], [shape(of: x)])
  }

  /// The elementwise product with a tensor whose own gradient is never needed.
  package mutating func product(_ x: Value, _ factor: Value) -> Value {
    precondition(shape(of: x) == shape(of: factor), "product of other shapes")
    return add(.multiply, [x, factor], [shape(of: x)])
  }

  /// Zeros: the bias of a layer that has none.
  package mutating func zeros(_ shape: Shape) -> Value { add(.zeros(shape), [], [shape]) }
}
