import Settings

/// The classes that examples are driven to, those of the largest logits on the clean image first.
struct Rivals {
  /// How many each example has.
  let count: Int
  /// `[N, count]`.
  private var classes: [Int32]
  private let labels: UnsafeBufferPointer<Int32>
  /// Whether there is only the target, before which the largest other logit must not stay.
  private let hasTarget: Bool

  /// - Parameters:
  ///   - model: Holds the logits of the clean images, and with a target its labels.
  ///   - count: At least 1, and less than there are classes; 1 with a target.
  init(of batch: AttackBatch, on model: any AttackedModel, count: Int, target: AttackTarget?) {
    hasTarget = target != nil
    self.count = hasTarget ? 1 : count
    labels = batch.labels
    classes = Array(repeating: 0, count: model.batchSize * self.count)
    for n in batch.examples {
      guard target == nil else {
        classes[n] = model.labels[n]
        continue
      }
      let logits = model.logits(of: n)
      let others = (0..<model.classes).filter { $0 != Int(labels[n]) }
        .sorted { logits[$0] == logits[$1] ? $0 < $1 : logits[$0] > logits[$1] }
      for index in 0..<count { classes[n * count + index] = Int32(others[index]) }
    }
  }

  /// The classes whose boundary an example has to cross.
  func pair(
    _ index: Int, _ example: Int, _ logits: UnsafeBufferPointer<Float>
  ) -> NearestBoundaries.Pair {
    let rival = Int(classes[example * count + index])
    guard hasTarget else { return (rising: rival, falling: Int(labels[example])) }
    var largest = rival == 0 ? 1 : 0
    for k in 0..<logits.count where k != rival && logits[k] > logits[largest] { largest = k }
    return (rising: rival, falling: largest)
  }
}
