package import Settings

/// A part as a sealed file: numbers, outcomes, lengths, losses, images, and all images as an NPZ
/// archive, or nothing.
extension EvaluationPart {
  /// - Parameter maker: As in ``SealedFile``.
  package func encoded(by maker: String) -> [UInt8] {
    var numbers: [UInt64] = [
      first, outcomes.count, passes.forward, passes.gradients, passes.zeroGradients,
    ].map { UInt64($0) }
    numbers.append(seconds.bitPattern)
    let lengths = (linf + l2).map(\.bitPattern)
    var file = SealedFile(by: maker)
    for section in [
      LittleEndian.bytes(numbers), ExampleOutcome.encode(outcomes), LittleEndian.bytes(lengths),
      LittleEndian.bytes(lastLosses.flatMap(Self.words(of:))),
      LittleEndian.bytes(images.joined().map(\.bitPattern)), kept?.encoded() ?? [],
    ] { file.add(section) }
    return file.finish()
  }

  /// - Parameters:
  ///   - maker: As in ``encoded(by:)``.
  ///   - architecture: Of the subject.
  ///   - keepsImages: Whether all images must be there.
  package init(
    decoding bytes: [UInt8], by maker: String, of architecture: Architecture, keepsImages: Bool
  ) throws(SealedFile.Problem) {
    let sections = try SealedFile.sections(of: bytes, by: maker)
    guard sections.count == 6, let outcomes = ExampleOutcome.decode(Array(sections[1])) else {
      throw .damaged
    }
    let numbers = LittleEndian.words(sections[0], UInt64.self)
    let lengths = LittleEndian.words(sections[2], UInt64.self).map(Double.init(bitPattern:))
    let size = architecture.inputShape.reduce(1, *)
    // So small that sums of them fit an integer.
    guard numbers.count == 6, numbers.prefix(5).allSatisfy({ $0 < 1 << 44 }),
      numbers[1] == outcomes.count, !outcomes.isEmpty, lengths.count == 2 * outcomes.count
    else { throw .damaged }
    first = Int(numbers[0])
    let images = LittleEndian.words(sections[4], UInt32.self).map(Float.init(bitPattern:))
    let count = max(0, min(Self.mostImages, first + outcomes.count) - first)
    guard images.count == count * size else { throw .damaged }
    self.images = (0..<count).map { Array(images[$0 * size..<($0 + 1) * size]) }
    self.outcomes = outcomes
    linf = Array(lengths.prefix(outcomes.count))
    l2 = Array(lengths.suffix(outcomes.count))
    let losses = LittleEndian.words(sections[3], UInt32.self)
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
    kept = try Self.kept(
      Array(sections[5]), architecture, count: keepsImages ? outcomes.count : nil)
  }

  private static func kept(
    _ bytes: [UInt8], _ architecture: Architecture, count: Int?
  ) throws(SealedFile.Problem) -> KeptImages? {
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
}
