package import Settings

extension AttackFactory {
  /// One step to the ball's surface, then the box.
  package func build(_ settings: FGSM) -> any Attack {
    GradientAttack(
      ball: ball, stepSize: ball.epsilon, steps: 1, randomStart: false, target: target)
  }
}
