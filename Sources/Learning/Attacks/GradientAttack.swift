import Engine
package import Settings

/// Repeated steps up the loss along the gradient, or with a target down the target's loss, each
/// projected back into the ball: one loop that a norm fills in. FGSM, BIM and MI-FGSM are cases of it.
///
/// - Source: Madry et al. 2018, arXiv:1706.06083, section 2.1.
package struct GradientAttack: FixedEpsilonAttack {
  package let ball: PerturbationBall
  /// Length of one step in the ball's norm, in pixel units.
  package let stepSize: Float
  package let steps: Int
  /// Starts at a uniform draw from the ball instead of at the clean image.
  package let randomStart: Bool
  package let restarts: Int
  package let target: AttackTarget?
  /// What is left of the gradients before; `nil` to follow each gradient alone.
  package let decay: Float?
  /// For a ball in `l1`.
  package let l1Steps: L1Steps
  /// An example is left alone once the model is wrong on it, or with a target takes it for that.
  package let earlyStop: Bool

  package init(
    ball: PerturbationBall, stepSize: Float, steps: Int, randomStart: Bool, restarts: Int = 1,
    target: AttackTarget? = nil, decay: Float? = nil, l1Steps: L1Steps? = nil,
    earlyStop: Bool = false
  ) {
    self.ball = ball
    self.stepSize = stepSize
    self.steps = steps
    self.randomStart = randomStart
    self.restarts = restarts
    self.target = target
    self.decay = decay
    self.l1Steps = l1Steps ?? .dense
    self.earlyStop = earlyStop
  }

  package func makeCandidate(
    _ restart: Int, for batch: AttackBatch, on model: any AttackedModel
  ) {
    start(restart, for: batch, on: model)
    let size = model.exampleSize
    let momentum = decay.map { Momentum(decay: $0, examples: model.batchSize, size: size) }
    let step = target == nil ? stepSize : -stepSize
    var examples = batch.examples
    let trace = restart == 0 && target == nil ? batch.trace : nil
    let checkpoint = steps - 1 - AttackTrace.length(of: steps)
    for index in 0..<steps {
      model.run(examples)
      for n in examples where index >= checkpoint {
        if index > checkpoint {
          trace?.update(n, loss: model.losses[n])
        } else if !isDone(n, batch, model) {
          trace?.begin(n, loss: model.losses[n])
        }
      }
      if earlyStop { examples.removeAll { isDone($0, batch, model) } }
      if examples.isEmpty { break }
      for n in examples {
        let gradient = model.imageGradient.example(n, size: size)
        let image = model.images.example(n, size: size)
        move(image, along: momentum?.adding(gradient, to: n) ?? gradient, by: step)
        ball.project(image, around: batch.images.example(n, size: size))
      }
    }
  }

  /// Writes the clean images, or draws from the ball around them.
  private func start(_ restart: Int, for batch: AttackBatch, on model: any AttackedModel) {
    let size = model.exampleSize
    for n in batch.examples {
      let image = model.images.example(n, size: size)
      _ = image.update(from: batch.images.example(n, size: size))
      guard randomStart else { continue }
      var stream = batch.stream(.attack, place: n, restart: restart)
      ball.norm.addRandomStart(radius: ball.epsilon, to: image, using: &stream)
      ball.project(image, around: batch.images.example(n, size: size))
    }
  }

  private func move(
    _ image: UnsafeMutableBufferPointer<Float>, along gradient: UnsafeBufferPointer<Float>,
    by step: Float
  ) {
    if ball.norm == .l1, l1Steps == .sparse {
      addSparse(gradient, times: step, to: image, in: ball.box)
    } else {
      ball.norm.addNormalized(gradient, times: step, to: image)
    }
  }

  private func isDone(_ n: Int, _ batch: AttackBatch, _ model: any AttackedModel) -> Bool {
    let prediction = model.prediction(of: n)
    return target == nil ? prediction != batch.labels[n] : prediction == model.labels[n]
  }
}
