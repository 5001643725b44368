/// Intervals that hold the true value in 95 of 100 repetitions.
package enum ConfidenceInterval {
  /// The interval of a mean: mean ± t(0.975, n - 1) · sd / √n.
  ///
  /// - Source: Student (Gosset) 1908, Biometrika 6(1).
  /// - Returns: `nil` for fewer than two values, or where they are not all finite.
  package static func mean(_ sample: Sample) -> ClosedRange<Double>? {
    guard let mean = sample.mean, let deviation = sample.standardDeviation,
      mean.isFinite, deviation.isFinite
    else { return nil }
    return around(
      mean, standardError: deviation / Double(sample.count).squareRoot(),
      degreesOfFreedom: Double(sample.count - 1))
  }

  /// Wilson's score interval of a proportion, without continuity correction.
  ///
  /// The lower end is exactly 0 for no success, the upper one exactly 1 for no failure.
  ///
  /// - Source: Wilson 1927, Journal of the American Statistical Association 22(158).
  package static func wilson(successes: Int, trials: Int) -> ClosedRange<Double> {
    precondition(trials > 0 && (0...trials).contains(successes), "not a proportion")
    let n = Double(trials)
    let p = Double(successes) / n
    let z = normalQuantile975
    let denominator = 1 + z * z / n
    let center = (p + z * z / (2 * n)) / denominator
    let half = z / denominator * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let low = successes == 0 ? 0 : max(0, center - half)
    let high = successes == trials ? 1 : min(1, center + half)
    return low...high
  }

  /// estimate ± t(0.975, df) · standard error.
  static func around(
    _ estimate: Double, standardError: Double, degreesOfFreedom: Double
  ) -> ClosedRange<Double> {
    let half = StudentT(degreesOfFreedom: degreesOfFreedom).quantile(0.975) * standardError
    return estimate - half...estimate + half
  }

  /// The 0.975 quantile of the standard normal distribution.
  private static let normalQuantile975 = 1.959_963_984_540_054
}
