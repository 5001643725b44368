import Statistics
import TestSupport
import Testing

@Suite struct `The sign-flip test` {
  private let vectors: Vectors

  init() throws { vectors = try Vectors.load() }

  @Test func `counts all patterns, and equal sums as equal`() throws {
    for v in vectors.signFlip {
      let test = try #require(SignFlipTest(v.first, v.second))
      #expect(test.isExact)
      #expect(test.pValue == v.p, "\(v): \(test)")
    }
  }

  @Test func `of many pairs is exact up to 20, and close to exact beyond`() throws {
    for v in vectors.signFlipMany {
      let zeros = Array(repeating: 0.0, count: v.differences.count)
      let test = try #require(SignFlipTest(v.differences, zeros))
      #expect(test.isExact == (test.count <= 20))
      guard !test.isExact else {
        #expect(test.pValue == v.p, "\(v): \(test)")
        continue
      }
      let error = (v.p * (1 - v.p) / Double(SignFlipTest.randomPatterns)).squareRoot()
      #expect((test.pValue - v.p).magnitude < 4 * error + 1.5e-5, "\(v): \(test)")
    }
  }

  @Test func `cannot give a p below 0.05 with fewer than 6 pairs`() throws {
    for count in [1, 2, 3, 4, 5, 6, 7, 19, 20, 21, 100] {
      let ones = (0..<count).map { 1 + 0.01 * Double($0) }
      let test = try #require(SignFlipTest(ones, Array(repeating: 0, count: count)))
      let smallest = SignFlipTest.smallestPValue(count: count)
      // Beyond 20 pairs, all signs equal come up among the random patterns hardly ever.
      #expect(test.pValue == smallest, "\(count)")
      #expect((smallest < 0.05) == (count >= 6), "\(count)")
    }
    #expect(SignFlipTest.smallestPValue(count: 6) == 0.03125)
    #expect(SignFlipTest.smallestPValue(count: 30) == 1e-5)
  }

  @Test(arguments: [9, 20, 21, 70])
  func `depends neither on the order of pairs nor on which is first`(count: Int) throws {
    let seed: UInt64 = 5
    var random = SplitMix64(seed: seed)
    let pairs = (0..<count).map { _ in
      (Double.random(in: 0...1, using: &random), Double.random(in: 0...0.8, using: &random))
    }
    let p = try #require(SignFlipTest(pairs.map(\.0), pairs.map(\.1))).pValue
    #expect(SignFlipTest(pairs.map(\.1), pairs.map(\.0))?.pValue == p, "seed \(seed)")
    let shuffled = pairs.shuffled(using: &random)
    #expect(SignFlipTest(shuffled.map(\.0), shuffled.map(\.1))?.pValue == p, "seed \(seed)")
  }

  @Test func `has p 1 without a difference, and none without pairs`() {
    #expect(SignFlipTest([0.5, 0.25], [0.5, 0.25])?.pValue == 1)
    #expect(SignFlipTest([0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2])?.pValue == 1)
    #expect(SignFlipTest([], []) == nil)
    #expect(SignFlipTest([.nan], [1]) == nil)
    #expect(SignFlipTest([.infinity], [1]) == nil)
  }
}
