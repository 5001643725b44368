internal import Results

/// Numbers and short phrases as the page writes them.
enum Words {
  /// `43.6 %`.
  static func percent(_ share: Double) -> String { percentNumber(share) + " %" }

  /// `43.6`.
  static func percentNumber(_ share: Double) -> String {
    NumberText.fixed(100 * share, decimals: 1)
  }

  /// `40.6 – 46.7`.
  static func percentRange(_ range: ClosedRange<Double>) -> String {
    "\(percentNumber(range.lowerBound)) – \(percentNumber(range.upperBound))"
  }
}
