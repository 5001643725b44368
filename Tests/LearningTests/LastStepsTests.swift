import Engine
import Learning
import Measurements
import Settings
import Testing

@Suite struct `The last steps of an attack` {
  private let data = BrightBars.source(count: 50, seed: 3)

  private func lastSteps(_ attack: any Attack, batchSize: Int = 16) throws -> LastSteps? {
    try Evaluator(
      subject: TrainedModel(
        model: Model(BrightBars.architecture), parameters: try BrightBars.trained.get().parameters),
      attack: attack, batchSize: batchSize, seed: 1
    ).evaluate(data).lastSteps
  }

  private static let ball = PerturbationBall(norm: .infinity, epsilon: 0.1)
  private static let attacks: [any Attack] = [
    GradientAttack.pgd(ball, stepSize: 0.01, steps: 20),
    GradientAttack.pgd(ball, stepSize: 0.01, steps: 20, restarts: 3),
    GradientAttack.pgd(ball, stepSize: 0.01, steps: 20, earlyStop: true),
    GradientAttack.bim(ball), GradientAttack.mifgsm(ball),
    AutoPGD(.crossEntropy, ball: ball, steps: 20),
    AutoPGD(.logitRatio, ball: ball, steps: 20, restarts: 2),
    AutoPGD(
      .crossEntropy, ball: PerturbationBall(norm: .l1, epsilon: 4), steps: 20),
  ]

  @Test(arguments: attacks.indices)
  func `are the same to the last bit at any batch size`(index: Int) throws {
    let attack = Self.attacks[index]
    let expected = try #require(try lastSteps(attack))
    #expect(expected.examples > 0 && expected.examples <= 50)
    #expect(expected.lossBefore.isFinite && expected.lossAfter.isFinite)
    for batchSize in [7, 50] {
      #expect(try lastSteps(attack, batchSize: batchSize) == expected, "batch \(batchSize)")
    }
  }

  @Test func `raise the loss where the ball's edge is far, and hardly where it is reached`() throws
  {
    let far = try #require(
      try lastSteps(GradientAttack.pgd(Self.ball, stepSize: 0.01, steps: 10, randomStart: false)))
    let reached = try #require(
      try lastSteps(GradientAttack.pgd(Self.ball, stepSize: 0.01, steps: 100, randomStart: false)))
    func growth(_ steps: LastSteps) -> Double { steps.lossAfter / steps.lossBefore }
    #expect(growth(far) > 1.05, "\(far)")
    #expect((0.95...1.05).contains(growth(reached)), "\(reached)")
    #expect(growth(far) > growth(reached))
    // The highest loss so far cannot fall.
    let own = try #require(try lastSteps(AutoPGD(.crossEntropy, ball: Self.ball, steps: 40)))
    #expect(own.lossAfter >= own.lossBefore, "\(own)")
  }

  @Test func `are not known of one step, of noise, of targets and of ensembles`() throws {
    let ensemble = EnsembleAttack(
      ball: Self.ball, members: [AutoPGD(.crossEntropy, ball: Self.ball, steps: 20)])
    let attacks: [any Attack] = [
      GradientAttack.fgsm(Self.ball), NoiseAttack(.uniform, ball: Self.ball, draws: 3), ensemble,
      GradientAttack(
        ball: Self.ball, stepSize: 0.01, steps: 20, randomStart: true, target: .next),
    ]
    for attack in attacks { #expect(try lastSteps(attack) == nil, "\(attack)") }
  }
}
