import Settings

extension RMSprop: UpdateRule {
  func update(
    _ weights: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    learningRate: Float, state: OptimizerVectors
  ) {
    RMSpropStep(
      learningRate: learningRate, rho: Float(rho), rest: Float(1 - rho), momentum: Float(momentum),
      epsilon: Float(epsilon)
    ).update(weights, gradient, state, centered: centered)
  }
}

extension UpdateRules {
  func build(_ settings: RMSprop) -> any UpdateRule { settings }
}

/// One update. The mean square is the state's first vector, the momentum its second, the
/// mean its third.
private struct RMSpropStep {
  let learningRate: Float
  let rho: Float
  /// `1 - rho`, rounded once.
  let rest: Float
  let momentum: Float
  let epsilon: Float

  func update(
    _ weights: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    _ state: OptimizerVectors, centered: Bool
  ) {
    let (square, velocity, mean) = (state.first, state.second, state.third)
    // One loop for each kind: a branch inside would keep it from being vectorized.
    switch (momentum > 0, centered) {
    case (false, false):
      for i in 0..<weights.count {
        weights[i] -= step(gradient[i], &square[i])
      }
    case (true, false):
      for i in 0..<weights.count {
        let v = momentum * velocity[i] + step(gradient[i], &square[i])
        velocity[i] = v
        weights[i] -= v
      }
    case (false, true):
      for i in 0..<weights.count {
        weights[i] -= step(gradient[i], &square[i], &mean[i])
      }
    case (true, true):
      for i in 0..<weights.count {
        let v = momentum * velocity[i] + step(gradient[i], &square[i], &mean[i])
        velocity[i] = v
        weights[i] -= v
      }
    }
  }

  @inline(__always)
  private func step(_ g: Float, _ square: inout Float) -> Float {
    square = rho * square + rest * (g * g)
    return learningRate * g * (1 / (square + epsilon).squareRoot())
  }

  @inline(__always)
  private func step(_ g: Float, _ square: inout Float, _ mean: inout Float) -> Float {
    square = rho * square + rest * (g * g)
    mean = rho * mean + rest * g
    return learningRate * g * (1 / (square - mean * mean + epsilon).squareRoot())
  }
}
