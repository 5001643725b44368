package import Learning
package import Results
package import Settings

/// The first images of a dataset as they are, for pictures: no evaluation stores them.
package struct CleanImages: Sendable {
  private let data: Dataset
  private let digest: String

  /// - Parameter digest: Names the dataset's contents.
  package init(_ data: Dataset, digest: String) {
    self.data = data
    self.digest = digest
  }

  /// Names the images of a split.
  package func origin(_ split: EvaluationSplit) -> String { "\(digest) \(split.rawValue)" }

  /// The labels of the first examples, `count` at most.
  package func labels(_ split: EvaluationSplit, _ count: Int) -> [Int] {
    (0..<min(count, data[split].count)).map { Int(data[split].label($0)) }
  }

  /// The first examples, `count` at most.
  package func images(_ split: EvaluationSplit, _ count: Int) -> [GridImage] {
    let part = data[split]
    let area = part.height * part.width
    return (0..<min(count, part.count)).map { index in
      let pixels = part.pixels(index)
      return GridImage(
        height: part.height, width: part.width, channels: part.channels,
        // Channels are the last dimension there.
        values: (0..<part.imageSize).map { place in
          Float(pixels[place % part.channels * area + place / part.channels]) / 255
        })
    }
  }
}
