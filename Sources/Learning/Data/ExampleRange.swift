/// Examples of a source that follow each other.
package struct ExampleRange: ExampleSource {
  private let source: any ExampleSource
  private let range: Range<Int>

  package init(_ source: any ExampleSource, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= source.count, "not in the source")
    self.source = source
    self.range = range
  }

  package var count: Int { range.count }

  @discardableResult
  package func fill(
    images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>,
    indices: some Sequence<Int>
  ) -> Int {
    source.fill(images: images, labels: labels, indices: indices.lazy.map { $0 + range.lowerBound })
  }

  /// The examples to train on and the last ones, which are kept for validation, as Keras's
  /// `validation_split` has them: `floor(count * (1 - share))` are trained on.
  ///
  /// - Throws: `LearningError` where one of the two would be empty.
  package static func split(
    _ source: any ExampleSource, validation share: Double
  ) throws(LearningError) -> (training: ExampleRange, validation: ExampleRange) {
    let trained = trainingCount(of: source.count, validation: share)
    guard trained > 0, trained < source.count else {
      throw LearningError(
        .emptySplit,
        "a validation split of \(share) leaves \(trained) of \(source.count) examples to train on")
    }
    return (
      ExampleRange(source, 0..<trained), ExampleRange(source, trained..<source.count)
    )
  }

  package static func trainingCount(of count: Int, validation share: Double) -> Int {
    // Of a share outside of 0...1, or of more examples than there are numbers, nothing.
    let trained = Int(exactly: (Double(count) * (1 - share)).rounded(.down)) ?? 0
    return min(max(trained, 0), count)
  }
}
