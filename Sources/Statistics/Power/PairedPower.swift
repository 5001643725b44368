/// What a two-sided paired t test over seeds can show.
///
/// The level is 5 %; in a family of tests, 5 % divided by their number is what the first of Holm's
/// steps asks for.
///
/// Exact for normally distributed differences: with a true difference d of standard deviation s, the
/// statistic of n pairs follows a noncentral t distribution with n - 1 degrees of freedom and
/// noncentrality d √n / s. A test that finds the wrong sign counts as well, as in G*Power and
/// statsmodels; that matters only for tiny differences.
///
/// The deviation is that of the differences, not of one setting. All results are `nil` for fewer
/// than two pairs, and for a deviation that is 0 or not finite: it says nothing then.
///
/// - Source: Cohen 1988, "Statistical power analysis for the behavioral sciences", chapter 2.
package enum PairedPower {
  /// The level of the test.
  package static let level = 0.05
  /// The power that "can be shown" means.
  package static let target = 0.8
  /// More pairs than this are never asked for.
  package static let largestCount = 1_000_000

  /// The probability that the test of so many pairs finds a true difference.
  package static func power(
    count: Int, difference: Double, standardDeviation: Double, level: Double = level
  ) -> Double? {
    guard isKnown(standardDeviation), count > 1, difference.isFinite else { return nil }
    let effect = difference.magnitude / standardDeviation
    return power(count: count, noncentrality: effect * Double(count).squareRoot(), level)
  }

  /// The smallest true difference that the test of so many pairs finds with 80 % probability.
  package static func smallestDifference(
    count: Int, standardDeviation: Double, level: Double = level
  ) -> Double? {
    guard isKnown(standardDeviation), count > 1 else { return nil }
    return smallestNoncentrality(count: count, level) * standardDeviation
      / Double(count).squareRoot()
  }

  /// How many pairs find a true difference with at least 80 % probability.
  ///
  /// - Returns: `nil` also where more than a million are not enough, as for a difference of 0.
  package static func count(
    difference: Double, standardDeviation: Double, level: Double = level
  ) -> Int? {
    func suffices(_ count: Int) -> Bool? {
      power(
        count: count, difference: difference, standardDeviation: standardDeviation, level: level
      ).map { $0 >= target }
    }
    guard var isEnough = suffices(2) else { return nil }
    var low = 1
    var high = 2
    while !isEnough {
      guard high < largestCount else { return nil }
      low = high
      high = min(2 * high, largestCount)
      isEnough = suffices(high) ?? false
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if suffices(middle) ?? false { high = middle } else { low = middle }
    }
    return high
  }

  private static func isKnown(_ deviation: Double) -> Bool { deviation > 0 && deviation.isFinite }

  private static func power(count: Int, noncentrality: Double, _ level: Double) -> Double {
    power(count: count, noncentrality: noncentrality, critical: critical(count: count, level))
  }

  /// Beyond it the test finds a difference.
  static func critical(count: Int, _ level: Double) -> Double {
    StudentT(degreesOfFreedom: Double(count - 1)).quantile(1 - level / 2)
  }

  private static func power(count: Int, noncentrality: Double, critical: Double) -> Double {
    // Even two pairs miss such a difference with a probability below 1e-300 only.
    guard noncentrality < 40 * (1 + critical) else { return 1 }
    let distribution = NoncentralT(
      degreesOfFreedom: Double(count - 1), noncentrality: noncentrality)
    return distribution.survival(critical) + distribution.cumulative(-critical)
  }

  /// The noncentrality at which the power is 80 %, between two that the secant (with Illinois'
  /// change) brings together.
  ///
  /// - Source: Dowell and Jarratt 1971, BIT 11.
  private static func smallestNoncentrality(count: Int, _ level: Double) -> Double {
    let critical = critical(count: count, level)
    func excess(_ noncentrality: Double) -> Double {
      power(count: count, noncentrality: noncentrality, critical: critical) - target
    }
    var low = (at: 0.0, excess: level - target)
    var high = (at: 4.0, excess: excess(4))
    while high.excess < 0 {
      low = high
      high.at *= 2
      high.excess = excess(high.at)
    }
    var wasLow: Bool?
    while true {
      let at = (low.at * high.excess - high.at * low.excess) / (high.excess - low.excess)
      let excess = excess(at)
      if excess.magnitude < 1e-13 || high.at - low.at < 1e-13 * high.at { return at }
      if excess < 0 {
        low = (at, excess)
        if wasLow == true { high.excess /= 2 }
      } else {
        high = (at, excess)
        if wasLow == false { low.excess /= 2 }
      }
      wasLow = excess < 0
    }
  }
}
