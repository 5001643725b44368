internal import Digest
package import Settings

/// A part as a file: the SHA-256 of what follows, in 32 bytes; then sections, each after its length in 8
/// little-endian bytes: who made it, numbers, outcomes, lengths, losses, images, and all images as an NPZ
/// archive, or nothing.
extension EvaluationPart {
  /// Why a file is no part of an evaluation.
  package enum Problem: Error, Hashable, Sendable {
    /// It is not what was written.
    case damaged
    /// Another program made it, or other kernels.
    case foreign
  }

  /// - Parameter maker: Says what numbers depend on beside the stage's key; a part is used where it is
  ///   the same.
  package func encoded(by maker: String) -> [UInt8] {
    var numbers: [UInt64] = [
      first, outcomes.count, passes.forward, passes.gradients, passes.zeroGradients,
    ].map { UInt64($0) }
    numbers.append(seconds.bitPattern)
    let lengths = (linf + l2).map(\.bitPattern)
    let sections = [
      Array(maker.utf8), Self.bytes(numbers), ExampleOutcome.encode(outcomes), Self.bytes(lengths),
      Self.bytes(lastLosses.flatMap(Self.words(of:))),
      Self.bytes(images.joined().map(\.bitPattern)), kept?.encoded() ?? [],
    ]
    var content: [UInt8] = []
    content.reserveCapacity(sections.reduce(0) { $0 + 8 + $1.count })
    for section in sections {
      content += Self.bytes([UInt64(section.count)])
      content += section
    }
    return ContentDigest.sha256(content).bytes + content
  }

  /// - Parameters:
  ///   - maker: As in ``encoded(by:)``.
  ///   - architecture: Of the subject.
  ///   - keepsImages: Whether all images must be there.
  package init(
    decoding bytes: [UInt8], by maker: String, of architecture: Architecture, keepsImages: Bool
  ) throws(Problem) {
    guard bytes.count > 32, ContentDigest.sha256(Array(bytes[32...])).bytes == Array(bytes[..<32])
    else { throw .damaged }
    var rest = bytes[32...]
    var sections: [[UInt8]] = []
    while !rest.isEmpty {
      let length = Self.words(rest.prefix(8), UInt64.self).first ?? .max
      rest = rest.dropFirst(8)
      guard length <= UInt64(rest.count) else { throw .damaged }
      sections.append(Array(rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
    }
    guard let found = sections.first else { throw .damaged }
    guard found == Array(maker.utf8) else { throw .foreign }
    guard sections.count == 7, let outcomes = ExampleOutcome.decode(sections[2]) else {
      throw .damaged
    }
    let numbers = Self.words(sections[1][...], UInt64.self)
    let lengths = Self.words(sections[3][...], UInt64.self).map(Double.init(bitPattern:))
    let size = architecture.inputShape.reduce(1, *)
    // So small that sums of them fit an integer.
    guard numbers.count == 6, numbers.prefix(5).allSatisfy({ $0 < 1 << 44 }),
      numbers[1] == outcomes.count, !outcomes.isEmpty, lengths.count == 2 * outcomes.count
    else { throw .damaged }
    first = Int(numbers[0])
    let images = Self.words(sections[5][...], UInt32.self).map(Float.init(bitPattern:))
    let count = max(0, min(Self.mostImages, first + outcomes.count) - first)
    guard images.count == count * size else { throw .damaged }
    self.images = (0..<count).map { Array(images[$0 * size..<($0 + 1) * size]) }
    self.outcomes = outcomes
    linf = Array(lengths.prefix(outcomes.count))
    l2 = Array(lengths.suffix(outcomes.count))
    let losses = Self.words(sections[4][...], UInt32.self)
    guard losses.count == 3 * outcomes.count else { throw .damaged }
    lastLosses = outcomes.indices.map { n in
      losses[3 * n] == 0
        ? nil
        : SIMD2(Float(bitPattern: losses[3 * n + 1]), Float(bitPattern: losses[3 * n + 2]))
    }
    var passes = PassCounts()
    (passes.forward, passes.gradients) = (Int(numbers[2]), Int(numbers[3]))
    passes.zeroGradients = Int(numbers[4])
    self.passes = passes
    seconds = Double(bitPattern: numbers[5])
    guard (0...1e9).contains(seconds) else { throw .damaged }
    kept = try Self.kept(sections[6], architecture, count: keepsImages ? outcomes.count : nil)
  }

  private static func kept(
    _ bytes: [UInt8], _ architecture: Architecture, count: Int?
  ) throws(Problem) -> KeptImages? {
    guard let count else { return nil }
    let shape = architecture.inputShape
    guard let kept = try? KeptImages(decoding: bytes, origin: "a part"), kept.count == count,
      kept.imageShape == [shape[2], shape[0], shape[1]], kept.classes == architecture.classes
    else { throw .damaged }
    return kept
  }

  /// Whether there are any, and both.
  private static func words(of losses: SIMD2<Float>?) -> [UInt32] {
    losses.map { [1, $0[0].bitPattern, $0[1].bitPattern] } ?? [0, 0, 0]
  }

  private static func bytes(_ words: [some FixedWidthInteger]) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// Whole words; of bytes that are none, nothing.
  private static func words<Word: FixedWidthInteger>(
    _ bytes: ArraySlice<UInt8>, _: Word.Type
  ) -> [Word] {
    let size = MemoryLayout<Word>.size
    guard bytes.count % size == 0 else { return [] }
    return bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: size).map {
        Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Word.self))
      }
    }
  }
}
