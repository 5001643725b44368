import CFunctions

/// Student's t distribution, of any degrees of freedom above 0, whole or (for Welch's test) not.
///
/// - Source: Student (Gosset) 1908, Biometrika 6(1); as an incomplete beta function in
///   Abramowitz and Stegun 1964, 26.7.1.
package struct StudentT: Sendable {
  package let degreesOfFreedom: Double
  /// ln(Γ((ν + 1) / 2) / (Γ(ν / 2) √π)).
  private let logNormalizer: Double

  package init(degreesOfFreedom: Double) {
    precondition(
      degreesOfFreedom > 0 && degreesOfFreedom.isFinite, "Student's t needs degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
    logNormalizer = StirlingError.halfStep(degreesOfFreedom / 2) - 0.5 * nsl_log(.pi)
  }

  /// The probability of a value up to t; relatively exact in the lower tail, too.
  package func cumulative(_ t: Double) -> Double { survival(-t) }

  /// The probability of a value above t; relatively exact in the upper tail, too.
  package func survival(_ t: Double) -> Double {
    t < 0 ? 1 - nsl_exp(logUpperTail(-t)) : nsl_exp(logUpperTail(t))
  }

  /// The probability of a value at least as far from 0 as t.
  package func twoSided(_ t: Double) -> Double { min(1, 2 * nsl_exp(logUpperTail(t.magnitude))) }

  /// ln P(T > t) of t >= 0, finite also where the probability is too small for a `Double`.
  func logUpperTail(_ t: Double) -> Double {
    if t.isInfinite { return -.infinity }
    let a = degreesOfFreedom / 2
    let parts = Parts(t / degreesOfFreedom.squareRoot())
    // x^a (1 - x)^½ / B(a, ½), with x = ν / (ν + t²).
    let logFactor = logNormalizer - a * parts.logInverse + 0.5 * nsl_log(parts.complement)
    if parts.x < (a + 1) / (a + 2.5) {
      return logFactor
        + nsl_log(0.5 * IncompleteBeta.fraction(parts.x, complement: parts.complement, a, 0.5))
    }
    let center =
      nsl_exp(logFactor) * IncompleteBeta.fraction(parts.complement, complement: parts.x, 0.5, a)
    return nsl_log1p(-center) - nsl_log(2)
  }

  /// The logarithm of the density at t.
  func logDensity(_ t: Double) -> Double {
    logNormalizer - 0.5 * nsl_log(degreesOfFreedom)
      - (degreesOfFreedom + 1) / 2 * Parts(t.magnitude / degreesOfFreedom.squareRoot()).logInverse
  }

  /// x = 1 / (1 + r²), 1 - x and ln(1 / x), of any r >= 0, also where its square is too large.
  private struct Parts {
    let x: Double
    let complement: Double
    let logInverse: Double

    init(_ r: Double) {
      if r > 1 {
        let inverse = 1 / r / r
        x = inverse / (1 + inverse)
        complement = 1 / (1 + inverse)
        logInverse = 2 * nsl_log(r) + nsl_log1p(inverse)
      } else {
        x = 1 / (1 + r * r)
        complement = r * r / (1 + r * r)
        logInverse = nsl_log1p(r * r)
      }
    }
  }
}
