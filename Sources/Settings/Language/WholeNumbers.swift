extension Int {
  /// The whole number nearest to `value` of those that there are; 0 for what is not a number.
  ///
  /// What a spec says may be any number, and `Int(value)` ends the program where it does not fit.
  package init(nearest value: Double) {
    let rounded = value.rounded()
    if let exact = Int(exactly: rounded) {
      self = exact
    } else {
      self = value > 0 ? .max : value < 0 ? .min : 0
    }
  }

  /// The product of two numbers that are not negative; `Int.max` where it is larger.
  package func timesAtMost(_ other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }

  /// The sum of two numbers that are not negative; `Int.max` where it is larger.
  package func plusAtMost(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

extension Double {
  /// The shortest text that is read back as the same number, whole ones as integers: `3`, `0.1`.
  package var plainText: String {
    Int(exactly: self).map { "\($0)" } ?? "\(self)"
  }
}
