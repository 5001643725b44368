import Engine

/// A batch of clean images under attack.
package struct AttackBatch {
  /// `[N, C, H, W]`, inside the ball's box.
  package let images: UnsafeBufferPointer<Float>
  /// `[N]`.
  package let labels: UnsafeBufferPointer<Int32>
  /// Place of the batch's first example in its split; the others follow it. Random numbers hang on
  /// it, so that they depend on neither batch size nor order.
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

/// A search for images inside a ball that a model gets wrong.
package protocol Attack: Sendable {
  var ball: PerturbationBall { get }
  /// How many candidates are made; the worst is kept, for each example by itself. At least 1.
  var restarts: Int { get }

  /// Writes one candidate for each example into `model.images`; labels are there already.
  func makeCandidate(_ restart: Int, for batch: AttackBatch, on model: any AttackedModel)
}

extension Attack {
  /// Attacks a batch.
  ///
  /// Of several restarts' final images the first that `model` gets wrong is kept, else that of the
  /// highest loss: a further restart never makes an attack weaker.
  ///
  /// - Parameters:
  ///   - model: Whose gradients are used; runs in inference mode. Its batch size is that of `batch`.
  ///   - adversarial: `[N, C, H, W]`.
  package func run(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      batch.images.count == model.images.count && adversarial.count == batch.images.count,
      "a batch of another shape")
    precondition(restarts > 0, "at least one start")
    _ = model.labels.update(from: batch.labels)
    makeCandidate(0, for: batch, on: model)
    _ = adversarial.update(from: model.images)
    guard restarts > 1 else { return }

    let size = model.exampleSize
    var worst = [Float](repeating: -.infinity, count: model.batchSize)
    var isFooled = [Bool](repeating: false, count: model.batchSize)
    for restart in 0..<restarts {
      if restart > 0 { makeCandidate(restart, for: batch, on: model) }
      model.run()
      for n in 0..<model.batchSize where !isFooled[n] {
        isFooled[n] = model.prediction(of: n) != batch.labels[n]
        guard isFooled[n] || model.losses[n] > worst[n] else { continue }
        worst[n] = model.losses[n]
        _ = adversarial.example(n, size: size).update(from: model.images.example(n, size: size))
      }
      if isFooled.allSatisfy({ $0 }) { return }
    }
  }
}
