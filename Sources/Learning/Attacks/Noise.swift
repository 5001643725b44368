package import Settings

extension AttackFactory {
  package func build(_ settings: UniformNoise) -> any Attack {
    NoiseAttack(.uniform, ball: ball, draws: settings.restarts)
  }

  package func build(_ settings: GaussianNoise) -> any Attack {
    NoiseAttack(.gaussian, ball: ball, draws: settings.restarts)
  }
}
