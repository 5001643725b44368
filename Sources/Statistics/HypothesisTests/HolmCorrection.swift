/// Holm's correction: the chance of one false alarm or more in a family of tests stays below 5 %.
///
/// - Source: Holm 1979, Scandinavian Journal of Statistics 6(2).
package enum HolmCorrection {
  /// The adjusted p-values, in the order given: never below the raw ones, never above 1, and in the
  /// same order of size. Equal raw values stay equal.
  ///
  /// NaN stands for a test that could not be made: it stays NaN and does not count as one of the
  /// family.
  ///
  /// - Parameter family: How many tests there are, where more were possible than were made: the best
  ///   of several was chosen by the data, and any other pair of them could have been looked at. The
  ///   tests that were not made count as accepted. By default, and at least, those given.
  package static func adjusted(_ pValues: [Double], family: Int = 0) -> [Double] {
    precondition(
      pValues.allSatisfy { $0.isNaN || (0...1).contains($0) }, "not all values are probabilities")
    let order = pValues.indices.filter { !pValues[$0].isNaN }
      .sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    let family = max(family, order.count)
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(family - rank) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }
}
