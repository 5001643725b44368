import CFunctions

/// The chi-square distribution of a whole number of degrees of freedom.
package struct ChiSquare: Sendable {
  package let degreesOfFreedom: Int

  package init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom > 0, "chi-square needs at least one degree of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of a value above x, as a finite sum of positive terms: relatively exact in the
  /// upper tail, too.
  ///
  /// - Source: Abramowitz and Stegun 1964, 26.4.4 (odd) and 26.4.5 (even).
  package func survival(_ x: Double) -> Double {
    guard x > 0 else { return x.isNaN ? .nan : 1 }
    let mean = x / 2
    let isOdd = !degreesOfFreedom.isMultiple(of: 2)
    let count = degreesOfFreedom / 2
    let start = isOdd ? nsl_erfc(mean.squareRoot()) : 0
    guard count > 0, mean.isFinite else { return start }
    // Outwards from the largest of the terms m^u e^-m / Γ(u + 1), u = j or j + ½.
    let shift = isOdd ? 0.5 : 0
    let mode = min(Double(count - 1), max(0, (mean - shift).rounded(.down))) + shift
    let largest = StirlingError.poisson(mode, mean: mean)
    var sum = largest
    var term = largest
    for u in stride(from: mode, to: shift, by: -1) {
      term *= u / mean
      sum += term
    }
    term = largest
    for u in stride(from: mode + 1, to: Double(count) + shift, by: 1) {
      term *= mean / u
      sum += term
    }
    return min(1, start + sum)
  }
}
