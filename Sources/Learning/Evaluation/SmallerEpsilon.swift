/// What an evaluation of the same attack at a smaller epsilon has found. The smaller ball lies in the
/// larger one: an example that was fooled there is fooled with the same image, and not attacked again.
package struct SmallerEpsilon: Sendable {
  /// Of all examples, in the order of the split.
  private let outcomes: [ExampleOutcome]
  /// Flat `[H, W, C]` images of the first examples.
  private let firstImages: [[Float]]
  private let kept: KeptImages?

  /// - Parameters:
  ///   - outcomes: Of all examples, in the order of the split.
  ///   - firstImages: As in ``FirstBatch``.
  ///   - kept: All images; `nil` where they are not kept.
  package init(outcomes: [ExampleOutcome], firstImages: [[Float]], kept: KeptImages? = nil) {
    self.outcomes = outcomes
    self.firstImages = firstImages
    self.kept = kept
  }

  var count: Int { outcomes.count }
  var hasAllImages: Bool { kept != nil }

  /// The outcome of an example that was fooled; `nil` of one that is to be attacked.
  func outcome(of example: Int) -> ExampleOutcome? {
    outcomes[example].isFooled ? outcomes[example] : nil
  }

  /// Writes the images of fooled examples, as far as they are known, and the clean ones for the
  /// others.
  ///
  /// - Returns: The places of the batch that are to be attacked.
  func fill(_ batch: EvaluationBatch, firstExample: Int, channels: Int) -> [Int] {
    _ = batch.seen.update(from: batch.clean)
    return batch.places.filter { place in
      let example = firstExample + place
      guard outcome(of: example) != nil else { return true }
      let image = batch.seen.example(place, size: batch.imageSize)
      if let kept {
        _ = image.update(from: kept[example].adversarial)
      } else if firstImages.indices.contains(example) {
        let (first, area) = (firstImages[example], image.count / channels)
        for i in image.indices { image[i] = first[i % area * channels + i / area] }
      }
      return false
    }
  }
}
