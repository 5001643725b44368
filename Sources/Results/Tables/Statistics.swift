#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Means, deviations and intervals, each with its source.
package enum Statistics {
  /// The 0.975 quantile of the standard normal distribution.
  package static let normalQuantile975 = 1.959_963_984_540_054

  /// The arithmetic mean; the sum is compensated (Neumaier 1974).
  ///
  /// - Returns: `nil` for no values.
  package static func mean(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    return sum(values) / Double(values.count)
  }

  /// The sample standard deviation, with n - 1 in the denominator, in two passes.
  ///
  /// - Returns: `nil` for fewer than two values.
  package static func standardDeviation(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    let squares = values.map { ($0 - mean) * ($0 - mean) }
    return (sum(squares) / Double(values.count - 1)).squareRoot()
  }

  /// The 95 % confidence interval of the mean: mean ± t(0.975, n - 1) · sd / √n.
  ///
  /// - Source: Student (Gosset) 1908, Biometrika 6(1).
  /// - Returns: `nil` for fewer than two values, or where they are not all finite.
  package static func meanInterval(_ values: [Double]) -> ClosedRange<Double>? {
    guard let mean = mean(values), let deviation = standardDeviation(values),
      mean.isFinite, deviation.isFinite
    else { return nil }
    let half =
      studentQuantile975(degreesOfFreedom: values.count - 1) * deviation
      / Double(values.count).squareRoot()
    return mean - half...mean + half
  }

  /// Wilson's 95 % score interval of a proportion, without continuity correction.
  ///
  /// The lower end is exactly 0 for no success, the upper one exactly 1 for no failure.
  ///
  /// - Source: Wilson 1927, Journal of the American Statistical Association 22(158).
  package static func wilsonInterval(correct: Int, examples: Int) -> ClosedRange<Double> {
    precondition(examples > 0 && (0...examples).contains(correct), "not a proportion")
    let n = Double(examples)
    let p = Double(correct) / n
    let z = normalQuantile975
    let denominator = 1 + z * z / n
    let center = (p + z * z / (2 * n)) / denominator
    let half = z / denominator * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let low = correct == 0 ? 0 : max(0, center - half)
    let high = correct == examples ? 1 : min(1, center + half)
    return low...high
  }

  /// The 0.975 quantile of Student's t distribution: 95 % of it lie within ± this.
  ///
  /// Found by bisection of the distribution function, to the last bits of a `Double`.
  package static func studentQuantile975(degreesOfFreedom: Int) -> Double {
    precondition(degreesOfFreedom > 0, "Student's t needs at least one degree of freedom")
    var low = 0.0
    var high = 16.0
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if studentCentralProbability(middle, degreesOfFreedom: degreesOfFreedom) < 0.95 {
        low = middle
      } else {
        high = middle
      }
    }
  }

  /// The probability that |T| <= t, as a finite sum for a whole number of degrees of freedom.
  ///
  /// - Source: Abramowitz and Stegun 1964, 26.7.3 (odd) and 26.7.4 (even).
  private static func studentCentralProbability(_ t: Double, degreesOfFreedom: Int) -> Double {
    let ratio = t / Double(degreesOfFreedom).squareRoot()
    let cosine = 1 / (1 + ratio * ratio).squareRoot()
    let sine = ratio * cosine
    let isOdd = !degreesOfFreedom.isMultiple(of: 2)
    var term = isOdd ? cosine : 1
    var total = degreesOfFreedom == 1 ? 0 : term
    for k in stride(from: isOdd ? 3 : 2, to: degreesOfFreedom, by: 2) {
      term *= cosine * cosine * Double(k - 1) / Double(k)
      total += term
    }
    return isOdd ? 2 / Double.pi * (atan(ratio) + sine * total) : sine * total
  }

  private static func sum(_ values: [Double]) -> Double {
    var total = 0.0
    var compensation = 0.0
    for value in values {
      let next = total + value
      compensation +=
        total.magnitude >= value.magnitude ? (total - next) + value : (value - next) + total
      total = next
    }
    // Infinite values leave a compensation that is not a number.
    return compensation.isFinite ? total + compensation : total
  }
}
