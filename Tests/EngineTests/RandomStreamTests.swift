import Engine
import Testing

@Suite struct RandomStreamTests {
  struct KnownAnswer: Sendable {
    var counter: SIMD4<UInt32>
    var key: SIMD2<UInt32>
    var answer: SIMD4<UInt32>
  }

  /// The known answers that come with Random123 (`kat_vectors`, "philox4x32 10").
  static let knownAnswers = [
    KnownAnswer(
      counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0),
      answer: SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    KnownAnswer(
      counter: SIMD4(repeating: 0xffff_ffff), key: SIMD2(repeating: 0xffff_ffff),
      answer: SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
    KnownAnswer(
      counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      key: SIMD2(0xa409_3822, 0x299f_31d0),
      answer: SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)),
  ]

  @Test(arguments: knownAnswers)
  func `gives Random123's known answers`(_ known: KnownAnswer) {
    #expect(philox4x32(counter: known.counter, key: known.key) == known.answer)
  }

  @Test func `streams that differ in one word have nothing in common`() {
    var streams = [
      RandomStream(seed: 1, purpose: .attack), RandomStream(seed: 2, purpose: .attack),
      RandomStream(seed: 1 << 32 | 1, purpose: .attack), RandomStream(seed: 1, purpose: .noise),
      RandomStream(seed: 1, purpose: .attack, epoch: 1),
      RandomStream(seed: 1, purpose: .attack, example: 1),
      RandomStream(seed: 1, purpose: .attack, draw: 1),
      RandomStream(seed: -1, purpose: .attack),
    ]
    let words = streams.indices.flatMap { index in (0..<64).map { _ in streams[index].next() } }
    #expect(Set(words).count == words.count)
  }

  @Test func `a stream starts anew as it was`() {
    var (a, b) = (
      RandomStream(seed: 5, purpose: .shuffle), RandomStream(seed: 5, purpose: .shuffle)
    )
    #expect((0..<100).map { _ in a.next() } == (0..<100).map { _ in b.next() })
  }

  @Test func `uniform numbers fill their range evenly`() {
    var random = RandomStream(seed: 3, purpose: .noise)
    let draws = (0..<20_000).map { _ in random.uniform() }
    #expect(draws.allSatisfy { (0..<1).contains($0) })
    // The mean of n uniforms has a standard deviation of 1 / sqrt(12 n) = 0.002.
    #expect(abs(draws.reduce(0, +) / 20_000 - 0.5) < 0.01)
    var bins = [Int](repeating: 0, count: 10)
    for draw in draws { bins[Int(draw * 10)] += 1 }
    #expect(bins.allSatisfy { abs($0 - 2000) < 200 })
  }

  @Test func `normal numbers have mean 0 and variance 1`() {
    var random = RandomStream(seed: 4, purpose: .noise)
    let draws = (0..<20_000).map { _ in Double(random.normal()) }
    #expect(abs(draws.reduce(0, +) / 20_000) < 0.03)
    #expect(abs(draws.reduce(0) { $0 + $1 * $1 } / 20_000 - 1) < 0.05)
  }

  @Test(arguments: [1, 2, 3, 7, 60_000])
  func `integers are below their bound and reach all of it`(_ bound: Int) {
    var random = RandomStream(seed: 6, purpose: .noise)
    let draws = (0..<5_000).map { _ in random.integer(below: bound) }
    #expect(draws.allSatisfy { (0..<bound).contains($0) })
    if bound < 10 { #expect(Set(draws).count == bound) }
  }
}
