/// The paired t test: whether a setting matters, with one pair of trainings per seed.
///
/// If all differences are equal, up to rounding, their deviation is 0 and says nothing about other
/// seeds: t would be infinite and p 0, for two seeds already. Then the p-value is that of the
/// sign-flip test, which needs no deviation: 2^(1 - n), or 1 where the differences are 0. There is
/// no interval.
///
/// - Source: Student (Gosset) 1908, Biometrika 6(1).
package struct PairedTTest: Hashable, Sendable {
  /// Number of pairs.
  package let count: Int
  /// Mean of the differences, first less second.
  package let mean: Double
  /// Sample standard deviation of the differences; exactly 0 if they are equal up to rounding.
  package let standardDeviation: Double
  /// mean / (sd / √n); ∓ infinity if all differences are equal, but not 0.
  package let statistic: Double
  package let degreesOfFreedom: Int
  /// Two-sided.
  package let pValue: Double
  /// 95 % confidence interval of the mean difference; `nil` if all differences are equal.
  package let interval: ClosedRange<Double>?

  /// - Parameters: the values of the same seeds, in the same order.
  /// - Returns: `nil` for fewer than two pairs, or where values are not finite.
  package init?(_ first: [Double], _ second: [Double]) {
    self.init(PairedDifferences(first, second))
  }

  /// - Returns: `nil` for fewer than two differences, or where they are not finite.
  package init?(_ differences: PairedDifferences) {
    let sample = Sample(differences.values)
    guard let mean = sample.mean, let deviation = sample.standardDeviation, deviation.isFinite,
      mean.isFinite
    else { return nil }
    count = sample.count
    degreesOfFreedom = count - 1
    guard !differences.areEqual else {
      let isZero = mean.magnitude <= differences.rounding
      self.mean = isZero ? 0 : mean
      standardDeviation = 0
      statistic = isZero ? 0 : mean < 0 ? -.infinity : .infinity
      pValue = isZero ? 1 : SignFlipTest.smallestPValue(count: count)
      interval = nil
      return
    }
    self.mean = mean
    standardDeviation = deviation
    let standardError = deviation / Double(count).squareRoot()
    statistic = mean / standardError
    pValue = PValue.limited(
      StudentT(degreesOfFreedom: Double(degreesOfFreedom)).twoSided(statistic))
    interval = ConfidenceInterval.around(
      mean, standardError: standardError, degreesOfFreedom: Double(degreesOfFreedom))
  }
}
