import CKernels
import CFunctions
import Settings

extension Adam: UpdateRule {
  /// The moments are the state's first and second vectors, the largest second moment its third.
  func update(
    _ weights: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    learningRate: Float, state: OptimizerVectors
  ) {
    // Powers in single precision, as Keras: 1 - 0.999^t loses digits there, and so it does here.
    let step = Float(state.updates)
    let alpha =
      learningRate * (1 - nsl_powf(Float(beta2), step)).squareRoot()
      / (1 - nsl_powf(Float(beta1), step))
    // Each difference is rounded once.
    let (rest1, rest2, epsilon) = (Float(1 - beta1), Float(1 - beta2), Float(epsilon))
    let (first, second, largest) = (state.first, state.second, state.third)
    guard amsgrad else {
      nsl_adam(
        weights.baseAddress, gradient.baseAddress, first.baseAddress, second.baseAddress,
        weights.count, alpha, rest1, rest2, epsilon)
      return
    }
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

extension UpdateRules {
  func build(_ settings: Adam) -> any UpdateRule { settings }
}
