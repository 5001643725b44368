import Statistics
import TestSupport
import Testing

@Suite struct `Distributions agree with SciPy and mpmath` {
  private let vectors: Vectors

  init() throws { vectors = try Vectors.load() }

  @Test func `normal, with its logarithm far out`() {
    for v in vectors.normal {
      #expect(isClose(NormalDistribution.cumulative(v.x), v.cumulative), "\(v)")
      #expect(isClose(NormalDistribution.survival(-v.x), v.cumulative), "\(v)")
      #expect(isClose(NormalDistribution.logCumulative(v.x), v.log), "\(v)")
    }
  }

  @Test func `quantile of the normal, in its tails, too`() {
    for v in vectors.normalQuantile {
      #expect(isClose(NormalDistribution.quantile(v.p), v.x, 1e-13), "\(v)")
    }
  }

  @Test func `Student's t, down to probabilities of 1e-300`() throws {
    #expect(try #require(vectors.studentT.map(\.survival).min()) < 1e-290)
    for v in vectors.studentT {
      let distribution = StudentT(degreesOfFreedom: v.df)
      #expect(isClose(distribution.survival(v.t), v.survival), "\(v)")
      #expect(isClose(distribution.cumulative(-v.t), v.survival), "\(v)")
      #expect(isClose(distribution.twoSided(-v.t), 2 * v.survival), "\(v)")
      #expect(isClose(distribution.cumulative(v.t), 1 - v.survival), "\(v)")
    }
  }

  @Test func `quantile of Student's t`() {
    for v in vectors.studentQuantile {
      let quantile = StudentT(degreesOfFreedom: v.df).quantile(v.p)
      #expect(isClose(quantile, v.t), "\(v): \(quantile)")
    }
  }

  @Test func `chi-square, down to probabilities of 1e-300`() throws {
    #expect(try #require(vectors.chiSquare.map(\.survival).min()) < 1e-200)
    for v in vectors.chiSquare {
      let survival = ChiSquare(degreesOfFreedom: v.df).survival(v.x)
      #expect(isClose(survival, v.survival), "\(v): \(survival)")
    }
  }

  @Test func `both tails of the binomial`() {
    for v in vectors.binomial {
      let distribution = Binomial(trials: v.n, probability: v.p)
      #expect(isClose(distribution.atMost(v.k), v.atMost), "\(v)")
      #expect(isClose(distribution.atLeast(v.k), v.atLeast), "\(v)")
    }
  }

  @Test func `noncentral t, in both tails`() {
    for v in vectors.noncentralT {
      let distribution = NoncentralT(degreesOfFreedom: v.df, noncentrality: v.delta)
      let (survival, cumulative) = (distribution.survival(v.t), distribution.cumulative(v.t))
      #expect(isClose(survival, v.survival), "\(v): \(survival)")
      #expect(isClose(cumulative, v.cumulative), "\(v): \(cumulative)")
    }
  }
}

@Suite struct `Properties of distributions` {
  @Test(arguments: [1.0, 2, 3, 4.7, 10, 100, 1e5])
  func `Student's t is the noncentral one without a difference`(degreesOfFreedom: Double) {
    let central = StudentT(degreesOfFreedom: degreesOfFreedom)
    let noncentral = NoncentralT(degreesOfFreedom: degreesOfFreedom, noncentrality: 0)
    for t in [-30, -3, -1, -0.1, 0, 0.1, 1, 1.7, 2, 5, 20] {
      #expect(isClose(noncentral.survival(t), central.survival(t), 1e-12), "\(t)")
      #expect(isClose(noncentral.cumulative(t), central.cumulative(t), 1e-12), "\(t)")
    }
  }

  @Test func `quantiles are the inverse of the distribution`() {
    let seed: UInt64 = 11
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let degreesOfFreedom = Double.random(in: 0.5...60, using: &random)
      let p = Double.random(in: 1e-6...0.5, using: &random)
      let distribution = StudentT(degreesOfFreedom: degreesOfFreedom)
      let t = distribution.quantile(p)
      #expect(
        isClose(distribution.cumulative(t), p, 1e-12), "seed \(seed), \(degreesOfFreedom), \(p)")
      #expect(isClose(distribution.quantile(1 - p), -t, 1e-6), "\(degreesOfFreedom), \(p)")
    }
    for degreesOfFreedom in [1.0, 2, 5, 1000, 1e6] {
      let distribution = StudentT(degreesOfFreedom: degreesOfFreedom)
      for p in [1e-300, 1e-100, 1e-30] {
        let t = distribution.quantile(p)
        #expect(isClose(distribution.cumulative(t), p, 1e-11), "\(degreesOfFreedom), \(p)")
      }
      #expect(distribution.quantile(0.5) == 0)
      #expect(distribution.quantile(0) == -.infinity)
      #expect(distribution.quantile(1) == .infinity)
    }
  }

  @Test func `survival falls from 1 to 0`() {
    for degreesOfFreedom in [1, 2, 3, 8, 99, 1000] {
      let tails: [(Double) -> Double] = [
        ChiSquare(degreesOfFreedom: degreesOfFreedom).survival,
        StudentT(degreesOfFreedom: Double(degreesOfFreedom)).survival,
        NoncentralT(degreesOfFreedom: Double(degreesOfFreedom), noncentrality: 3).survival,
      ]
      for tail in tails {
        let values = stride(from: -5.0, to: 40, by: 0.25).map(tail)
        // Rounding moves a value by a few units in its last place.
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 * (1 + 1e-13) >= $1 })
        #expect(values.allSatisfy { 0 < $0 && $0 <= 1 })
        #expect(tail(.infinity) == 0)
      }
    }
  }

  @Test func `what is not a number stays that`() {
    #expect(ChiSquare(degreesOfFreedom: 3).survival(.nan).isNaN)
    #expect(StudentT(degreesOfFreedom: 3).survival(.nan).isNaN)
    #expect(StudentT(degreesOfFreedom: 3).survival(-.infinity) == 1)
  }

  @Test(arguments: [(0, 0.5), (1, 0.5), (17, 0.5), (40, 0.1), (40, 0.0), (40, 1.0), (300, 0.7)])
  func `binomial probabilities add up to 1`(trials: Int, probability: Double) {
    let distribution = Binomial(trials: trials, probability: probability)
    let sum = (0...trials).reduce(0) { $0 + distribution.probability(of: $1) }
    #expect(isClose(sum, 1, 1e-13))
    #expect(distribution.atMost(trials) == 1)
    #expect(distribution.atLeast(0) == 1)
    #expect(distribution.atMost(-1) == 0)
    #expect(distribution.atLeast(trials + 1) == 0)
    for k in 0..<trials {
      #expect((distribution.atMost(k) + distribution.atLeast(k + 1) - 1).magnitude < 1e-13, "\(k)")
    }
  }
}
