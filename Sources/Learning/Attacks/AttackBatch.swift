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
  /// The places of the examples to attack; nothing is done with the others.
  package var examples: [Int]
  /// Takes the losses of the last steps, where someone wants them.
  var trace: AttackTrace?

  /// - Parameter examples: All of the batch where it is `nil`.
  package init(
    images: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Int32>, firstExample: Int,
    seed: Int, examples: [Int]? = nil
  ) {
    self.images = images
    self.labels = labels
    self.firstExample = firstExample
    self.seed = seed
    self.examples = examples ?? Array(labels.indices)
  }

  /// The random numbers of one example's restart.
  func stream(
    _ purpose: RandomStream.Purpose, place: Int, restart: Int, of draws: AttackDraws = .usual
  ) -> RandomStream {
    RandomStream(
      seed: seed, purpose: purpose, epoch: draws.rawValue, example: firstExample + place,
      draw: restart)
  }
}

/// Whose random numbers they are: attacks that run one after the other in an ensemble draw different
/// ones there, each the same that it draws alone.
enum AttackDraws: Int {
  case usual
  /// Auto-PGD, by its loss.
  case crossEntropy, logitRatio
  /// Auto-PGD to one class after the other.
  case rivals
  case fab, targetedFAB
}
