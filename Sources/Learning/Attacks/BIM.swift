package import Settings

extension AttackFactory {
  package func build(_ settings: BIM) -> any Attack {
    var settings = settings
    settings.complete(norm: ball.norm, epsilon: Double(ball.epsilon))
    return GradientAttack(
      ball: ball, stepSize: Float(settings.stepSize ?? 0), steps: settings.steps,
      randomStart: false, target: target,
      l1Steps: settings.l1Steps, earlyStop: settings.earlyStop)
  }
}
