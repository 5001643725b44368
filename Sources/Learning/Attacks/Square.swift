package import Settings

extension AttackFactory {
  package func build(_ settings: Square) -> any Attack {
    SquareAttack(
      ball: ball, queries: settings.queries, initialShare: settings.initialShare,
      restarts: settings.restarts)
  }
}
