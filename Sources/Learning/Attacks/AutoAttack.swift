package import Settings

extension AttackFactory {
  /// Members are made from their own declarations.
  package func build(_ settings: AutoAttack) -> any Attack {
    var settings = settings
    settings.complete(norm: ball.norm, epsilon: Double(ball.epsilon))
    let members = AttackFactory(ball: ball, staysInBall: true)
    return EnsembleAttack(
      ball: ball, members: settings.attacks.map { $0.build(with: members) })
  }
}
