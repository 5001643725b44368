import Settings

extension SGD: UpdateRule {
  /// The velocity is the state's first vector.
  func update(
    _ weights: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    learningRate: Float, state: OptimizerVectors
  ) {
    guard self.momentum != 0 else {
      for i in 0..<weights.count { weights[i] -= gradient[i] * learningRate }
      return
    }
    let (momentum, velocity) = (Float(self.momentum), state.first)
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

extension UpdateRules {
  func build(_ settings: SGD) -> any UpdateRule { settings }
}
