package import Settings

/// A search for images that a model gets wrong: of fixed epsilon or of minimal norm, as in Foolbox.
///
/// - Kinds: ``FixedEpsilonAttack``, ``MinimalNormAttack``
package protocol Attack: Sendable {
  /// What perturbations are measured in.
  var norm: Norm { get }
  /// What every element stays in; clean images must lie in it, too.
  var box: ClosedRange<Float> { get }
  /// The class that examples are driven to; `nil` to drive them away from their own.
  var target: AttackTarget? { get }

  /// Attacks a batch.
  ///
  /// - Parameters:
  ///   - model: Whose gradients are used; runs in inference mode. Its batch size is that of `batch`.
  ///     Its labels are the examples' own afterwards, or those of the target.
  ///   - adversarial: `[N, C, H, W]`.
  func run(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>)

  /// Measures one stored image again.
  ///
  /// - Throws: `VerificationError` where it is not what the attack promises.
  func verify(
    _ image: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, example: Int
  ) throws(VerificationError)
}

extension Attack {
  package var target: AttackTarget? { nil }

  /// Writes the clean images, and the labels: the examples' own or those of the target.
  func begin(
    _ batch: AttackBatch, on model: any AttackedModel, _ adversarial: Int
  ) {
    precondition(
      batch.images.count == model.images.count && adversarial == batch.images.count,
      "a batch of another shape")
    _ = model.labels.update(from: batch.labels)
    target?.write(into: model.labels, for: batch, on: model)
    _ = model.images.update(from: batch.images)
  }
}

/// A search for the image closest to the clean one that a model gets wrong. How far that is, is what
/// an evaluation reports of each example; how far it may be is not limited.
package protocol MinimalNormAttack: Attack {
  /// Writes the closest wrong image that it finds into `adversarial`, which holds the clean images;
  /// where it finds none, any image of the box. Labels are in `model.labels`: the examples' own, or
  /// those of the target.
  func search(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>)
}

extension MinimalNormAttack {
  package func run(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    begin(batch, on: model, adversarial.count)
    _ = adversarial.update(from: batch.images)
    search(batch, on: model, into: adversarial)
  }

  package func verify(
    _ image: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, example: Int
  ) throws(VerificationError) {
    try verifyElements(image, in: box, example: example)
  }
}
