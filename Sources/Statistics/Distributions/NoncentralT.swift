import CFunctions

/// The noncentral t distribution: (Z + δ) / S of a standard normal Z and the root mean square S of
/// ν standard normals. That is what t statistics follow where there is a difference.
///
/// P(T <= t) is the mean of Φ(t S - δ). Its integrand in y = ln S is smooth, positive and vanishes
/// at both ends, so that the trapezoidal rule converges exponentially, and nothing cancels in either
/// tail. The time grows with √ν + |δ| + |t|.
///
/// - Source: Johnson, Kotz and Balakrishnan 1995, "Continuous univariate distributions" 2, chapter
///   31; Trefethen and Weideman 2014, SIAM Review 56(3), on the rule.
package struct NoncentralT: Sendable {
  package let degreesOfFreedom: Double
  package let noncentrality: Double

  package init(degreesOfFreedom: Double, noncentrality: Double) {
    precondition(
      degreesOfFreedom > 0 && degreesOfFreedom.isFinite && noncentrality.isFinite,
      "not a noncentral t distribution")
    self.degreesOfFreedom = degreesOfFreedom
    self.noncentrality = noncentrality
  }

  /// The probability of a value up to t; relatively exact in the lower tail, too.
  package func cumulative(_ t: Double) -> Double {
    t.isInfinite ? (t > 0 ? 1 : 0) : mean(slope: t, offset: -noncentrality)
  }

  /// The probability of a value above t; relatively exact in the upper tail, too.
  package func survival(_ t: Double) -> Double {
    t.isInfinite ? (t > 0 ? 0 : 1) : mean(slope: -t, offset: noncentrality)
  }

  /// The mean of Φ(slope · S + offset).
  ///
  /// The integrand is log-concave in S: it rises to one peak and falls.
  private func mean(slope: Double, offset: Double) -> Double {
    let a = degreesOfFreedom / 2
    let logNormalizer = nsl_log(2) + 0.5 * nsl_log(a / (2 * .pi)) - StirlingError.value(a)
    func logIntegrand(_ y: Double) -> Double {
      logNormalizer - a * (nsl_expm1(2 * y) - 2 * y)
        + NormalDistribution.logCumulative(slope * nsl_exp(y) + offset)
    }
    /// The fastest rate at which the integrand changes around y.
    func rate(_ y: Double) -> Double {
      let product = slope * nsl_exp(y)
      return (1 + degreesOfFreedom + offset * offset + product * product).squareRoot()
    }

    var peak = 0.0
    var highest = logIntegrand(peak)
    var stride = 1.0
    while stride > 0.1 / rate(peak) {
      let (above, below) = (logIntegrand(peak + stride), logIntegrand(peak - stride))
      if above > highest {
        (peak, highest) = (peak + stride, above)
      } else if below > highest {
        (peak, highest) = (peak - stride, below)
      } else {
        stride /= 2
      }
    }

    let step = 1 / (6 * rate(peak))
    var sum = 1.0
    for direction in [step, -step] {
      var position = 1.0
      while true {
        let term = nsl_exp(logIntegrand(peak + position * direction) - highest)
        sum += term
        guard term > 1e-20 * sum else { break }
        position += 1
      }
    }
    return min(1, nsl_exp(highest + nsl_log(step * sum)))
  }
}
