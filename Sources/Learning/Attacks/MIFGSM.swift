package import Settings

extension AttackFactory {
  package func build(_ settings: MIFGSM) -> any Attack {
    var settings = settings
    settings.complete(norm: ball.norm, epsilon: Double(ball.epsilon))
    return GradientAttack(
      ball: ball, stepSize: Float(settings.stepSize ?? 0), steps: settings.steps,
      randomStart: false, target: target, decay: Float(settings.decay),
      l1Steps: settings.l1Steps, earlyStop: settings.earlyStop)
  }
}
