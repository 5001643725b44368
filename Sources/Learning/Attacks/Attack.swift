package import Settings

/// A search for images that a model gets wrong: of fixed epsilon or of minimal norm, as in Foolbox; or
/// a corruption, which searches nothing.
///
/// - Kinds: ``FixedEpsilonAttack``, ``MinimalNormAttack``, ``CorruptionAttack``
package protocol Attack: Sendable {
  /// What perturbations are measured in.
  var norm: Norm { get }
  /// What every element stays in; clean images must lie in it, too.
  var box: ClosedRange<Float> { get }
  /// The class that examples are driven to; `nil` to drive them away from their own.
  var target: AttackTarget? { get }
  /// Whether it asks for gradients at all.
  var wantsGradients: Bool { get }
  /// Whether it asks for the gradients of several functions at the same images.
  var wantsSeveralGradients: Bool { get }

  /// Attacks a batch.
  ///
  /// - Parameters:
  ///   - model: Whose gradients are used; runs in inference mode. Its batch size is that of `batch`.
  ///     Its labels are the examples' own afterwards, or those of the target.
  ///   - adversarial: `[N, C, H, W]`; examples that are not attacked are not written.
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
  package var wantsGradients: Bool { true }
  package var wantsSeveralGradients: Bool { false }

  /// Writes the clean images, and the labels: the examples' own or those of the target.
  ///
  /// - Returns: What is left to attack: not the examples whose own class is the target.
  func begin(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) -> AttackBatch {
    precondition(
      batch.images.count == model.images.count && adversarial.count == batch.images.count,
      "a batch of another shape")
    let size = model.exampleSize
    for n in batch.examples {
      let clean = batch.images.example(n, size: size)
      _ = model.images.example(n, size: size).update(from: clean)
      _ = adversarial.example(n, size: size).update(from: clean)
      model.labels[n] = batch.labels[n]
    }
    guard let target else { return batch }
    target.write(into: model.labels, for: batch, on: model)
    var rest = batch
    rest.examples.removeAll { model.labels[$0] == batch.labels[$0] }
    return rest
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
  package var wantsSeveralGradients: Bool { true }

  package func run(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    search(begin(batch, on: model, into: adversarial), on: model, into: adversarial)
  }

  package func verify(
    _ image: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, example: Int
  ) throws(VerificationError) {
    try verifyElements(image, in: box, example: example)
  }
}
