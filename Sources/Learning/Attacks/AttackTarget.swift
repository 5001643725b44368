import Engine
import Settings

extension AttackTarget {
  /// Writes each example's target; its own class where there is no other.
  ///
  /// - Parameters:
  ///   - labels: `[N]`.
  ///   - model: The model that is attacked, which holds the clean images; `second` and
  ///     `leastLikely` run it.
  func write(
    into labels: UnsafeMutableBufferPointer<Int32>, for batch: AttackBatch,
    on model: any AttackedModel
  ) {
    let classes = model.classes
    if self == .second || self == .leastLikely { model.forward(batch.examples) }
    for n in batch.examples {
      let own = batch.labels[n]
      switch self {
      case .next: labels[n] = (own + 1) % Int32(classes)
      case .second: labels[n] = first(of: model.logits(of: n), besides: own, by: >)
      case .leastLikely: labels[n] = first(of: model.logits(of: n), besides: own, by: <)
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

  /// The other class whose logit comes before those of all others, the first of equals.
  private func first(
    of logits: UnsafeBufferPointer<Float>, besides own: Int32, by isBefore: (Float, Float) -> Bool
  ) -> Int32 {
    var found: Int?
    for k in logits.indices where k != Int(own) {
      if let known = found, !isBefore(logits[k], logits[known]) { continue }
      found = k
    }
    return found.map { Int32($0) } ?? own
  }
}
