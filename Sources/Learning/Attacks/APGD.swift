package import Settings

extension AttackFactory {
  package func build(_ settings: CrossEntropyAPGD) -> any Attack {
    AutoPGD(target == nil ? .crossEntropy : .targetedCrossEntropy, settings, ball, target: target)
  }

  package func build(_ settings: LogitRatioAPGD) -> any Attack {
    AutoPGD(target == nil ? .logitRatio : .targetedLogitRatio, settings, ball, target: target)
  }

  package func build(_ settings: TargetedAPGD) -> any Attack {
    AutoPGD(.targetedLogitRatio, settings, ball, rivals: settings.targets)
  }
}

extension AutoPGD {
  fileprivate init(
    _ loss: LogitLoss, _ settings: some APGDDeclaration, _ ball: PerturbationBall,
    target: AttackTarget? = nil, rivals: Int? = nil
  ) {
    var settings = settings
    settings.complete(norm: ball.norm, epsilon: Double(ball.epsilon))
    self.init(
      loss, ball: ball, steps: settings.steps, restarts: settings.restarts,
      // Each norm reads its own one of these two.
      rho: Float(settings.rho ?? 0), largerEpsilons: settings.largerEpsilons ?? false,
      randomStart: settings.randomStart, eot: settings.eot, target: target, rivals: rivals)
  }
}
