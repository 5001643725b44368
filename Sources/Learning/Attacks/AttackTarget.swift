import Engine
import Settings

extension AttackTarget {
  /// Writes each example's target; its own class where there is no other.
  ///
  /// - Parameters:
  ///   - labels: `[N]`.
  ///   - model: The model that is attacked; `leastLikely` runs it on the clean images.
  func write(
    into labels: UnsafeMutableBufferPointer<Int32>, for batch: AttackBatch,
    on model: any AttackedModel
  ) {
    let classes = model.classes
    if self == .leastLikely {
      _ = model.images.update(from: batch.images)
      model.forward()
    }
    for n in 0..<model.batchSize {
      let own = batch.labels[n]
      switch self {
      case .next: labels[n] = (own + 1) % Int32(classes)
      case .leastLikely: labels[n] = leastLikely(of: n, besides: own, classes, model)
      case .random:
        guard classes > 1 else { continue }
        var stream = batch.stream(.target, place: n, restart: 0)
        let drawn = Int32(stream.integer(below: classes - 1))
        labels[n] = drawn < own ? drawn : drawn + 1
      case .label(let label):
        precondition(label >= 0 && label < classes, "a target that is no class of the model")
        labels[n] = Int32(label)
      }
    }
  }

  private func leastLikely(
    of n: Int, besides own: Int32, _ classes: Int, _ model: any AttackedModel
  ) -> Int32 {
    var least: Int?
    for k in 0..<classes where k != Int(own) {
      if let known = least, model.logits[n * classes + k] >= model.logits[n * classes + known] {
        continue
      }
      least = k
    }
    return least.map { Int32($0) } ?? own
  }
}
