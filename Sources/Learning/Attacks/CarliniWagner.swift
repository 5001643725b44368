package import Settings

extension AttackFactory {
  package func build(_ settings: CarliniWagner) -> any Attack {
    CarliniWagnerAttack(settings, box: ball.box, target: target)
  }
}
