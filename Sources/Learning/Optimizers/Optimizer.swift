package import Settings

/// How an optimizer changes the weights, as in Keras 2.15.
protocol UpdateRule: OptimizerDeclaration {
  /// What each remembered number begins with.
  var initialState: Float { get }
  /// One update, in place. Allocates nothing.
  ///
  /// - Parameters:
  ///   - weights: `[P]`.
  ///   - gradient: `[P]`.
  func update(
    _ weights: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    learningRate: Float, state: OptimizerState)
}

extension UpdateRule {
  var initialState: Float { 0 }
}

/// The rules of all optimizers; each is in the file of its optimizer.
struct UpdateRules: OptimizerBuilder {}

extension Optimizer {
  /// The state before the first update.
  ///
  /// - Parameter count: The number of weights, `P`.
  package func makeState(count: Int) -> OptimizerState {
    OptimizerState(
      count: count, vectors: optimizer.vectors, rule: optimizer.build(with: UpdateRules()))
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
    state.rule.update(weights, gradient, learningRate: learningRate, state: state)
  }
}
