import Statistics
import Testing

@Suite struct `Means and intervals agree with SciPy` {
  private let vectors: Vectors

  init() throws { vectors = try Vectors.load() }

  @Test func `Wilson's interval`() {
    for v in vectors.wilson {
      let interval = ConfidenceInterval.wilson(successes: v.successes, trials: v.trials)
      #expect((interval.lowerBound - v.interval[0]).magnitude < 1e-14, "\(v)")
      #expect((interval.upperBound - v.interval[1]).magnitude < 1e-14, "\(v)")
      if v.successes == 0 { #expect(interval.lowerBound == 0) }
      if v.successes == v.trials { #expect(interval.upperBound == 1) }
    }
  }

  @Test func `mean, deviation and interval of a sample`() throws {
    for v in vectors.mean {
      let sample = Sample(v.sample)
      let scale = try #require(v.sample.max())
      #expect(isClose(try #require(sample.mean), v.mean, 1e-15), "\(v)")
      #expect((try #require(sample.standardDeviation) - v.sd).magnitude < 1e-15 * scale, "\(v)")
      let interval = try #require(ConfidenceInterval.mean(sample))
      #expect((interval.lowerBound - v.interval[0]).magnitude < 1e-12 * scale, "\(v)")
      #expect((interval.upperBound - v.interval[1]).magnitude < 1e-12 * scale, "\(v)")
    }
  }

  @Test func `too few values have no mean, no deviation, no interval`() {
    #expect(Sample([]).mean == nil)
    #expect(Sample([0.5]).mean == 0.5)
    #expect(Sample([0.5]).standardDeviation == nil)
    #expect(ConfidenceInterval.mean(Sample([0.5])) == nil)
    #expect(ConfidenceInterval.mean(Sample([0.5, .infinity])) == nil)
    #expect(ConfidenceInterval.mean(Sample([0.5, 0.5])) == 0.5...0.5)
  }

  @Test func `sums keep small terms`() {
    #expect(Sample.sum([1e100, 1, -1e100]) == 1)
    #expect(Sample.sum([.infinity, 1]) == .infinity)
  }
}
