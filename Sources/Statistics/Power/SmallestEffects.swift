/// The smallest effects that paired t tests of one level show with 80 % probability, each calculated
/// once: for families of many comparisons.
///
/// An effect is a difference divided by the standard deviation of the differences (Cohen's d). It is
/// smaller with more pairs, and never depends on the data. Two or three pairs at a low level show only
/// differences of many deviations: of these nothing is said.
package struct SmallestEffects: Sendable {
  package let level: Double
  /// More pairs are never asked for.
  package static let largestCount = 10_000
  /// Tests that ask for a larger t show nothing in practice.
  private static let largestCritical = 50.0
  /// By the number of pairs.
  private var known: [Int: Double] = [:]

  /// - Parameter level: Of each test, two-sided.
  package init(level: Double = PairedPower.level) { self.level = level }

  /// See ``PairedPower/smallestDifference(count:standardDeviation:level:)``.
  package mutating func difference(count: Int, standardDeviation: Double) -> Double? {
    guard count > 1, standardDeviation > 0, standardDeviation.isFinite else { return nil }
    let effect = effect(count)
    return effect.isFinite ? effect * standardDeviation : nil
  }

  /// See ``PairedPower/count(difference:standardDeviation:level:)``; `nil` where 10,000 are not enough.
  package mutating func count(difference: Double, standardDeviation: Double) -> Int? {
    guard standardDeviation > 0, standardDeviation.isFinite, difference.isFinite else { return nil }
    let wanted = difference.magnitude / standardDeviation
    var (low, high) = (1, 2)
    while effect(high) > wanted {
      guard high < Self.largestCount else { return nil }
      (low, high) = (high, min(2 * high, Self.largestCount))
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if effect(middle) <= wanted { high = middle } else { low = middle }
    }
    return high
  }

  private mutating func effect(_ count: Int) -> Double {
    if let effect = known[count] { return effect }
    var effect = Double.infinity
    if PairedPower.critical(count: count, level) <= Self.largestCritical {
      effect =
        PairedPower.smallestDifference(count: count, standardDeviation: 1, level: level)
        ?? .infinity
    }
    known[count] = effect
    return effect
  }
}
