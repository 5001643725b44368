/// The permutation test of paired differences: whether a setting matters, without assuming a normal
/// distribution.
///
/// Without a true difference each difference could as well have the other sign. p is the share of
/// all 2^n patterns of signs whose sum is at least as far from 0 as the observed one; sums that
/// differ by rounding only are equal. Differences of 0 stay in.
///
/// With more than 20 pairs it is estimated from 99,999 random patterns: p = (hits + 1) / 100,000.
/// The patterns are always the same, and p depends neither on the order of the pairs nor on which
/// setting is the first.
///
/// - Source: Fisher 1935, "The design of experiments", section 21; the added 1: Phipson and Smyth
///   2010, Statistical Applications in Genetics and Molecular Biology 9(1).
package struct SignFlipTest: Hashable, Sendable {
  /// Number of pairs.
  package let count: Int
  /// Two-sided.
  package let pValue: Double
  /// Whether p is exact, and not estimated from random patterns.
  package var isExact: Bool { count <= SignFlipTest.largestExactCount }

  /// So many pairs still have all their patterns counted.
  package static let largestExactCount = 20
  /// Random patterns for more pairs.
  package static let randomPatterns = 99_999

  /// The smallest p that so many pairs can give: below 0.05 from 6 pairs on.
  package static func smallestPValue(count: Int) -> Double {
    precondition(count > 0, "no pairs")
    return count <= largestExactCount
      ? 2 / Double(1 << count) : 1 / Double(randomPatterns + 1)
  }

  /// - Parameters: the values of the same seeds, in the same order.
  /// - Returns: `nil` for no pairs, or where values are not finite.
  package init?(_ first: [Double], _ second: [Double]) {
    self.init(PairedDifferences(first, second))
  }

  /// - Returns: `nil` for no differences, or where they are not finite.
  package init?(_ differences: PairedDifferences) {
    let observed = Sample.sum(differences.values).magnitude
    let magnitudes = differences.values.map(\.magnitude).sorted()
    guard !magnitudes.isEmpty, magnitudes.reduce(0, +).isFinite else { return nil }
    count = magnitudes.count
    let limit = observed - Double(count) * differences.rounding
    if limit <= 0 {
      pValue = 1
    } else if count <= SignFlipTest.largestExactCount {
      let hits = 2 * SignFlipTest.patterns(of: magnitudes, reaching: limit)
      pValue = Double(hits) / Double(1 << count)
    } else {
      let hits = SignFlipTest.randomHits(magnitudes, limit)
      pValue = Double(hits + 1) / Double(SignFlipTest.randomPatterns + 1)
    }
  }

  /// How many patterns of signs have a sum of at least `limit`, which is positive.
  ///
  /// The sums of either half are listed and sorted, so that 20 pairs need 2,048 sums.
  private static func patterns(of magnitudes: [Double], reaching limit: Double) -> Int {
    let middle = magnitudes.count / 2
    let left = sums(magnitudes[..<middle]).sorted(by: >)
    let right = sums(magnitudes[middle...]).sorted()
    var count = 0
    var first = 0
    for sum in left {
      // The smaller the sum of one half, the fewer of the other's are large enough.
      while first < right.count, sum + right[first] < limit { first += 1 }
      count += right.count - first
    }
    return count
  }

  /// The sums under all patterns of signs.
  private static func sums(_ magnitudes: ArraySlice<Double>) -> [Double] {
    magnitudes.reduce([0]) { sums, value in sums.flatMap { [$0 - value, $0 + value] } }
  }

  /// How many of the random patterns have a sum at least as far from 0 as `limit`.
  private static func randomHits(_ magnitudes: [Double], _ limit: Double) -> Int {
    let wordsPerPattern = (magnitudes.count + 63) / 64
    return (0..<randomPatterns).count { pattern in
      var sum = 0.0
      var bits: UInt64 = 0
      for (place, value) in magnitudes.enumerated() {
        if place % 64 == 0 { bits = RandomWord.at(pattern * wordsPerPattern + place / 64) }
        sum += bits & 1 == 0 ? value : -value
        bits >>= 1
      }
      return sum.magnitude >= limit
    }
  }
}
