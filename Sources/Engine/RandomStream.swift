import CFunctions

/// One block of Philox4x32-10: four random words from a 128-bit counter and a 64-bit key.
///
/// - Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
package func philox4x32(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
  var c = counter
  var k = key
  for _ in 0..<10 {
    let a = UInt64(c.x) &* 0xD251_1F53
    let b = UInt64(c.z) &* 0xCD9E_8D57
    c = SIMD4(
      UInt32(truncatingIfNeeded: b >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: b),
      UInt32(truncatingIfNeeded: a >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: a))
    k = SIMD2(k.x &+ 0x9E37_79B9, k.y &+ 0xBB67_AE85)
  }
  return c
}

/// A stream of random numbers that is a pure function of what it is for: the order in which
/// streams are used never changes what they hold.
package struct RandomStream: Sendable {
  /// What the numbers are used for; streams of different purposes never overlap.
  package enum Purpose: UInt32, Sendable {
    case initialization, shuffle, perturbation, attack, noise, synthetic, dropout, target
    case validation
  }

  private let key: SIMD2<UInt32>
  private var counter: SIMD4<UInt32>
  private var block = SIMD4<UInt32>()
  private var used = 4

  /// The stream named by all five values.
  ///
  /// - Parameters:
  ///   - seed: The run's seed; all 64 bits count.
  ///   - epoch: From 0, below 2²⁴.
  ///   - example: The example's index in its dataset (or the parameter's, for initialization).
  ///   - draw: Which of several independent draws for the same example.
  package init(seed: Int, purpose: Purpose, epoch: Int = 0, example: Int = 0, draw: Int = 0) {
    precondition((0..<(1 << 24)).contains(epoch), "epoch out of range")
    let bits = UInt64(bitPattern: Int64(seed))
    key = SIMD2(UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32))
    counter = SIMD4(
      0, UInt32(truncatingIfNeeded: draw), UInt32(truncatingIfNeeded: example),
      purpose.rawValue << 24 | UInt32(epoch))
  }

  /// What names the stream: three words of the counter, two of the key.
  package var words: (UInt32, UInt32, UInt32, UInt32, UInt32) {
    (counter.y, counter.z, counter.w, key.x, key.y)
  }

  /// 32 random bits.
  package mutating func next() -> UInt32 {
    if used == 4 {
      block = philox4x32(counter: counter, key: key)
      counter.x &+= 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }

  /// Uniform in `0..<1`, a multiple of 2⁻²⁴.
  package mutating func uniform() -> Float { Float(next() >> 8) * 0x1p-24 }

  /// Uniform between the bounds.
  package mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Standard normal, by Box and Muller's transform; uses two words.
  package mutating func normal() -> Float {
    let radius = (-2 * nsl_logf(1 - uniform())).squareRoot()
    return radius * nsl_cosf(2 * .pi * uniform())
  }

  /// Uniform in `0..<bound`, without bias (rejection after Lemire 2019, arXiv:1805.10941).
  package mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max), "bound out of range")
    let range = UInt64(bound)
    var product = UInt64(next()) &* range
    if product & 0xFFFF_FFFF < range {
      let threshold = (1 << 32) % range
      while product & 0xFFFF_FFFF < threshold { product = UInt64(next()) &* range }
    }
    return Int(product >> 32)
  }
}
