/// Labeled images that can be asked for in any order.
package protocol ExampleSource {
  var count: Int { get }

  /// Copies examples to the beginning of the buffers.
  ///
  /// - Parameters:
  ///   - images: At least as many images as indices, each `[C, H, W]`, each element in `0...1`.
  ///   - labels: At least as many classes.
  /// - Returns: The number of indices.
  @discardableResult
  func fill(
    images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>,
    indices: some Sequence<Int>
  ) -> Int
}

extension Dataset.Split: ExampleSource {}

extension UnsafeMutableBufferPointer where Element == Float {
  /// The elements of one example of a batch.
  func example(_ index: Int, size: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: self[index * size..<(index + 1) * size])
  }
}

extension UnsafeBufferPointer where Element == Float {
  /// The elements of one example of a batch.
  func example(_ index: Int, size: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: self[index * size..<(index + 1) * size])
  }
}
