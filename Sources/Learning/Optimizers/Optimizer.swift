package import Settings

/// How an optimizer changes the weights, as in Keras 2.15.
protocol UpdateRule: OptimizerDeclaration {
  /// What each remembered number begins with.
  var initialState: Float { get }
  /// One update of some weights, in place: of each by itself, so that it does not matter how many are
  /// updated together. Allocates nothing.
  ///
  /// - Parameters:
  ///   - weights: `[R]`.
  ///   - gradient: `[R]`.
  ///   - state: What is remembered of these weights.
  func update(
    _ weights: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    learningRate: Float, state: OptimizerVectors)
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
    begin(state)
    update(
      weights, gradient: gradient, weights.indices, learningRate: learningRate,
      weightDecay: weightDecay, state: state)
  }

  /// Begins an update, of which ``update(_:gradient:_:learningRate:weightDecay:state:)`` does the parts.
  func begin(_ state: OptimizerState) { state.updates += 1 }

  /// A part of an update: that of some weights. Different ones may be updated on several threads at the
  /// same time.
  func update(
    _ weights: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>,
    _ range: Range<Int>, learningRate: Float, weightDecay: Float, state: OptimizerState
  ) {
    precondition(weights.count == state.count && gradient.count == state.count, "other weights")
    let weights = UnsafeMutableBufferPointer(rebasing: weights[range])
    if weightDecay > 0 {
      for i in 0..<weights.count { weights[i] -= weights[i] * weightDecay * learningRate }
    }
    state.rule.update(
      weights, UnsafeBufferPointer(rebasing: gradient[range]), learningRate: learningRate,
      state: state.vectors(range))
  }
}
