import CKernels
import Glibc

/// How a gradient changes the weights, as in Keras 2.15: a pair of making the state and of updating.
///
/// - Source: `keras/src/optimizers/{sgd,adam}.py` of Keras 2.15.
package enum Optimizer: Codable, Hashable, Sendable {
  /// Gradient descent; `momentum` 0 is the plain kind.
  case sgd(momentum: Double, nesterov: Bool)
  /// Kingma and Ba 2015, arXiv:1412.6980, with epsilon outside of the bias correction.
  case adam(beta1: Double, beta2: Double, epsilon: Double)

  /// The state before the first update.
  ///
  /// - Parameter count: The number of weights, `P`.
  package func makeState(count: Int) -> OptimizerState {
    switch self {
    case .sgd(let momentum, _): OptimizerState(count: count, vectors: momentum == 0 ? 0 : 1)
    case .adam: OptimizerState(count: count, vectors: 2)
    }
  }

  /// One update, in place. Allocates nothing.
  ///
  /// - Parameters:
  ///   - weights: `[P]`.
  ///   - gradient: `[P]`.
  ///   - state: What `makeState` of the same optimizer returned.
  package func update(
    _ weights: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>,
    learningRate: Float, state: OptimizerState
  ) {
    precondition(weights.count == state.count && gradient.count == state.count, "other weights")
    state.updates += 1
    switch self {
    case .sgd(let momentum, _) where momentum == 0:
      for i in 0..<weights.count { weights[i] -= gradient[i] * learningRate }
    case .sgd(let momentum, let nesterov):
      descend(
        weights, gradient, learningRate, momentum: Float(momentum), nesterov: nesterov,
        velocity: state.first)
    case .adam(let beta1, let beta2, let epsilon):
      // Powers in single precision, as Keras: 1 - 0.999^t loses digits there, and so it does here.
      let step = Float(state.updates)
      let alpha =
        learningRate * (1 - powf(Float(beta2), step)).squareRoot() / (1 - powf(Float(beta1), step))
      nsl_adam(
        weights.baseAddress, gradient.baseAddress, state.first.baseAddress,
        state.second.baseAddress, weights.count, alpha, Float(1 - beta1), Float(1 - beta2),
        Float(epsilon))
    }
  }

  private func descend(
    _ weights: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    _ learningRate: Float, momentum: Float, nesterov: Bool,
    velocity: UnsafeMutableBufferPointer<Float>
  ) {
    if nesterov {
      for i in 0..<weights.count {
        let step = gradient[i] * learningRate
        let v = velocity[i] * momentum - step
        velocity[i] = v
        weights[i] += v * momentum - step
      }
    } else {
      for i in 0..<weights.count {
        let v = velocity[i] * momentum - gradient[i] * learningRate
        velocity[i] = v
        weights[i] += v
      }
    }
  }
}

/// What an optimizer remembers between updates.
package final class OptimizerState {
  let count: Int
  var updates = 0
  private let storage: UnsafeMutableBufferPointer<Float>

  /// Momentum, or Adam's first moment: `[P]`, or empty.
  let first: UnsafeMutableBufferPointer<Float>
  /// Adam's second moment: `[P]`, or empty.
  let second: UnsafeMutableBufferPointer<Float>

  init(count: Int, vectors: Int) {
    self.count = count
    storage = .allocate(capacity: count * vectors)
    storage.initialize(repeating: 0)
    let end = storage.count
    first = UnsafeMutableBufferPointer(rebasing: storage[0..<min(count, end)])
    second = UnsafeMutableBufferPointer(rebasing: storage[min(count, end)..<end])
  }

  deinit { storage.deallocate() }
}
