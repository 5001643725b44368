import Engine

/// A batch of clean images under attack.
package struct AttackBatch {
  /// `[N, C, H, W]`, inside the ball's box.
  package let images: UnsafeBufferPointer<Float>
  /// `[N]`.
  package let labels: UnsafeBufferPointer<Int32>
  /// Place of the batch's first example in its split; the others follow it. Random numbers are named
  /// by it, so that they depend on neither batch size nor order.
  package let firstExample: Int
  package let seed: Int

  package init(
    images: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Int32>, firstExample: Int,
    seed: Int
  ) {
    self.images = images
    self.labels = labels
    self.firstExample = firstExample
    self.seed = seed
  }

  /// The random numbers of one example's restart.
  func stream(_ purpose: RandomStream.Purpose, place: Int, restart: Int) -> RandomStream {
    RandomStream(seed: seed, purpose: purpose, example: firstExample + place, draw: restart)
  }
}
