import CKernels
import Glibc

/// How a gradient changes the weights, as in Keras 2.15: a pair of making the state and of updating.
///
/// - Source: `keras/src/optimizers/{sgd,rmsprop,adagrad,adam}.py` of Keras 2.15.
package enum Optimizer: Codable, Hashable, Sendable {
  /// Gradient descent; `momentum` 0 is the plain kind.
  case sgd(momentum: Double, nesterov: Bool)
  /// Tieleman and Hinton 2012, with epsilon inside of the root; `centered` divides by the variance
  /// in place of the mean square.
  case rmsprop(rho: Double, momentum: Double, epsilon: Double, centered: Bool)
  /// Duchi, Hazan and Singer 2011, with epsilon inside of the root.
  case adagrad(initialAccumulator: Double, epsilon: Double)
  /// Kingma and Ba 2015, arXiv:1412.6980, with epsilon outside of the bias correction; `amsgrad`
  /// divides by the largest second moment so far (Reddi et al. 2018), uncorrected as in Keras.
  case adam(beta1: Double, beta2: Double, epsilon: Double, amsgrad: Bool = false)

  /// The state before the first update.
  ///
  /// - Parameter count: The number of weights, `P`.
  package func makeState(count: Int) -> OptimizerState {
    switch self {
    case .sgd(let momentum, _): OptimizerState(count: count, vectors: momentum == 0 ? 0 : 1)
    case .rmsprop(_, let momentum, _, let centered):
      // The mean has the third place, also where there is no momentum.
      OptimizerState(count: count, vectors: centered ? 3 : momentum > 0 ? 2 : 1)
    case .adagrad(let initial, _):
      OptimizerState(count: count, vectors: 1, initial: Float(initial))
    case .adam(_, _, _, let amsgrad): OptimizerState(count: count, vectors: amsgrad ? 3 : 2)
    }
  }

  /// One update, in place. Allocates nothing.
  ///
  /// - Parameters:
  ///   - weights: `[P]`.
  ///   - gradient: `[P]`.
  ///   - weightDecay: Before the update each weight loses this share of itself, times the learning
  ///     rate: decoupled from the gradient whatever the optimizer, as Keras's `weight_decay`
  ///     (Loshchilov and Hutter 2019, arXiv:1711.05101).
  ///   - state: What `makeState` of the same optimizer returned.
  package func update(
    _ weights: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>,
    learningRate: Float, weightDecay: Float = 0, state: OptimizerState
  ) {
    precondition(weights.count == state.count && gradient.count == state.count, "other weights")
    state.updates += 1
    if weightDecay > 0 {
      for i in 0..<weights.count { weights[i] -= weights[i] * weightDecay * learningRate }
    }
    switch self {
    case .sgd(let momentum, _) where momentum == 0:
      for i in 0..<weights.count { weights[i] -= gradient[i] * learningRate }
    case .sgd(let momentum, let nesterov):
      descend(
        weights, gradient, learningRate, momentum: Float(momentum), nesterov: nesterov,
        velocity: state.first)
    case .rmsprop(let rho, let momentum, let epsilon, let centered):
      RMSProp(
        learningRate: learningRate, rho: Float(rho), rest: Float(1 - rho),
        momentum: Float(momentum), epsilon: Float(epsilon)
      ).update(weights, gradient, state, centered: centered)
    case .adagrad(_, let epsilon):
      let accumulator = state.first
      let epsilon = Float(epsilon)
      for i in 0..<weights.count {
        let g = gradient[i]
        let sum = accumulator[i] + g * g
        accumulator[i] = sum
        weights[i] -= learningRate * g / (sum + epsilon).squareRoot()
      }
    case .adam(let beta1, let beta2, let epsilon, let amsgrad):
      // Powers in single precision, as Keras: 1 - 0.999^t loses digits there, and so it does here.
      let step = Float(state.updates)
      let alpha =
        learningRate * (1 - powf(Float(beta2), step)).squareRoot() / (1 - powf(Float(beta1), step))
      if amsgrad {
        AMSGrad(
          alpha: alpha, rest1: Float(1 - beta1), rest2: Float(1 - beta2), epsilon: Float(epsilon)
        ).update(weights, gradient, state)
      } else {
        nsl_adam(
          weights.baseAddress, gradient.baseAddress, state.first.baseAddress,
          state.second.baseAddress, weights.count, alpha, Float(1 - beta1), Float(1 - beta2),
          Float(epsilon))
      }
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
