import Engine
import Learning
import Settings
import Measurements
import Testing

/// An attack of minimal norm that returns what it was told to.
private struct Fixed: MinimalNormAttack {
  let norm = Norm.infinity
  var box: ClosedRange<Float> = 0...1
  let value: Float

  func search(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) { adversarial[3] = value }
}

@Suite struct `An attack of minimal norm` {
  private let data = BrightBars.source(count: 50, seed: 3)

  /// Without ReLUs, behind which DeepFool's steps may leave nothing to climb.
  private static let model = Model(
    Architecture(
      input: Extent(height: 9, width: 9), inputChannels: 1, classes: 3,
      sequence: [
        .flatten, .dense(units: 12, useBias: true), .activation(.tanh),
        .dense(units: 3, useBias: true),
      ]))

  private static let trained = Result {
    try Trainer(
      model: model, configuration: BrightBars.configuration(),
      data: BrightBars.source(count: 200, seed: 2)
    ).train()
  }

  private func evaluate(_ attack: any Attack, batchSize: Int = 16) throws -> EvaluationResult {
    try Evaluator(
      subject: TrainedModel(model: Self.model, parameters: Self.trained.get().parameters),
      attack: attack, batchSize: batchSize, seed: 1
    ).evaluate(data)
  }

  @Test func `is reported with the distance of each example`() throws {
    let result = try evaluate(DeepFoolAttack(norm: .l2))
    let distances = result.outcomes.map { Double($0.distance) }
    #expect(distances.count == 50 && distances.allSatisfy(\.isFinite))
    #expect(result.measurement.correct == 0)
    #expect(
      (distances.reduce(0, +) / 50 - result.measurement.meanL2).magnitude < 1e-6)
    // A ball of every distance holds the image: no attack of that epsilon needs to be stronger.
    let largest = Float(try #require(distances.max()))
    let ball = PerturbationBall(norm: .l2, epsilon: largest)
    #expect(
      try evaluate(GradientAttack.pgd(ball, stepSize: largest / 10)).measurement.correct <= 2)
    #expect(try evaluate(DeepFoolAttack(norm: .l2), batchSize: 50).outcomes == result.outcomes)
  }

  @Test func `has failed where the example is still right, at no distance`() throws {
    let result = try evaluate(DeepFoolAttack(norm: .l2, steps: 0))
    let distances = result.outcomes.map(\.distance)
    #expect(distances.count(where: \.isInfinite) == result.measurement.correct)
    #expect(result.measurement.correct > 45 && result.measurement.meanL2 == 0)
    #expect(distances.filter(\.isFinite).allSatisfy { $0 == 0 })
  }

  @Test func `succeeds with a target only where that is reached`() throws {
    func distances(_ attack: DeepFoolAttack) throws -> [Float] {
      try evaluate(attack).outcomes.map(\.distance)
    }
    let reached = try distances(DeepFoolAttack(norm: .l2, target: .next))
    let allFound = reached.allSatisfy { $0.isFinite }
    #expect(allFound)
    #expect(try reached != distances(DeepFoolAttack(norm: .l2)))
    #expect(
      try distances(DeepFoolAttack(norm: .l2, steps: 0, target: .next)).count(where: \.isFinite) < 5
    )
  }

  @Test(
    arguments: [(5, .outsideBox), (.nan, .notFinite)] as [(Float, VerificationError.Code)])
  func `is checked as any other`(value: Float, expected: VerificationError.Code) {
    let error = #expect(throws: VerificationError.self) { _ = try evaluate(Fixed(value: value)) }
    #expect(error?.code == expected && error?.example == 0)
    #expect(throws: LearningError.self) { _ = try evaluate(Fixed(box: 0.4...1, value: 1)) }
  }
}
