package import Settings

/// Several attacks of one ball, one after the other, each on the examples that are left: those that
/// are right on clean images and under all attacks before.
///
/// - Source: Croce and Hein 2020, arXiv:2003.01690, section 6 (AutoAttack).
package struct EnsembleAttack: Attack {
  package let ball: PerturbationBall
  package let members: [any Attack]

  package init(ball: PerturbationBall, members: [any Attack]) {
    precondition(members.count < 256, "members are counted in a byte")
    self.ball = ball
    self.members = members
  }

  package var norm: Norm { ball.norm }
  package var box: ClosedRange<Float> { ball.box }
  package var wantsSeveralGradients: Bool { members.contains(where: \.wantsSeveralGradients) }

  package func verify(
    _ image: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, example: Int
  ) throws(VerificationError) {
    try ball.verify(image, clean: clean, example: example)
  }

  package func run(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    _ = runMembers(batch, on: model, into: adversarial)
  }

  /// Attacks a batch. An example that stands all members keeps the image of the highest loss.
  ///
  /// - Returns: For each place the member that made it wrong, counted from 1; 0 where it was wrong
  ///   before, or is right in the end.
  package func runMembers(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) -> [UInt8] {
    var batch = begin(batch, on: model, into: adversarial)
    // The losses of several attacks are no one course.
    batch.trace = nil
    model.forward(batch.examples)
    batch.examples.removeAll { model.prediction(of: $0) != batch.labels[$0] }
    var fooledBy = [UInt8](repeating: 0, count: model.batchSize)
    var highest = [Float](repeating: -.infinity, count: model.batchSize)
    let candidates = UnsafeMutableBufferPointer<Float>.allocate(capacity: adversarial.count)
    candidates.initialize(repeating: 0)
    defer { candidates.deallocate() }
    let size = model.exampleSize
    for (index, member) in members.enumerated() where !batch.examples.isEmpty {
      member.run(batch, on: model, into: candidates)
      for n in batch.examples {
        _ = model.images.example(n, size: size).update(from: candidates.example(n, size: size))
        model.labels[n] = batch.labels[n]
      }
      model.forward(batch.examples)
      batch.examples.removeAll { n in
        let candidate = UnsafeBufferPointer(candidates.example(n, size: size))
        let distance = norm.distance(candidate, batch.images.example(n, size: size))
        // A member of minimal norm may have found no image that is near enough.
        guard distance <= Double(ball.epsilon) + PerturbationBall.tolerance else { return false }
        let isFooled = model.prediction(of: n) != batch.labels[n]
        if isFooled || model.losses[n] > highest[n] {
          highest[n] = model.losses[n]
          _ = adversarial.example(n, size: size).update(from: candidate)
        }
        if isFooled { fooledBy[n] = UInt8(index + 1) }
        return isFooled
      }
    }
    return fooledBy
  }
}
