import Engine

/// What a model's run is for: batch normalization and dropout differ.
package enum Mode: Sendable {
  case training
  case inference
}

/// A graph that a model's layers are being added to.
struct ModelGraph {
  var graph: Graph
  let mode: Mode
  /// `[N, 5]`: each example's random stream; `nil` where nothing is drawn.
  let streams: Value?
  /// Whether gradients at the weights will be asked for.
  let isTrained: Bool
  /// What more than one layer reads.
  var shared: Set<Value> = []
  /// The batch's moments, of each normalization in training mode.
  var moments: [BatchMoments] = []
  /// Tells dropout layers apart.
  var draws = 0
}

/// Where a batch's mean and variance are found, and which moving averages they go to.
struct BatchMoments {
  let mean: Value
  let variance: Value
  /// `C`.
  let channels: Int
  /// The index of the moving mean among the states; the moving variance follows it.
  let offset: Int
  let momentum: Double
  /// What the variance is multiplied with.
  let correction: Double
}

extension Layer {
  /// Adds the layer.
  ///
  /// - Parameters:
  ///   - inputs: Each `[N] + shape`, as images or rows, whatever the layer reads.
  ///   - state: The layer's states, with the index of the first among all.
  /// - Returns: `[N] + outputShape`.
  func add(
    to model: inout ModelGraph, inputs: [Value], weights: [Value], state: [Value],
    stateOffset: Int
  ) -> Value {
    let input = inputs[0]
    let shape = model.graph.shape(of: input)
    func border(_ window: Extent, _ strides: Extent, _ padding: Padding) -> Border {
      switch padding {
      case .valid: Border()
      case .same:
        Border(sameFor: (shape[2], shape[3]), kernel: window.pair, strides: strides.pair)
      }
    }
    switch self {
    case .convolution2D(let filters, let kernel, let strides, let padding, _):
      let bias = weights.count > 1 ? weights[1] : model.graph.zeros([filters])
      return model.graph.convolution2D(
        input, weights: weights[0], bias: bias, strides: strides.pair,
        border: border(kernel, strides, padding))
    case .maxPooling2D(let window, let strides, let padding):
      return model.graph.maxPooling2D(
        input, window: window.pair, strides: strides.pair,
        border: border(window, strides, padding))
    case .averagePooling2D(let window, let strides, let padding):
      return model.graph.averagePooling2D(
        input, window: window.pair, strides: strides.pair,
        border: border(window, strides, padding))
    case .globalAveragePooling2D:
      let whole = (shape[2], shape[3])
      return model.graph.averagePooling2D(input, window: whole, strides: whole)
    case .flatten:
      return input
    case .dense(let units, _):
      let bias = weights.count > 1 ? weights[1] : model.graph.zeros([units])
      return model.graph.dense(input, weights: weights[0], bias: bias)
    case .activation(let function):
      return model.graph.activation(function, input)
    case .batchNormalization(let momentum, let epsilon):
      return normalize(
        input, &model, weights, state, stateOffset, momentum: momentum, epsilon: Float(epsilon))
    case .normalization(let mean, let variance):
      return model.graph.channelTransform(
        input, .normalization(mean: mean, variance: variance, channels: shape[1]))
    case .rescaling(let scale, let offset):
      return model.graph.channelTransform(
        input, .rescaling(scale: scale, offset: offset, channels: shape[1]))
    case .dropout(let rate):
      guard model.mode == .training, rate > 0, let streams = model.streams else { return input }
      model.draws += 1
      return model.graph.dropout(
        input, streams: streams, rate: Float(rate), draw: model.draws)
    case .add:
      return inputs.dropFirst().reduce(input) { model.graph.add($0, $1) }
    case .concatenate:
      return model.graph.concatenate(inputs)
    }
  }

  private func normalize(
    _ input: Value, _ model: inout ModelGraph, _ weights: [Value], _ state: [Value], _ offset: Int,
    momentum: Double, epsilon: Float
  ) -> Value {
    guard model.mode == .training else {
      let (gamma, beta, mean, variance) = (weights[0], weights[1], state[0], state[1])
      return model.isTrained || model.shared.contains(input)
        ? model.graph.batchNormalization(
          input, gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: epsilon)
        : model.graph.foldedBatchNormalization(
          input, gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: epsilon)
    }
    let shape = model.graph.shape(of: input)
    let result = model.graph.batchNormalization(
      input, gamma: weights[0], beta: weights[1], epsilon: epsilon)
    // Keras's fused kernel, for images, corrects the variance that goes into the moving average;
    // its plain code, for rows, does not.
    let count = Double(shape.count / shape[1])
    model.moments.append(
      BatchMoments(
        mean: result.mean, variance: result.variance, channels: shape[1], offset: offset,
        momentum: momentum, correction: shape.rank == 4 && count > 1 ? count / (count - 1) : 1))
    return result.y
  }
}
