/// One update of Adam with the largest second moment so far, the state's third vector.
struct AMSGrad {
  /// The learning rate with the bias corrections of both moments.
  let alpha: Float
  /// `1 - beta1` and `1 - beta2`, rounded once.
  let rest1: Float
  let rest2: Float
  let epsilon: Float

  func update(
    _ weights: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    _ state: OptimizerState
  ) {
    let (first, second, largest) = (state.first, state.second, state.third)
    for i in 0..<weights.count {
      let g = gradient[i]
      let m = first[i] + (g - first[i]) * rest1
      let v = second[i] + (g * g - second[i]) * rest2
      let top = max(largest[i], v)
      (first[i], second[i], largest[i]) = (m, v, top)
      weights[i] -= m * alpha / (top.squareRoot() + epsilon)
    }
  }
}
