import Engine
package import Settings

/// Projected gradient descent that finds the length of its steps itself: long ones at first, shorter
/// ones from the best point on as soon as the loss no longer rises. An example is left alone once the
/// model is wrong on it, or with a target takes it for that.
///
/// - Source: Croce and Hein 2020, arXiv:2003.01690, section 3; in `l1` Croce and Hein 2021,
///   arXiv:2103.01208, section 3.
package struct AutoPGD: FixedEpsilonAttack {
  package let loss: LogitLoss
  package let ball: PerturbationBall
  /// At least 1, of each candidate.
  package let steps: Int
  package let restarts: Int
  /// The share of steps that must raise the loss, or they get shorter; in `linf` and `l2`.
  package let rho: Float
  /// In `l1`: climbs first in balls of 3 and of 2 epsilon.
  package let largerEpsilons: Bool
  package let randomStart: Bool
  /// Gradients whose mean each step follows; at least 1.
  package let eot: Int
  package let target: AttackTarget?
  /// To how many other classes examples are driven, one after the other; `nil` for a loss without a
  /// target, or with the one of `target`.
  package let rivals: Int?

  package init(
    _ loss: LogitLoss, ball: PerturbationBall, steps: Int = 100, restarts: Int = 1,
    rho: Float = 0.75, largerEpsilons: Bool = true, randomStart: Bool = true, eot: Int = 1,
    target: AttackTarget? = nil, rivals: Int? = nil
  ) {
    precondition(target == nil || rivals == nil, "a target beside others")
    precondition(eot > 0, "a mean of no gradients")
    self.loss = loss
    self.ball = ball
    self.steps = steps
    self.restarts = restarts
    self.rho = rho
    self.largerEpsilons = largerEpsilons
    self.randomStart = randomStart
    self.eot = eot
    self.target = target
    self.rivals = rivals
  }

  package func candidates(classes: Int) -> Int {
    precondition(classes >= loss.fewestClasses, "a loss of more classes than there are")
    return restarts * (rivals.map { min($0, classes - 1) } ?? 1)
  }

  /// The first restart of all rivals comes before the second one: more restarts add to the candidates
  /// of fewer.
  package func makeCandidate(
    _ candidate: Int, for batch: AttackBatch, on model: any AttackedModel
  ) {
    let size = model.exampleSize
    for n in batch.examples {
      _ = model.images.example(n, size: size).update(
        from: batch.images.example(n, size: size))
    }
    model.forward(batch.examples)
    // What fools the model without a perturbation stays clean.
    let examples = batch.examples.filter { !isFooled($0, batch, model) }
    var targets = Array(model.labels)
    if let rivals {
      let rank = candidate % min(rivals, model.classes - 1)
      for n in examples {
        targets[n] = rival(model.logits(of: n), besides: batch.labels[n], rank: rank)
      }
    }
    for n in examples where randomStart {
      var stream = batch.stream(
        .attack, place: n, restart: candidate, of: rivals == nil ? loss.draws : .rivals)
      addStart(to: model.images.example(n, size: size), using: &stream)
    }
    let climb = AutoPGDClimb(
      self, batch, examples, on: model, targets: targets,
      trace: candidate == 0 && target == nil ? batch.trace : nil)
    for (ball, steps) in balls { climb.run(in: ball, steps: steps) }
  }

  /// The balls to climb in, with the steps in each.
  var balls: [(ball: PerturbationBall, steps: Int)] {
    let early = 3 * steps / 10
    guard ball.norm == .l1, largerEpsilons, early > 0 else { return [(ball, steps)] }
    func larger(_ factor: Float) -> PerturbationBall {
      PerturbationBall(norm: ball.norm, epsilon: factor * ball.epsilon, box: ball.box)
    }
    return [(larger(3), early), (larger(2), early), (ball, steps - 2 * early)]
  }

  /// Whether the model is where the attack wants it.
  func isFooled(_ n: Int, _ batch: AttackBatch, _ model: any AttackedModel) -> Bool {
    let prediction = model.prediction(of: n)
    return target == nil ? prediction != batch.labels[n] : prediction == model.labels[n]
  }

  /// Of the other classes the one of that rank where they are sorted by their logits, the largest
  /// first, of equals the first.
  private func rival(
    _ logits: UnsafeBufferPointer<Float>, besides label: Int32, rank: Int
  ) -> Int32 {
    let others = logits.indices.filter { $0 != Int(label) }.sorted {
      logits[$0] == logits[$1] ? $0 < $1 : logits[$0] > logits[$1]
    }
    return Int32(others[rank])
  }

  /// A random point to start at, still to be projected: uniform noise in `linf`, else normal noise, both
  /// brought to a length of epsilon. In `l1` only the projection shortens it, to a few elements.
  private func addStart(
    to image: UnsafeMutableBufferPointer<Float>, using stream: inout RandomStream
  ) {
    func draw(_ stream: inout RandomStream) -> Float {
      ball.norm == .infinity ? stream.uniform(in: -1...1) : stream.normal()
    }
    var factor: Float = 1
    if ball.norm != .l1 {
      // The stream is a value: the first pass over a copy finds the length, the second one adds.
      var copy = stream
      var length = 0.0
      for _ in image.indices {
        let sample = Double(draw(&copy))
        length = ball.norm == .l2 ? length + sample * sample : max(length, sample.magnitude)
      }
      if ball.norm == .l2 { length = length.squareRoot() }
      factor = length > 0 ? Float(Double(ball.epsilon) / length) : 0
    }
    for i in image.indices { image[i] += factor * draw(&stream) }
  }
}
