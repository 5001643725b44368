import Engine
import Settings

extension BatchNormalization: LayerComputation {
  func add(to model: inout ModelGraph, at place: LayerPlace) -> Value {
    let (input, epsilon) = (place.input, Float(epsilon))
    let (gamma, beta) = (place.weights[0], place.weights[1])
    guard model.mode == .training else {
      let (mean, variance) = (place.state[0], place.state[1])
      return model.isTrained || model.shared.contains(input)
        ? model.graph.batchNormalization(
          input, gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: epsilon)
        : model.graph.foldedBatchNormalization(
          input, gamma: gamma, beta: beta, mean: mean, variance: variance, epsilon: epsilon)
    }
    let shape = model.graph.shape(of: input)
    let result = model.graph.batchNormalization(input, gamma: gamma, beta: beta, epsilon: epsilon)
    // Keras's fused kernel, for images, corrects the variance that goes into the moving average;
    // its plain code, for rows, does not.
    let count = Double(shape.count / shape[1])
    model.moments.append(
      BatchMoments(
        mean: result.mean, variance: result.variance, channels: shape[1],
        offset: place.stateOffset, momentum: momentum,
        correction: shape.rank == 4 && count > 1 ? count / (count - 1) : 1))
    return result.y
  }
}

extension LayerComputations {
  func build(_ settings: BatchNormalization) -> any LayerComputation { settings }
}
