/// Values of which each was measured independently of the others, such as one per seed.
package struct Sample: Sendable {
  package let values: [Double]

  package init(_ values: [Double]) {
    self.values = values
  }

  package var count: Int { values.count }

  /// The arithmetic mean.
  ///
  /// - Returns: `nil` for no values.
  package var mean: Double? {
    values.isEmpty ? nil : Sample.sum(values) / Double(count)
  }

  /// The sample standard deviation, with n - 1 in the denominator, in two passes.
  ///
  /// - Returns: `nil` for fewer than two values.
  package var standardDeviation: Double? {
    guard count > 1, let mean else { return nil }
    let squares = values.map { ($0 - mean) * ($0 - mean) }
    return (Sample.sum(squares) / Double(count - 1)).squareRoot()
  }

  /// The sum, compensated for rounding.
  ///
  /// - Source: Neumaier 1974, Zeitschrift für Angewandte Mathematik und Mechanik 54(1).
  package static func sum(_ values: [Double]) -> Double {
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

  /// Whether values differ by no more than rounding, so that their deviation says nothing.
  ///
  /// - Parameter scale: The largest magnitude of the numbers that the values were made from.
  static func areEqual(_ values: [Double], scale: Double) -> Bool {
    guard let low = values.min(), let high = values.max() else { return true }
    return high - low <= relativeRounding * scale
  }

  /// What differences of measured numbers differ by only because they were rounded, relative to the
  /// numbers: 0.3 - 0.2 and 0.2 - 0.1 are equal. That is thousands of times what rounding needs,
  /// and far less than any measurement resolves.
  static let relativeRounding = 1e-12
}
