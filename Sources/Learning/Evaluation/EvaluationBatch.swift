/// One batch's images and labels, of as many examples as it was filled with last.
final class EvaluationBatch {
  let imageSize: Int
  /// `[N, C, H, W]`.
  private(set) var clean: UnsafeMutableBufferPointer<Float>
  /// What the subject sees, `[N, C, H, W]`.
  private(set) var seen: UnsafeMutableBufferPointer<Float>
  /// `[N]`.
  private(set) var labels: UnsafeMutableBufferPointer<Int32>
  /// By which member of an ensemble each image was made, as the ensemble counts them.
  var members: [UInt8]?
  /// The losses of the last steps of the attack.
  var trace: AttackTrace?
  /// Of the largest batch: clean ones, then as many that the subject sees.
  private let images: UnsafeMutableBufferPointer<Float>
  private let allLabels: UnsafeMutableBufferPointer<Int32>

  /// How many examples there are.
  var count: Int { labels.count }
  /// All of them.
  var places: [Int] { Array(0..<count) }

  /// - Parameter batchSize: The most examples.
  init(batchSize: Int, imageSize: Int) {
    self.imageSize = imageSize
    images = .allocate(capacity: 2 * batchSize * imageSize)
    allLabels = .allocate(capacity: batchSize)
    images.initialize(repeating: 0)
    allLabels.initialize(repeating: 0)
    (clean, seen, labels) = (images, images, allLabels)
    resize(to: 0)
  }

  deinit {
    images.deallocate()
    allLabels.deallocate()
  }

  func fill(from data: any ExampleSource, _ indices: ArraySlice<Int>) {
    resize(to: indices.count)
    data.fill(images: clean, labels: labels, indices: indices)
  }

  private func resize(to count: Int) {
    let size = count * imageSize
    clean = UnsafeMutableBufferPointer(rebasing: images[..<size])
    seen = UnsafeMutableBufferPointer(rebasing: images[images.count / 2..<images.count / 2 + size])
    labels = UnsafeMutableBufferPointer(rebasing: allLabels[..<count])
  }
}
