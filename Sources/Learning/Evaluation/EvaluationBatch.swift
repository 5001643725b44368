/// One batch's images and labels; the last batch's empty places hold zeros.
final class EvaluationBatch {
  let imageSize: Int
  /// `[N, C, H, W]`.
  let clean: UnsafeMutableBufferPointer<Float>
  /// What the subject sees, `[N, C, H, W]`.
  let seen: UnsafeMutableBufferPointer<Float>
  /// `[N]`.
  let labels: UnsafeMutableBufferPointer<Int32>
  /// How many places hold examples.
  private(set) var count = 0

  init(batchSize: Int, imageSize: Int) {
    self.imageSize = imageSize
    clean = .allocate(capacity: batchSize * imageSize)
    seen = .allocate(capacity: batchSize * imageSize)
    labels = .allocate(capacity: batchSize)
    seen.initialize(repeating: 0)
    clean.initialize(repeating: 0)
    labels.initialize(repeating: 0)
  }

  deinit {
    clean.deallocate()
    seen.deallocate()
    labels.deallocate()
  }

  func fill(from data: any ExampleSource, _ indices: ArraySlice<Int>) {
    count = indices.count
    clean.update(repeating: 0)
    labels.update(repeating: 0)
    data.fill(images: clean, labels: labels, indices: indices)
  }
}
