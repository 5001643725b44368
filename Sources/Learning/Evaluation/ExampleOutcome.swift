/// What came of one example of an evaluation. Statistics over examples are made from these, without
/// evaluating anything again.
package struct ExampleOutcome: Hashable, Sendable {
  package var label: Int32
  /// -1 where the model gave no number.
  package var prediction: Int32
  /// What is predicted once the image's pixels are rounded to 8 bits.
  package var roundedPrediction: Int32
  /// Cross-entropy of the label, in nats.
  package var loss: Float
  /// Length of the perturbation in the attack's norm; infinite where an attack of minimal norm
  /// failed, 0 where the image is clean.
  package var distance: Float
  /// Largest absolute change of a pixel, in pixel units.
  package var linf: Float
  /// Euclidean length of the perturbation, in pixel units.
  package var l2: Float
  /// Whether the attack got what it was after: a wrong prediction, or that of its target.
  package var isFooled: Bool
  /// The member of an ensemble that made the prediction wrong, counted from 1; else 0.
  package var member: UInt8

  package init(
    label: Int32, prediction: Int32, roundedPrediction: Int32, loss: Float, distance: Float = 0,
    linf: Float = 0, l2: Float = 0, isFooled: Bool, member: UInt8 = 0
  ) {
    self.label = label
    self.prediction = prediction
    self.roundedPrediction = roundedPrediction
    self.loss = loss
    self.distance = distance
    self.linf = linf
    self.l2 = l2
    self.isFooled = isFooled
    self.member = member
  }

  package var isCorrect: Bool { prediction == label }
  package var isCorrectAfterRounding: Bool { roundedPrediction == label }
}

/// Outcomes as bytes: 30 little-endian ones for each example, in the order of the split.
extension ExampleOutcome {
  private static let size = 30

  /// The outcomes as they are stored.
  package static func encode(_ outcomes: [ExampleOutcome]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(outcomes.count * size)
    for outcome in outcomes {
      for word in outcome.words {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
      }
      bytes += [outcome.isFooled ? 1 : 0, outcome.member]
    }
    return bytes
  }

  private var words: [UInt32] {
    [label, prediction, roundedPrediction].map(UInt32.init(bitPattern:))
      + [loss, distance, linf, l2].map(\.bitPattern)
  }

  /// The outcomes that were stored; `nil` where the bytes are no such file.
  package static func decode(_ bytes: [UInt8]) -> [ExampleOutcome]? {
    guard bytes.count % size == 0 else { return nil }
    return bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: size).map { start in
        func word(_ index: Int) -> UInt32 {
          let bits = raw.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self)
          return UInt32(littleEndian: bits)
        }
        func number(_ index: Int) -> Float { Float(bitPattern: word(index)) }
        func whole(_ index: Int) -> Int32 { Int32(bitPattern: word(index)) }
        return ExampleOutcome(
          label: whole(0), prediction: whole(1), roundedPrediction: whole(2), loss: number(3),
          distance: number(4), linf: number(5), l2: number(6), isFooled: raw[start + 28] != 0,
          member: raw[start + 29])
      }
    }
  }
}
