/// One batch's images and labels; the last batch's empty places hold zeros.
final class EvaluationBatch {
  let imageSize: Int
  /// `[N, C, H, W]`.
  let clean: UnsafeMutableBufferPointer<Float>
  /// What the subject sees, `[N, C, H, W]`.
  let seen: UnsafeMutableBufferPointer<Float>
  /// `[N]`.
  let labels: UnsafeMutableBufferPointer<Int32>
  /// By which member of an ensemble each image was made, as the ensemble counts them.
  var members: [UInt8]?
  /// The losses of the last steps of the attack.
  var trace: AttackTrace?
  /// How many places hold examples.
  private(set) var count = 0
  /// Those that do.
  var places: [Int] { Array(0..<count) }

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
