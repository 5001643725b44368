/// Holm's correction: the chance of one false alarm or more in a family of tests stays below 5 %.
///
/// - Source: Holm 1979, Scandinavian Journal of Statistics 6(2).
package enum HolmCorrection {
  /// The adjusted p-values, in the order given: never below the raw ones, never above 1, and in the
  /// same order of size. Equal raw values stay equal.
  ///
  /// NaN stands for a test that could not be made: it stays NaN and does not count as one of the
  /// family.
  package static func adjusted(_ pValues: [Double]) -> [Double] {
    precondition(
      pValues.allSatisfy { $0.isNaN || (0...1).contains($0) }, "not all values are probabilities")
    let order = pValues.indices.filter { !pValues[$0].isNaN }
      .sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(order.count - rank) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }
}
