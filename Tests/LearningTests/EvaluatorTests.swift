import Engine
import Learning
import Settings
import Measurements
import Testing

/// An attack that does not keep to its ball.
private struct TamperedAttack: FixedEpsilonAttack {
  let ball = PerturbationBall(norm: .infinity, epsilon: 0.1)
  let restarts = 1
  let value: Float

  func makeCandidate(_ restart: Int, for batch: AttackBatch, on model: any AttackedModel) {
    _ = model.images.update(from: batch.images)
    model.images[3] = value
  }
}

@Suite struct EvaluatorTests {
  private let data = BrightBars.source(count: 50, seed: 3)

  private func subject() throws -> TrainedModel {
    TrainedModel(
      model: Model(BrightBars.architecture), parameters: try BrightBars.trained.get().parameters)
  }

  private func evaluate(
    _ attack: (any Attack)?, source: TrainedModel? = nil, batchSize: Int = 16, limit: Int? = nil,
    progress: (EvaluationProgress) -> Void = { _ in }
  ) throws -> EvaluationResult {
    try Evaluator(
      subject: subject(), source: source, attack: attack, batchSize: batchSize, seed: 1
    ).evaluate(data, limit: limit, progress: progress)
  }

  @Test func `evaluates clean images`() throws {
    var done: [Int] = []
    let result = try evaluate(nil) { done.append($0.done) }
    #expect(done == [16, 32, 48, 50])
    #expect(result.measurement.examples == 50 && result.measurement.correct > 45)
    #expect(result.measurement.meanLinf == 0 && result.measurement.meanL2 == 0)
    #expect(result.firstBatch.images.count == 16 && result.firstBatch.shape == [9, 9, 1])
    #expect(result.firstBatch.images[1] == Array(data.images[81..<162]))
    #expect(result.firstBatch.labels == data.labels.prefix(16).map(Int.init))
    #expect(!result.implementations.isEmpty)
    let limited = try evaluate(nil, limit: 20)
    #expect(limited.measurement.examples == 20)
  }

  @Test(arguments: Norm.allCases)
  func `attacks, through the model's own gradients and another's`(norm: Norm) throws {
    let epsilon: Float = norm == .infinity ? 0.1 : (norm == .l2 ? 1 : 6)
    let ball = PerturbationBall(norm: norm, epsilon: epsilon)
    let clean = try evaluate(nil)
    let single = try evaluate(GradientAttack.fgsm(ball))
    let many = try evaluate(GradientAttack.pgd(ball, stepSize: epsilon / 4, steps: 8))
    #expect(
      single.measurement.loss > clean.measurement.loss
        && many.measurement.loss >= 0.99 * single.measurement.loss)
    #expect(
      many.measurement.correct <= single.measurement.correct
        && single.measurement.correct <= clean.measurement.correct)
    #expect(
      single.measurement.meanLinf > 0 && single.measurement.meanLinf <= Double(epsilon) + 1e-6)
    let other = TrainedModel(
      model: Model(BrightBars.architecture),
      parameters: Model(BrightBars.architecture).initialParameters(seed: 77))
    let transferred = try evaluate(GradientAttack.fgsm(ball), source: other)
    #expect(transferred.measurement.loss < single.measurement.loss)
  }

  @Test(arguments: AttackCase.all)
  func `does not depend on the batch size, not in one bit`(attack: AttackCase) throws {
    // Targeted losses look at four classes.
    let model = Model(
      Architecture(
        input: Extent(height: 9, width: 9), inputChannels: 1, classes: 5, convFilters: [8, 8],
        denseUnits: [16]))
    let subject = TrainedModel(model: model, parameters: model.initialParameters(seed: 5))
    let attack = attack.make(PerturbationBall(norm: attack.norm, epsilon: attack.epsilon), 2)
    func evaluate(batchSize: Int) throws -> EvaluationResult {
      try Evaluator(subject: subject, attack: attack, batchSize: batchSize, seed: 1).evaluate(data)
    }
    let one = try evaluate(batchSize: 16)
    for size in [7, 50] { #expect(try evaluate(batchSize: size) == one) }
  }

  @Test(
    arguments: [
      (5, .outsideBox), (.nan, .notFinite), (1, .outsideBall),
    ] as [(Float, VerificationError.Code)])
  func `catches an attack that leaves its ball`(
    value: Float, expected: VerificationError.Code
  ) throws {
    do {
      _ = try evaluate(TamperedAttack(value: value))
      Issue.record("accepted")
    } catch let error as VerificationError {
      #expect(error.code == expected && error.example == 0)
      #expect(error.description.hasPrefix("verification failed at example 0: "))
    }
  }

  @Test func `refuses images outside of the attack's box`() throws {
    let ball = PerturbationBall(norm: .infinity, epsilon: 0.1, box: 0.4...1)
    #expect(throws: LearningError.self) { _ = try evaluate(GradientAttack.fgsm(ball)) }
  }
}
