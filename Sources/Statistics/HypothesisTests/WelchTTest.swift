/// Welch's t test: whether a setting matters, where the trainings have unlike seeds and so are no
/// pairs. The two deviations may differ.
///
/// If the values of both settings are all equal, up to rounding, there is no deviation and no t
/// distribution. Then p is the smallest that a permutation test can give, 2 / C(n₁ + n₂, n₁), or 1
/// where the means are equal, and there is no interval.
///
/// - Source: Welch 1947, Biometrika 34(1/2); degrees of freedom after Satterthwaite 1946,
///   Biometrics Bulletin 2(6).
package struct WelchTTest: Hashable, Sendable {
  /// Numbers of values of both settings.
  package let counts: [Int]
  /// Mean of the first less mean of the second.
  package let difference: Double
  package let standardError: Double
  /// difference / standard error; ∓ infinity if that is 0 and the difference is not.
  package let statistic: Double
  /// Not a whole number; `nil` without a deviation.
  package let degreesOfFreedom: Double?
  /// Two-sided.
  package let pValue: Double
  /// 95 % confidence interval of the difference; `nil` without a deviation.
  package let interval: ClosedRange<Double>?

  /// - Returns: `nil` where a setting has fewer than two values, or they are not finite.
  package init?(_ first: [Double], _ second: [Double]) {
    let samples = [Sample(first), Sample(second)]
    let means = samples.compactMap(\.mean)
    let deviations = samples.compactMap(\.standardDeviation)
    guard deviations.count == 2, (means + deviations).allSatisfy(\.isFinite) else { return nil }
    counts = samples.map(\.count)
    let difference = means[0] - means[1]
    let scale = (first + second).reduce(0) { max($0, $1.magnitude) }
    guard !samples.allSatisfy({ Sample.areEqual($0.values, scale: scale) }) else {
      let isZero = difference.magnitude <= Sample.relativeRounding * scale
      self.difference = isZero ? 0 : difference
      standardError = 0
      statistic = isZero ? 0 : difference < 0 ? -.infinity : .infinity
      degreesOfFreedom = nil
      pValue = isZero ? 1 : WelchTTest.smallestPermutationPValue(counts)
      interval = nil
      return
    }
    let variances = zip(deviations, counts).map { $0 * $0 / Double($1) }
    let variance = variances[0] + variances[1]
    // Shares of the variance, so that tiny ones are not squared to 0.
    let inverse = zip(variances, counts).reduce(0) { sum, part in
      let share = part.0 / variance
      return sum + share * share / Double(part.1 - 1)
    }
    self.difference = difference
    standardError = variance.squareRoot()
    statistic = difference / standardError
    let degreesOfFreedom = 1 / inverse
    self.degreesOfFreedom = degreesOfFreedom
    pValue = PValue.limited(
      StudentT(degreesOfFreedom: degreesOfFreedom).twoSided(statistic))
    interval = ConfidenceInterval.around(
      difference, standardError: standardError, degreesOfFreedom: degreesOfFreedom)
  }

  /// 2 / C(n₁ + n₂, n₁).
  private static func smallestPermutationPValue(_ counts: [Int]) -> Double {
    let smaller = min(counts[0], counts[1])
    let total = counts[0] + counts[1]
    return PValue.limited(
      (0..<smaller).reduce(2.0) { $0 * Double(smaller - $1) / Double(total - $1) })
  }
}
