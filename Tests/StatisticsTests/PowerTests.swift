import Statistics
import Testing

@Suite struct `Power of the paired t test` {
  private let vectors: Vectors

  init() throws { vectors = try Vectors.load() }

  @Test func `agrees with statsmodels`() throws {
    for v in vectors.power {
      let power = try #require(
        PairedPower.power(count: v.n, difference: v.difference, standardDeviation: v.sd))
      #expect(isClose(power, v.power), "\(v): \(power)")
    }
  }

  @Test func `smallest difference that can be shown`() throws {
    for v in vectors.smallestDifference {
      let difference = try #require(
        PairedPower.smallestDifference(count: v.n, standardDeviation: v.sd))
      #expect(isClose(difference, v.difference), "\(v): \(difference)")
      let power = try #require(
        PairedPower.power(count: v.n, difference: difference, standardDeviation: v.sd))
      #expect((power - 0.8).magnitude < 1e-12, "\(v)")
    }
  }

  @Test func `number of seeds that a difference needs`() {
    for v in vectors.count {
      let count = PairedPower.count(difference: v.difference, standardDeviation: v.sd)
      #expect(count == v.n, "\(v): \(String(describing: count))")
    }
  }

  /// 27 points are the usual approximation, (t(0.975, 2) + z(0.8)) · sd / √n: it takes the deviation
  /// in the statistic for known. With the statistic's own distribution it is 29.4.
  @Test func `three seeds with a deviation of 9 show 29 points, not 27`() throws {
    let exact = try #require(PairedPower.smallestDifference(count: 3, standardDeviation: 9))
    #expect((exact - 29.376392).magnitude < 1e-6)
    let approximate =
      (StudentT(degreesOfFreedom: 2).quantile(0.975) + NormalDistribution.quantile(0.8)) * 9
      / 3.0.squareRoot()
    #expect((approximate - 26.730432).magnitude < 1e-6)
    let power = try #require(
      PairedPower.power(count: 3, difference: approximate, standardDeviation: 9))
    #expect(power > 0.72 && power < 0.78)
  }

  @Test func `more seeds show smaller differences`() throws {
    let differences = try (2...40).map {
      try #require(PairedPower.smallestDifference(count: $0, standardDeviation: 1))
    }
    #expect(zip(differences, differences.dropFirst()).allSatisfy { $0 > $1 })
    for count in [3, 7, 25] {
      let difference = differences[count - 2]
      #expect(PairedPower.count(difference: difference * 1.000_001, standardDeviation: 1) == count)
      #expect(
        PairedPower.count(difference: difference * 0.999_999, standardDeviation: 1) == count + 1)
      #expect(PairedPower.count(difference: -difference * 1.1, standardDeviation: 1) ?? 0 <= count)
    }
  }

  @Test func `no answer where there is none`() {
    #expect(PairedPower.power(count: 1, difference: 1, standardDeviation: 1) == nil)
    #expect(PairedPower.power(count: 3, difference: 1, standardDeviation: 0) == nil)
    #expect(PairedPower.smallestDifference(count: 1, standardDeviation: 1) == nil)
    #expect(PairedPower.smallestDifference(count: 3, standardDeviation: .nan) == nil)
    #expect(PairedPower.count(difference: 0, standardDeviation: 1) == nil)
    #expect(PairedPower.count(difference: 1e-9, standardDeviation: 1) == nil)
    #expect(PairedPower.count(difference: 1, standardDeviation: 0) == nil)
  }

  @Test func `a huge difference needs two seeds`() {
    #expect(PairedPower.count(difference: 1, standardDeviation: 1e-17) == 2)
    #expect(PairedPower.count(difference: 1e200, standardDeviation: 1e-200) == 2)
    #expect(PairedPower.power(count: 2, difference: 1, standardDeviation: 1e-17) == 1)
  }

  @Test func `a family's smallest effects are those of its single tests`() {
    var effects = SmallestEffects(level: 0.05 / 20)
    for (difference, deviation) in [(3.0, 2.0), (0.1, 1.0), (40, 7)] {
      #expect(
        effects.count(difference: difference, standardDeviation: deviation)
          == PairedPower.count(
            difference: difference, standardDeviation: deviation, level: 0.05 / 20))
      #expect(
        effects.difference(count: 6, standardDeviation: deviation)
          == PairedPower.smallestDifference(
            count: 6, standardDeviation: 1, level: 0.05 / 20
          ).map { $0 * deviation })
    }
    #expect(effects.count(difference: 1e-5, standardDeviation: 1) == nil)
    // Two pairs: t has to be above 254.
    #expect(effects.difference(count: 2, standardDeviation: 1) == nil)
    #expect(effects.difference(count: 6, standardDeviation: 0) == nil)
  }
}
