import Files
package import Settings
package import SystemPackage

/// Labeled images, memory-mapped: opening one costs nothing, and processes share its memory.
package struct Dataset: Sendable {
  package var name: DatasetName
  /// `K`: labels are in `0..<classCount`.
  package var classCount: Int
  package var train: Split
  package var test: Split

  /// Some examples of a dataset.
  package struct Split: Sendable {
    /// The number of examples.
    package let count: Int
    package let height: Int
    package let width: Int
    package let channels: Int
    private let images: MappedFile
    private let labels: MappedFile
    private let imageStart: Int

    /// The number of values of one image, `C * H * W`.
    package var imageSize: Int { channels * height * width }

    /// Opens a pair of IDX files and checks them against each other.
    ///
    /// - Parameters:
    ///   - imagePath: `[N, H, W]` or `[N, C, H, W]`.
    ///   - labelPath: `[N]`.
    ///   - classes: `K`: labels are in `0..<K`.
    ///   - limit: At most the first so many examples.
    package init(
      images imagePath: FilePath, labels labelPath: FilePath, classes: Int, limit: Int? = nil
    ) throws(DatasetError) {
      do {
        images = try MappedFile(imagePath)
        labels = try MappedFile(labelPath)
      } catch {
        throw DatasetError(error)
      }
      let shape = try IDX.imageDimensions(of: images.bytes, origin: "\(imagePath)")
      let labelCount = try IDX.dimensions(of: labels.bytes, rank: 1, origin: "\(labelPath)")[0]
      guard labelCount == shape[0] else {
        throw DatasetError(
          .malformed,
          "\(shape[0]) labels expected, one per image of \(imagePath), "
            + "\(labelCount) found", origin: "\(labelPath)")
      }
      count = min(limit ?? shape[0], shape[0])
      height = shape[shape.count - 2]
      width = shape[shape.count - 1]
      channels = shape.count == 4 ? shape[1] : 1
      imageStart = IDX.headerSize(rank: shape.count)
      if let bad = (0..<count).first(where: { label($0) >= classes }) {
        throw DatasetError(
          .malformed,
          "a label in 0...\(classes - 1) expected, \(label(bad)) found at "
            + "example \(bad)", origin: "\(labelPath)")
      }
    }

    /// The class of one example.
    package func label(_ index: Int) -> Int32 {
      precondition(index >= 0 && index < count, "example out of range")
      return Int32(labels.bytes[IDX.headerSize(rank: 1) + index])
    }

    /// Where each class begins.
    package var classes: ClassPositions {
      ClassPositions(labels.bytes.dropFirst(IDX.headerSize(rank: 1)).prefix(count))
    }

    /// The bytes of one image, `[C, H, W]`, 0...255; valid as long as the split lives.
    package func pixels(_ index: Int) -> UnsafeRawBufferPointer {
      precondition(index >= 0 && index < count, "example out of range")
      let start = imageStart + index * imageSize
      return UnsafeRawBufferPointer(rebasing: images.bytes[start..<start + imageSize])
    }

    /// Copies examples into a batch's buffers.
    ///
    /// - Parameters:
    ///   - images: Gets `byte / 255` in float32, `[N, C, H, W]`; `N` at least the number of
    ///     indices. What lies behind the last index stays as it was.
    ///   - labels: Gets the classes, `[N]`.
    ///   - indices: Which examples, in this order.
    /// - Returns: The number of indices.
    @discardableResult
    package func fill(
      images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>,
      indices: some Sequence<Int>
    ) -> Int {
      var row = 0
      for index in indices {
        precondition(
          row < labels.count && (row + 1) * imageSize <= images.count, "the buffers are too small")
        labels[row] = label(index)
        let source = pixels(index)
        let start = row * imageSize
        for offset in 0..<imageSize {
          images[start + offset] = Float(source[offset]) / 255
        }
        row += 1
      }
      return row
    }
  }
}

extension Dataset {
  /// The part that a spec's `eval.split` names.
  package subscript(split: EvaluationSplit) -> Split {
    switch split {
    case .test: test
    case .train: train
    }
  }
}
