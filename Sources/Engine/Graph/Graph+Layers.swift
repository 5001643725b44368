extension Graph {
  /// Cross-correlation of `x` `[N, I, H, W]` with `weights` `[O, I, R, S]`, plus `bias` `[O]`.
  ///
  /// - Returns: `[N, O, H', W']`.
  package mutating func convolution2D(
    _ x: Value, weights: Value, bias: Value, strides: (Int, Int) = (1, 1),
    padding: (Int, Int) = (0, 0)
  ) -> Value {
    let border = Border(
      above: padding.0, below: padding.0, left: padding.1, right: padding.1)
    return convolution2D(x, weights: weights, bias: bias, strides: strides, border: border)
  }

  /// The same with zeros around `x`, not as many on each side.
  package mutating func convolution2D(
    _ x: Value, weights: Value, bias: Value, strides: (Int, Int), border: Border
  ) -> Value {
    let (input, kernel) = (shape(of: x), shape(of: weights))
    precondition(
      input.rank == 4 && kernel.rank == 4 && kernel[1] == input[1],
      "convolution2D: \(input) does not fit weights \(kernel)")
    precondition(shape(of: bias) == [kernel[0]], "convolution2D: one bias per output channel")
    let window = Window(kernel: (kernel[2], kernel[3]), strides: strides, border)
    let extent = window.output(height: input[2], width: input[3])
    return add(
      .convolution(window), [x, weights, bias],
      [[input[0], kernel[0], extent.height, extent.width]])
  }

  /// The maximum of each window of `x` `[N, C, H, W]` and its border; windows that would leave them
  /// are dropped.
  package mutating func maxPooling2D(
    _ x: Value, window: (Int, Int), strides: (Int, Int), border: Border = Border()
  ) -> Value {
    // ReLU and the maximum commute, exactly and with the same gradient; behind the pooling ReLU
    // has a quarter of the work.
    if nodes[x.node].operation == .relu {
      let raw = nodes[x.node].inputs[0]
      return relu(maxPooling2D(raw, window: window, strides: strides, border: border))
    }
    let input = shape(of: x)
    precondition(input.rank == 4, "maxPooling2D: [N, C, H, W], not \(input)")
    let window = Window(kernel: window, strides: strides, border)
    let extent = window.output(height: input[2], width: input[3])
    let output: Shape = [input[0], input[1], extent.height, extent.width]
    return add(.maxPooling(window), [x], [output, output])
  }

  /// `x` `[N, ...]` times `weights` `[O, ...]`, summed over all axes but the first, plus `bias`
  /// `[O]`: flattening is part of it.
  ///
  /// - Returns: `[N, O]`.
  package mutating func dense(_ x: Value, weights: Value, bias: Value) -> Value {
    let (input, kernel) = (shape(of: x), shape(of: weights))
    precondition(
      input.dimensions.dropFirst() == kernel.dimensions.dropFirst(),
      "dense: \(input) does not fit weights \(kernel)")
    precondition(shape(of: bias) == [kernel[0]], "dense: one bias per output")
    return add(.dense, [x, weights, bias], [[input[0], kernel[0]]])
  }

  /// max(x, 0), elementwise.
  package mutating func relu(_ x: Value) -> Value { add(.relu, [x], [shape(of: x)]) }

  /// Cross-entropy of each example's softmax with its label.
  ///
  /// - Parameters:
  ///   - logits: `[N, K]`.
  ///   - labels: `[N]`, int32, each in `0..<K`.
  ///   - smoothing: The share of a label that goes to all classes alike, as Keras's
  ///     `label_smoothing` (Szegedy et al. 2016, arXiv:1512.00567).
  /// - Returns: `[N]`.
  package mutating func softmaxCrossEntropy(
    _ logits: Value, labels: Value, smoothing: Float = 0
  ) -> Value {
    let shape = shape(of: logits)
    precondition(shape.rank == 2, "softmaxCrossEntropy: [N, K], not \(shape)")
    precondition(self.shape(of: labels) == [shape[0]], "softmaxCrossEntropy: one label each")
    return add(.softmaxCrossEntropy(smoothing: smoothing), [logits, labels], [[shape[0]]])
  }

  /// The mean of all elements, a scalar.
  package mutating func mean(_ x: Value) -> Value {
    add(.sum(factor: 1 / Float(shape(of: x).count)), [x], [[]])
  }

  /// The sum of all elements times a factor, a scalar.
  package mutating func sum(_ x: Value, times factor: Float = 1) -> Value {
    add(.sum(factor: factor), [x], [[]])
  }

  /// The sum of two tensors of one shape.
  package mutating func add(_ a: Value, _ b: Value) -> Value {
    precondition(shape(of: a) == shape(of: b), "add: \(shape(of: a)) and \(shape(of: b))")
    return add(.add, [a, b], [shape(of: a)])
  }
}
