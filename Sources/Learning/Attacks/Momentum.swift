/// Of each example the sum of its gradients, in which older ones fade: each is divided by the mean of
/// its magnitudes first, so that all count alike.
///
/// - Source: Dong et al. 2018, arXiv:1710.06081, equation 6. The paper divides by the sum of
///   magnitudes, its authors' program by their mean; directions are the same.
final class Momentum {
  private let decay: Float
  private let size: Int
  private let sums: UnsafeMutableBufferPointer<Float>

  /// - Parameters:
  ///   - examples: `N`.
  ///   - size: Elements of one image.
  init(decay: Float, examples: Int, size: Int) {
    self.decay = decay
    self.size = size
    sums = .allocate(capacity: examples * size)
    sums.initialize(repeating: 0)
  }

  deinit { sums.deallocate() }

  /// Adds the gradient of the example at place `n`; one of zeros adds nothing, elements that are not
  /// numbers count as 0.
  ///
  /// - Returns: The new sum.
  func adding(_ gradient: UnsafeBufferPointer<Float>, to n: Int) -> UnsafeBufferPointer<Float> {
    let sum = sums.example(n, size: size)
    var magnitude = 0.0
    for g in gradient where g.isFinite { magnitude += Double(g.magnitude) }
    // In double precision: the inverse of a tiny mean does not fit a float.
    let factor = magnitude > 0 ? Double(size) / magnitude : 0
    for i in 0..<size {
      let new = gradient[i].isFinite ? Float(Double(gradient[i]) * factor) : 0
      sum[i] = decay * sum[i] + new
    }
    return UnsafeBufferPointer(sum)
  }
}
