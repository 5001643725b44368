package import Settings

extension AttackFactory {
  package func build(_ settings: DeepFool) -> any Attack {
    DeepFoolAttack(
      norm: ball.norm, box: ball.box, steps: settings.steps,
      overshoot: Float(settings.overshoot), candidates: settings.candidates, target: target)
  }
}

/// Steps to the nearest class boundary, as if the model were linear, until the image has crossed one.
///
/// - Source: Moosavi-Dezfooli et al. 2016, arXiv:1511.04599, algorithm 2, and section 3.3 for
///   `infinity`.
package struct DeepFoolAttack: MinimalNormAttack {
  /// `infinity` or `l2`.
  package let norm: Norm
  package var box: ClosedRange<Float> = 0...1
  package var steps = 50
  package var overshoot: Float = 0.02
  package var candidates = 10
  package var target: AttackTarget?

  /// Added to every step, which could get shorter than single precision resolves; Foolbox's.
  private static let extraDistance = 1e-4

  package init(
    norm: Norm, box: ClosedRange<Float> = 0...1, steps: Int = 50, overshoot: Float = 0.02,
    candidates: Int = 10, target: AttackTarget? = nil
  ) {
    precondition(norm != .l1, "in l1 a step would move a single element")
    precondition(candidates >= 2, "a class and another one")
    self.norm = norm
    self.box = box
    self.steps = steps
    self.overshoot = overshoot
    self.candidates = candidates
    self.target = target
  }

  package var wantsSeveralGradients: Bool { target == nil && candidates > 2 }

  package func search(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    let (size, images) = (model.exampleSize, model.images)
    var batch = unfooled(batch, on: model)
    let rivals = Rivals(
      of: batch, on: model, count: min(candidates, model.classes) - 1, target: target)
    let boundaries = NearestBoundaries(norm, for: model)
    /// What all steps so far come to, before they are made longer.
    let perturbations = UnsafeMutableBufferPointer<Float>.allocate(capacity: images.count)
    perturbations.initialize(repeating: 0)
    defer { perturbations.deallocate() }
    for _ in 0..<steps where !batch.examples.isEmpty {
      boundaries.find(batch.examples, on: model, of: rivals.count, pair: rivals.pair)
      // Where no gradient leads anywhere, nothing will ever change.
      batch.examples.removeAll { !boundaries.distances[$0].isFinite }
      for n in batch.examples {
        let perturbation = perturbations.example(n, size: size)
        norm.addNormalized(
          UnsafeBufferPointer(boundaries.normals.example(n, size: size)),
          times: Float(boundaries.distances[n] + Self.extraDistance), to: perturbation)
        let (clean, image) = (
          batch.images.example(n, size: size), images.example(n, size: size)
        )
        for i in 0..<size { image[i] = clean[i] + (1 + overshoot) * perturbation[i] }
        norm.clip(image, to: box)
        _ = adversarial.example(n, size: size).update(from: image)
      }
      model.forward(batch.examples)
      batch.examples = batch.examples.filter { !isFooled($0, batch, model) }
    }
  }
}
