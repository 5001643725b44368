package import Settings

extension AttackFactory {
  package func build(_ settings: FAB) -> any Attack { fab(settings, targets: nil) }

  package func build(_ settings: TargetedFAB) -> any Attack {
    fab(settings, targets: settings.targets)
  }

  private func fab(_ settings: some FABDeclaration, targets: Int?) -> FABAttack {
    FABAttack(
      norm: ball.norm, box: ball.box, steps: settings.steps, restarts: settings.restarts,
      targets: targets, alphaMax: settings.alphaMax, eta: settings.eta, beta: settings.beta,
      target: target, epsilon: staysInBall ? ball.epsilon : nil)
  }
}

/// Steps to the nearest class boundary, as if the model were linear, drawn to the clean image's own
/// nearest point of it, and back towards that image from behind the boundary.
///
/// - Source: Croce and Hein 2020, arXiv:1907.02044, algorithm 1, without the final search, as in
///   AutoAttack.
package struct FABAttack: MinimalNormAttack {
  package let norm: Norm
  package var box: ClosedRange<Float>
  package var steps: Int
  package var restarts: Int
  /// To how many classes one after the other, the likeliest first; `nil` for the boundary that is
  /// nearest at each step.
  package var targets: Int?
  /// The largest part of the way from the clean image in a step.
  package var alphaMax: Double
  /// What ways to the boundary are multiplied by.
  package var eta: Double
  /// What is left of a perturbation behind the boundary.
  package var beta: Double
  package var target: AttackTarget?
  /// Where all that counts is whether there is an image within this distance: an example is done with
  /// as soon as there is, and random starts are inside, too. `nil` to look for the closest.
  package var epsilon: Float?

  package init(
    norm: Norm, box: ClosedRange<Float> = 0...1, steps: Int = 100, restarts: Int = 1,
    targets: Int? = nil, alphaMax: Double = 0.1, eta: Double = 1.05, beta: Double = 0.9,
    target: AttackTarget? = nil, epsilon: Float? = nil
  ) {
    precondition(targets == nil || target == nil, "one target or several")
    self.norm = norm
    self.box = box
    self.steps = steps
    self.restarts = restarts
    self.targets = targets
    self.alphaMax = alphaMax
    self.eta = eta
    self.beta = beta
    self.target = target
    self.epsilon = epsilon
  }

  package var wantsSeveralGradients: Bool { targets == nil && target == nil }

  package func search(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    var batch = unfooled(batch, on: model)
    let others = model.classes - 1
    guard others > 0 else { return }
    let rivals = Rivals(
      of: batch, on: model, count: min(targets ?? others, others), target: target)
    var closest = ClosestImages(norm, of: batch, size: model.exampleSize, in: adversarial)
    let descent = FABDescent(self, on: model)
    // One run of several boundaries, or several of one.
    let runs = targets == nil ? 1 : rivals.count
    for run in 0..<runs {
      for restart in 0..<restarts where !batch.examples.isEmpty {
        start(run * restarts + restart, isRandom: restart > 0, batch, closest, model)
        for _ in 0..<steps where !batch.examples.isEmpty {
          descent.step(batch, of: targets == nil ? rivals.count : 1) { index, n, logits in
            rivals.pair(run + index, n, logits)
          }
          model.forward(batch.examples)
          for n in batch.examples where isFooled(n, batch, model) {
            let image = model.images.example(n, size: model.exampleSize)
            closest.offer(UnsafeBufferPointer(image), of: n)
            let clean = batch.images.example(n, size: model.exampleSize)
            for i in 0..<image.count {
              image[i] = Float(Double(clean[i]) + beta * (Double(image[i]) - Double(clean[i])))
            }
          }
          if let epsilon {
            batch.examples.removeAll { closest.distances[$0] <= Double(epsilon) }
          }
        }
      }
    }
  }
}
