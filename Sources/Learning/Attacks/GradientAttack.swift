import Engine
package import Settings

/// Repeated steps up the loss along the gradient, or with a target down the target's loss, each
/// projected back into the ball: one loop that a norm fills in. FGSM and BIM are cases of it.
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

  package init(
    ball: PerturbationBall, stepSize: Float, steps: Int, randomStart: Bool, restarts: Int = 1,
    target: AttackTarget? = nil
  ) {
    self.ball = ball
    self.stepSize = stepSize
    self.steps = steps
    self.randomStart = randomStart
    self.restarts = restarts
    self.target = target
  }

  package func makeCandidate(
    _ restart: Int, for batch: AttackBatch, on model: any AttackedModel
  ) {
    let size = model.exampleSize
    let images = model.images
    _ = images.update(from: batch.images)
    if randomStart {
      for n in 0..<model.batchSize {
        var stream = batch.stream(.attack, place: n, restart: restart)
        let image = images.example(n, size: size)
        ball.norm.addRandomStart(radius: ball.epsilon, to: image, using: &stream)
        ball.project(image, around: batch.images.example(n, size: size))
      }
    }
    let step = target == nil ? stepSize : -stepSize
    for _ in 0..<steps {
      model.run()
      let gradient = model.imageGradient
      for n in 0..<model.batchSize {
        let image = images.example(n, size: size)
        ball.norm.addNormalized(gradient.example(n, size: size), times: step, to: image)
        ball.project(image, around: batch.images.example(n, size: size))
      }
    }
  }
}
