/// A fixed sequence of random words, each computed from its place alone.
enum RandomWord {
  /// The word at a place: the generator SplitMix64, seeded with 0 and moved there.
  ///
  /// - Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
  static func at(_ place: Int) -> UInt64 {
    var z = (UInt64(place) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
