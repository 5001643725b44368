/// Which examples a trained model has right under an attack: a bit for each, in the order of the
/// split.
package struct RightExamples: Hashable, Sendable {
  /// Of all examples.
  package let count: Int
  private let words: [UInt64]

  package init(_ isRight: [Bool]) {
    count = isRight.count
    words = stride(from: 0, to: isRight.count, by: UInt64.bitWidth).map { start in
      isRight[start..<min(start + UInt64.bitWidth, isRight.count)].enumerated()
        .reduce(0) { word, bit in bit.element ? word | 1 << UInt64(bit.offset) : word }
    }
  }

  package subscript(_ example: Int) -> Bool {
    words[example / UInt64.bitWidth] >> UInt64(example % UInt64.bitWidth) & 1 == 1
  }

  /// How many are right here and wrong there; both are of the same examples.
  package func onlyHere(_ there: RightExamples) -> Int {
    precondition(count == there.count, "models on unlike examples")
    return zip(words, there.words).reduce(0) { $0 + ($1.0 & ~$1.1).nonzeroBitCount }
  }

  var numberRight: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}
