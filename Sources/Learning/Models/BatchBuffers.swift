import Engine

/// What goes into a batch of examples, and what comes of it. Whoever makes it deallocates it.
struct BatchBuffers {
  let count: Int
  /// `[N, C, H, W]`.
  let images: UnsafeMutableBufferPointer<Float>
  /// `[N]`.
  let labels: UnsafeMutableBufferPointer<Int32>
  /// `[N]`.
  let losses: UnsafeMutableBufferPointer<Float>
  /// `[N, K]`.
  let logits: UnsafeMutableBufferPointer<Float>
  /// `[N, C, H, W]`; empty where no gradients are asked for.
  let gradients: UnsafeMutableBufferPointer<Float>

  /// All zeros.
  ///
  /// - Parameter count: `N`.
  init(count: Int, imageSize: Int, classes: Int, gradients: Bool) {
    func zeros<Element: Numeric>(_ count: Int) -> UnsafeMutableBufferPointer<Element> {
      let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
      buffer.initialize(repeating: 0)
      return buffer
    }
    self.count = count
    (images, labels, losses) = (zeros(count * imageSize), zeros(count), zeros(count))
    (logits, self.gradients) = (zeros(count * classes), zeros(gradients ? count * imageSize : 0))
  }

  /// The first examples of a larger batch.
  private init(_ count: Int, of whole: BatchBuffers) {
    func first<Element>(
      _ buffer: UnsafeMutableBufferPointer<Element>
    ) -> UnsafeMutableBufferPointer<Element> {
      UnsafeMutableBufferPointer(rebasing: buffer[..<(buffer.count / whole.count * count)])
    }
    self.count = count
    (images, labels, losses) = (first(whole.images), first(whole.labels), first(whole.losses))
    (logits, gradients) = (first(whole.logits), first(whole.gradients))
  }

  /// The same memory, as far as the first examples go.
  func prefix(_ count: Int) -> BatchBuffers {
    precondition(count > 0 && count <= self.count, "\(count) of \(self.count) examples")
    return BatchBuffers(count, of: self)
  }

  func deallocate() {
    for buffer in [images, losses, logits, gradients] { buffer.deallocate() }
    labels.deallocate()
  }
}
