package import Settings

extension AttackFactory {
  package func build(_ settings: PGD) -> any Attack {
    var settings = settings
    settings.complete(norm: ball.norm, epsilon: Double(ball.epsilon))
    return GradientAttack(
      ball: ball, stepSize: Float(settings.stepSize ?? 0), steps: settings.steps,
      randomStart: settings.randomStart, restarts: settings.restarts, target: target,
      l1Steps: settings.l1Steps, earlyStop: settings.earlyStop)
  }
}
