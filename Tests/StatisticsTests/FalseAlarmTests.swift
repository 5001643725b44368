import Statistics
import TestSupport
import Testing

/// 1,000 pairs of samples of one distribution: at most 5 % alarms at the 5 % level, up to three
/// standard errors of such a share, which are 2.1 %.
@Suite struct `False alarms` {
  private static let repetitions = 1000
  private static let seed: UInt64 = 20_240_611

  /// Normal numbers with a part that both members of a pair share, as seeds do.
  private func samples(_ count: Int, _ random: inout SplitMix64) -> ([Double], [Double]) {
    func normal() -> Double {
      NormalDistribution.quantile(Double.random(in: 0x1p-60..<1, using: &random))
    }
    let shared = (0..<count).map { _ in normal() }
    let first = shared.map { 0.5 + 0.02 * $0 + 0.03 * normal() }
    let second = shared.map { 0.5 + 0.02 * $0 + 0.03 * normal() }
    return (first, second)
  }

  private func alarms(
    _ count: Int, _ pValue: ([Double], [Double]) throws -> Double
  ) rethrows -> Double {
    var random = SplitMix64(seed: Self.seed &+ UInt64(count))
    let alarms = try (0..<Self.repetitions).count { _ in
      let (first, second) = samples(count, &random)
      return try pValue(first, second) < 0.05
    }
    return Double(alarms) / Double(Self.repetitions)
  }

  @Test(arguments: [3, 5, 10])
  func `of the paired t test are 5 %`(seeds: Int) throws {
    let share = try alarms(seeds) { try #require(PairedTTest($0, $1)).pValue }
    #expect((0.05 - 0.021...0.05 + 0.021).contains(share), "seed \(Self.seed), share \(share)")
  }

  @Test(arguments: [3, 5, 10])
  func `of Welch's t test are at most 5 %`(seeds: Int) throws {
    let share = try alarms(seeds) { try #require(WelchTTest($0, $1)).pValue }
    #expect(share <= 0.05 + 0.021, "seed \(Self.seed), share \(share)")
  }

  @Test(arguments: [3, 5, 6, 10])
  func `of the sign-flip test are at most 5 %, and none with too few seeds`(seeds: Int) throws {
    let share = try alarms(seeds) { try #require(SignFlipTest($0, $1)).pValue }
    #expect(share <= 0.05 + 0.021, "seed \(Self.seed), share \(share)")
    #expect((share == 0) == (seeds < 6), "seed \(Self.seed), share \(share)")
  }

  @Test func `of a family after Holm's correction are at most 5 %`() throws {
    var random = SplitMix64(seed: Self.seed)
    let alarms = try (0..<Self.repetitions).count { _ in
      let pValues = try (0..<8).map { _ in
        let (first, second) = samples(5, &random)
        return try #require(PairedTTest(first, second)).pValue
      }
      return HolmCorrection.adjusted(pValues).contains { $0 < 0.05 }
    }
    let share = Double(alarms) / Double(Self.repetitions)
    #expect(share <= 0.05 + 0.021, "seed \(Self.seed), share \(share)")
    #expect(share > 0.01, "seed \(Self.seed), share \(share)")
  }

  @Test(arguments: [(3, 29.376392), (5, 15.137974), (10, 8.964017)])
  func `are not the only failures: 80 % of such differences are found`(
    seeds: Int, difference: Double
  ) throws {
    var random = SplitMix64(seed: Self.seed)
    let found = try (0..<Self.repetitions).count { _ in
      let first = (0..<seeds).map { _ in
        difference
          + 9 * NormalDistribution.quantile(Double.random(in: 0x1p-60..<1, using: &random))
      }
      let zeros = Array(repeating: 0.0, count: seeds)
      return try #require(PairedTTest(first, zeros)).pValue < 0.05
    }
    let share = Double(found) / Double(Self.repetitions)
    #expect((share - 0.8).magnitude < 0.04, "seed \(Self.seed), share \(share)")
  }
}
