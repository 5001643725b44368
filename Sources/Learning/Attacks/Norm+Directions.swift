package import Settings

/// Everything here works on one example at a time, whose elements may stand in any order.
///
/// - Directions: ``addMaximizer(of:times:to:)``, ``addNormalized(_:times:to:)``
/// - Balls: ``project(_:center:radius:box:)``, ``addRandomStart(radius:to:using:)``
/// - Lengths: ``distance(_:_:)``
extension Norm {
  /// The norm of `a - b`, summed in double precision.
  package func distance(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) -> Double
  {
    precondition(a.count == b.count, "examples of different size")
    var sum = 0.0
    switch self {
    case .infinity:
      for i in 0..<a.count {
        let difference = (Double(a[i]) - Double(b[i])).magnitude
        if difference.isNaN { return .nan }
        sum = max(sum, difference)
      }
      return sum
    case .l2:
      for i in 0..<a.count {
        let difference = Double(a[i]) - Double(b[i])
        sum += difference * difference
      }
      return sum.squareRoot()
    case .l1:
      for i in 0..<a.count { sum += (Double(a[i]) - Double(b[i])).magnitude }
      return sum
    }
  }

  /// Adds `scale` times the vector of length 1 that has the largest product with `gradient`.
  ///
  /// `infinity` takes the sign of each element, with sign(0) = 0; `l2` divides by
  /// `sqrt(max(sum g², 1e-12))`, so that gradients shorter than 1e-6 give shorter vectors; `l1` puts
  /// everything on the elements of largest magnitude, which share equally.
  ///
  /// - Parameter gradient: Finite numbers.
  /// - Source: `maximize_within_unit_norm` of Neural Structured Learning 1.4.0.
  package func addMaximizer(
    of gradient: UnsafeBufferPointer<Float>, times scale: Float,
    to point: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(gradient.count == point.count, "examples of different size")
    switch self {
    case .infinity:
      addSigns(of: gradient, times: scale, to: point)
    case .l2:
      var sum = 0.0
      for g in gradient { sum += Double(g) * Double(g) }
      let inverse = Float(1 / max(sum, 1e-12).squareRoot())
      for i in 0..<point.count { point[i] += gradient[i] * inverse * scale }
    case .l1:
      var largest: Float = 0
      for g in gradient { largest = max(largest, g.magnitude) }
      guard largest > 0 else { return }
      var count: Float = 0
      for g in gradient where g.magnitude == largest { count += 1 }
      for i in 0..<point.count where gradient[i].magnitude == largest {
        point[i] += (gradient[i] > 0 ? 1 : -1) / count * scale
      }
    }
  }

  /// Adds `scale` times the gradient brought to length 1; a gradient of zeros adds nothing,
  /// elements that are not numbers count as 0.
  ///
  /// `infinity` takes signs, `l2` and `l1` divide by the norm, however small it is. For `l1` this
  /// moves every element in proportion to its gradient, as Foolbox does.
  ///
  /// - Source: Rauber et al. 2017, Foolbox (`normalize` of its gradient attacks).
  package func addNormalized(
    _ gradient: UnsafeBufferPointer<Float>, times scale: Float,
    to point: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(gradient.count == point.count, "examples of different size")
    if self == .infinity {
      addSigns(of: gradient, times: scale, to: point)
      return
    }
    var sum = 0.0
    for g in gradient where g.isFinite {
      sum += self == .l2 ? Double(g) * Double(g) : Double(g.magnitude)
    }
    let length = self == .l2 ? sum.squareRoot() : sum
    guard length > 0 else { return }
    // In double precision: the inverse of a tiny length does not fit a float.
    let factor = Double(scale) / length
    for i in 0..<point.count where gradient[i].isFinite {
      point[i] += Float(Double(gradient[i]) * factor)
    }
  }

  private func addSigns(
    of gradient: UnsafeBufferPointer<Float>, times scale: Float,
    to point: UnsafeMutableBufferPointer<Float>
  ) {
    for i in 0..<point.count {
      let g = gradient[i]
      point[i] += g > 0 ? scale : (g < 0 ? -scale : 0)
    }
  }
}
