import Settings

extension Adagrad: UpdateRule {
  var initialState: Float { Float(initialAccumulator) }

  /// The sum of squares is the state's first vector.
  func update(
    _ weights: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    learningRate: Float, state: OptimizerVectors
  ) {
    let (accumulator, epsilon) = (state.first, Float(self.epsilon))
    for i in 0..<weights.count {
      let g = gradient[i]
      let sum = accumulator[i] + g * g
      accumulator[i] = sum
      weights[i] -= learningRate * g / (sum + epsilon).squareRoot()
    }
  }
}

extension UpdateRules {
  func build(_ settings: Adagrad) -> any UpdateRule { settings }
}
