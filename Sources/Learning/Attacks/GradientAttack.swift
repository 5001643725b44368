import Engine

/// Repeated steps up the loss along the gradient, or with a target down the target's loss, each
/// projected back into the ball: one loop that a norm fills in. Its cases of one step and of no
/// random start have names of their own.
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

  /// The fast gradient method: one step to the ball's surface, then the box.
  ///
  /// - Source: Goodfellow et al. 2015, arXiv:1412.6572, section 4.
  package static func fgsm(
    _ ball: PerturbationBall, target: AttackTarget? = nil
  ) -> GradientAttack {
    GradientAttack(
      ball: ball, stepSize: ball.epsilon, steps: 1, randomStart: false, target: target)
  }

  /// The basic iterative method: steps of a fifth of epsilon by default, from the clean image.
  ///
  /// - Source: Kurakin et al. 2017, arXiv:1607.02533, section 2.2; the defaults are Foolbox's.
  package static func bim(
    _ ball: PerturbationBall, stepSize: Float? = nil, steps: Int = 10,
    target: AttackTarget? = nil
  ) -> GradientAttack {
    GradientAttack(
      ball: ball, stepSize: stepSize ?? 0.2 * ball.epsilon, steps: steps, randomStart: false,
      target: target)
  }

  /// Projected gradient descent with the settings published for MNIST by default.
  ///
  /// - Source: Madry et al. 2018, arXiv:1706.06083, section 5.
  package static func pgd(
    _ ball: PerturbationBall, stepSize: Float = 0.01, steps: Int = 40, randomStart: Bool = true,
    restarts: Int = 1, target: AttackTarget? = nil
  ) -> GradientAttack {
    GradientAttack(
      ball: ball, stepSize: stepSize, steps: steps, randomStart: randomStart, restarts: restarts,
      target: target)
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
