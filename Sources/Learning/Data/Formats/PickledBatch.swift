/// One batch of CIFAR-10's Python version, read as data: nothing in it is ever run.
///
/// A batch is a dictionary that Python 2 pickled by protocol 2: `labels` (a list of integers),
/// `data` (a NumPy array of bytes, `[N, 3072]`), `filenames` and `batch_label`. Exactly the
/// operations that this takes are known, and of the functions that a pickle may name only the two
/// that make an array and its type.
///
/// - Source: Krizhevsky 2009; PEP 307, and `pickletools` of Python for the operations.
package struct PickledBatch: Sendable {
  /// A class each.
  package var labels: [UInt8]
  /// `[N, C * H * W]`.
  package var pixels: ArraySlice<UInt8>

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - imageSize: The bytes of one image.
  ///   - origin: The file's name in errors.
  /// - Throws: `DatasetError` that names the operation, or what the batch lacks.
  package init(
    _ bytes: ArraySlice<UInt8>, imageSize: Int, origin: String
  ) throws(DatasetError) {
    var reader = PickleReader(bytes, origin: origin)
    let entries = try reader.read()
    func fail(_ message: String) -> DatasetError {
      DatasetError(.malformed, message, origin: origin)
    }
    guard case .numbers(let labels)? = entries["labels"] else {
      throw fail("is not a batch of CIFAR-10: it has no list `labels`")
    }
    guard case .pixels(let count, let size, let pixels)? = entries["data"] else {
      throw fail("is not a batch of CIFAR-10: it has no array `data`")
    }
    guard size == imageSize, count == labels.count else {
      throw fail("\(labels.count)x\(imageSize) pixels expected, \(count)x\(size) found")
    }
    self.labels = labels
    self.pixels = pixels
  }
}
