import Settings

/// The closest images that an attack of minimal norm has found so far.
struct ClosestImages {
  private let norm: Norm
  private let clean: UnsafeBufferPointer<Float>
  private let images: UnsafeMutableBufferPointer<Float>
  private let size: Int
  /// `[N]`: infinite where nothing was found.
  private(set) var distances: [Double]

  /// - Parameter images: `[N, C, H, W]`, where the closest are written.
  init(
    _ norm: Norm, of batch: AttackBatch, size: Int, in images: UnsafeMutableBufferPointer<Float>
  ) {
    self.norm = norm
    clean = batch.images
    self.images = images
    self.size = size
    distances = Array(repeating: .infinity, count: batch.labels.count)
  }

  /// Keeps an image that has fooled the model, where it is closer than all before.
  mutating func offer(_ image: UnsafeBufferPointer<Float>, of n: Int) {
    let distance = norm.distance(image, clean.example(n, size: size))
    guard distance < distances[n] else { return }
    distances[n] = distance
    _ = images.example(n, size: size).update(from: image)
  }
}

extension MinimalNormAttack {
  /// Whether the attack had what it is after, at the model's last run.
  func isFooled(_ n: Int, _ batch: AttackBatch, _ model: any AttackedModel) -> Bool {
    target == nil
      ? model.prediction(of: n) != batch.labels[n] : model.prediction(of: n) == model.labels[n]
  }

  /// The batch without the examples that fool the model as they are, which no perturbation can bring
  /// closer. The model has run on all clean images then.
  func unfooled(_ batch: AttackBatch, on model: any AttackedModel) -> AttackBatch {
    model.forward(batch.examples)
    var rest = batch
    rest.examples.removeAll { isFooled($0, batch, model) }
    return rest
  }
}
