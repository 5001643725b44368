import Statistics
import Testing

@Suite struct `Tests of trained models on the same examples` {
  private let vectors: Vectors

  init() throws { vectors = try Vectors.load() }

  @Test func `McNemar's exact test agrees with statsmodels`() {
    for v in vectors.mcnemar {
      let test = McNemarTest(onlyFirst: v.b, onlySecond: v.c)
      #expect(isClose(test.pValue, v.p), "\(v): \(test.pValue)")
      #expect(McNemarTest(onlyFirst: v.c, onlySecond: v.b).pValue == test.pValue)
    }
  }

  @Test func `McNemar counts the examples on which two models differ`() {
    let test = McNemarTest(
      [true, true, true, false, false, true], [true, false, false, true, false, false])
    #expect(test == McNemarTest(onlyFirst: 3, onlySecond: 1))
    #expect(test.onlyFirst == 3 && test.onlySecond == 1)
    #expect(McNemarTest([], []).pValue == 1)
  }

  @Test func `a p-value is never 0`() {
    #expect(McNemarTest(onlyFirst: 0, onlySecond: 1_000_000).pValue > 0)
    #expect(isClose(McNemarTest(onlyFirst: 0, onlySecond: 990).pValue, 0x1p-989))
  }

  @Test func `Cochran's Q agrees with statsmodels`() {
    for v in vectors.cochran {
      let outcomes = v.outcomes.map { $0.map { $0 == "1" } }
      let test = CochranQTest(outcomes)
      #expect(isClose(test.statistic, v.statistic), "\(v.statistic): \(test)")
      #expect(test.degreesOfFreedom == v.df)
      #expect(isClose(test.pValue, v.p), "\(v.p): \(test)")
      #expect(isClose(CochranQTest(outcomes.reversed()).pValue, v.p), "\(v.p)")
    }
  }

  @Test func `models that agree on all examples are not told apart`() {
    for outcomes in [[[true, false], [true, false]], [[], [], []], [[true], [true], [true]]] {
      let test = CochranQTest(outcomes)
      #expect(test.statistic == 0 && test.pValue == 1 && test.informativeExamples == 0)
      #expect(test.degreesOfFreedom == outcomes.count - 1)
    }
  }

  @Test func `Cochran's Q of two models is McNemar's chi-square`() {
    let first = (0..<90).map { $0 % 3 != 0 }
    let second = (0..<90).map { $0 % 5 == 0 }
    let counts = McNemarTest(first, second)
    let test = CochranQTest([first, second])
    let difference = Double(counts.onlyFirst - counts.onlySecond)
    #expect(test.informativeExamples == counts.onlyFirst + counts.onlySecond)
    #expect(isClose(test.statistic, difference * difference / Double(test.informativeExamples)))
  }
}

@Suite struct `Tests of settings over seeds` {
  private let vectors: Vectors

  init() throws { vectors = try Vectors.load() }

  @Test func `the paired t test agrees with SciPy`() throws {
    for v in vectors.paired {
      let test = try #require(PairedTTest(v.first, v.second))
      #expect(test.count == v.first.count && test.degreesOfFreedom == v.df)
      #expect(isClose(test.mean, v.mean) && isClose(test.standardDeviation, v.sd), "\(v)")
      #expect(isClose(test.statistic, v.t) && isClose(test.pValue, v.p), "\(v): \(test)")
      let interval = try #require(test.interval)
      #expect(isClose(interval.lowerBound, v.interval[0]), "\(v): \(test)")
      #expect(isClose(interval.upperBound, v.interval[1]), "\(v): \(test)")
      #expect(interval.contains(0) == (test.pValue >= 0.05))
    }
  }

  @Test func `Welch's t test agrees with SciPy`() throws {
    for v in vectors.welch {
      let test = try #require(WelchTTest(v.first, v.second))
      #expect(test.counts == [v.first.count, v.second.count])
      #expect(isClose(try #require(test.degreesOfFreedom), v.df), "\(v): \(test)")
      #expect(isClose(test.statistic, v.t) && isClose(test.pValue, v.p), "\(v): \(test)")
      let interval = try #require(test.interval)
      #expect(isClose(interval.lowerBound, v.interval[0]), "\(v): \(test)")
      #expect(isClose(interval.upperBound, v.interval[1]), "\(v): \(test)")
    }
  }

  @Test func `the other way round, only the sign changes`() throws {
    for v in vectors.paired {
      let test = try #require(PairedTTest(v.first, v.second))
      let reversed = try #require(PairedTTest(v.second, v.first))
      #expect(reversed.pValue == test.pValue && reversed.statistic == -test.statistic)
      let welch = try #require(WelchTTest(v.first, v.second))
      #expect(try #require(WelchTTest(v.second, v.first)).pValue == welch.pValue)
    }
  }

  @Test func `one seed is not enough`() {
    #expect(PairedTTest([0.5], [0.4]) == nil)
    #expect(PairedTTest([], []) == nil)
    #expect(PairedTTest([0.5, .nan], [0.4, 0.4]) == nil)
    #expect(WelchTTest([0.5], [0.4, 0.5]) == nil)
    #expect(WelchTTest([0.5, .infinity], [0.4, 0.5]) == nil)
  }

  @Test(arguments: 2...8)
  func `equal differences are no proof, however few bits they differ in`(count: Int) throws {
    // 0.3 - 0.2, 0.4 - 0.3, ...: equal as numbers, unequal as bits.
    let first = (0..<count).map { Double($0 + 3) / 10 }
    let second = (0..<count).map { Double($0 + 2) / 10 }
    if count > 2 { #expect(Set(PairedDifferences(first, second).values).count > 1) }
    let test = try #require(PairedTTest(first, second))
    #expect(test.pValue == 2 / Double(1 << count))
    #expect(test.pValue == SignFlipTest(first, second)?.pValue)
    #expect(test.statistic == .infinity && test.standardDeviation == 0 && test.interval == nil)
    #expect(PairedTTest(second, first)?.statistic == -.infinity)
  }

  @Test func `no difference at all has p 1`() throws {
    let values = [0.1, 0.7, 0.3]
    let test = try #require(PairedTTest(values, values))
    #expect(test.pValue == 1 && test.statistic == 0 && test.mean == 0 && test.interval == nil)
    let welch = try #require(WelchTTest([0.3, 0.3], [0.1 + 0.2, 0.3, 0.3]))
    #expect(welch.pValue == 1 && welch.difference == 0 && welch.interval == nil)
  }

  @Test func `unpaired values without a deviation have the smallest p of a permutation`() throws {
    let test = try #require(WelchTTest([0.9, 0.9, 0.9], [0, 0, 0]))
    #expect(isClose(test.pValue, 2 / 20, 1e-15))
    #expect(test.degreesOfFreedom == nil && test.statistic == .infinity)
    let unequal = try #require(WelchTTest([0, 0], [1, 1, 1, 1, 1, 1]))
    #expect(isClose(unequal.pValue, 2 / 28, 1e-15))
    // With a deviation on one side there is a t distribution.
    #expect(try #require(WelchTTest([0.9, 0.9], [0, 0.1])).degreesOfFreedom == 1)
  }

  @Test func `a p-value of t is never 0`() throws {
    let first = (0..<4000).map { 1e6 + Double($0 % 2) * 1e-3 }
    let test = try #require(PairedTTest(first, Array(repeating: 0, count: 4000)))
    #expect(test.pValue > 0 && test.pValue < 1e-300)
  }
}
