import CFunctions

/// The standard normal distribution.
package enum NormalDistribution {
  /// The probability of a value up to x; relatively exact in the lower tail, too.
  package static func cumulative(_ x: Double) -> Double { 0.5 * nsl_erfc(-x * 0.5.squareRoot()) }

  /// The probability of a value above x; relatively exact in the upper tail, too.
  package static func survival(_ x: Double) -> Double { cumulative(-x) }

  /// The logarithm of `cumulative`, finite where that is too small for a `Double`.
  package static func logCumulative(_ x: Double) -> Double {
    if x > 0 { return nsl_log1p(-survival(x)) }
    if x > -30 { return nsl_log(cumulative(x)) }
    // Laplace's continued fraction of Mills' ratio (Abramowitz and Stegun 1964, 26.2.14).
    let fraction = stride(from: 24.0, through: 1, by: -1).reduce(-x) { -x + $1 / $0 }
    return -0.5 * x * x - 0.5 * nsl_log(2 * .pi) - nsl_log(fraction)
  }
}
