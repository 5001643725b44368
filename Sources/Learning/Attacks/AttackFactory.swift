package import Settings

/// Makes the computation of an attack: each method is in the file of its attack.
package struct AttackFactory: AttackBuilder {
  let ball: PerturbationBall
  let target: AttackTarget?
  /// Whether attacks of minimal norm look for images inside the ball only, as members of an ensemble.
  let staysInBall: Bool

  package init(ball: PerturbationBall, target: AttackTarget? = nil, staysInBall: Bool = false) {
    self.ball = ball
    self.target = target
    self.staysInBall = staysInBall
  }
}

extension AttackSettings {
  /// The computation.
  package var computation: any Attack {
    let ball = PerturbationBall(
      norm: norm, epsilon: Float(epsilon), box: Float(clip[0])...Float(clip[1]))
    return method.attack.build(with: AttackFactory(ball: ball, target: target))
  }
}
