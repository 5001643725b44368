import Engine
import FoundationEssentials
import Learning
import Measurements
import Settings
import Testing

/// An attack whose draws are named by an example's place in its batch: a mistake that the tests of
/// this file must find.
private struct DrawsNamedByPlace: Attack {
  let attack: any Attack

  var norm: Norm { attack.norm }
  var box: ClosedRange<Float> { attack.box }

  func run(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    let misnamed = AttackBatch(
      images: batch.images, labels: batch.labels, firstExample: 0, seed: batch.seed,
      examples: batch.examples)
    attack.run(misnamed, on: model, into: adversarial)
  }

  func verify(
    _ image: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, example: Int
  ) throws(VerificationError) {
    try attack.verify(image, clean: clean, example: example)
  }
}

/// An attack that draws one number more for each example: what depends on the order of examples.
private struct DrawsInOrder: FixedEpsilonAttack {
  let ball: PerturbationBall
  let restarts = 1

  func makeCandidate(_ restart: Int, for batch: AttackBatch, on model: any AttackedModel) {
    var stream = RandomStream(seed: batch.seed, purpose: .attack)
    for n in batch.examples {
      for i in n * model.exampleSize..<(n + 1) * model.exampleSize {
        let moved = model.images[i] + stream.uniform(in: -ball.epsilon...ball.epsilon)
        model.images[i] = min(max(moved, ball.box.lowerBound), ball.box.upperBound)
      }
    }
  }
}

/// The tutorial's network on 250 digits.
@Suite struct `What an attack does to an example` {
  private static let count = 250
  private static let digits = Result {
    try TutorialFixture.images("synthetic-digits", count: count)
  }

  private func outcomes(_ attack: any Attack, batchSize: Int) throws -> [ExampleOutcome] {
    let subject = TrainedModel(
      model: TutorialFixture.model,
      parameters: try TutorialFixture.values("base"))
    return try Evaluator(subject: subject, attack: attack, batchSize: batchSize, seed: 1)
      .evaluate(try Self.digits.get()).outcomes
  }

  private func images(_ attack: any Attack, _ examples: [Int]) throws -> [Float] {
    let digits = try Self.digits.get()
    let model = PackedModel(
      TutorialFixture.model, batchSize: Self.count,
      parameters: try TutorialFixture.parameters("base"), gradients: true,
      several: attack.wantsSeveralGradients)
    return attack.images(
      from: digits.images, labels: digits.labels, on: model, examples: examples)
  }

  /// Examples of which the outcome is another one.
  private func differing(_ one: [ExampleOutcome], _ other: [ExampleOutcome]) -> [Int] {
    zip(one, other).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
  }

  private func make(_ attack: AttackCase) -> any Attack {
    attack.make(PerturbationBall(norm: attack.norm, epsilon: attack.epsilon), 2)
  }

  @Test(arguments: AttackCase.all)
  func `does not depend on the batch size`(attack: AttackCase) throws {
    let one = try outcomes(make(attack), batchSize: 7)
    #expect(one.count == Self.count)
    for batchSize in [32, 250] {
      #expect(try differing(one, outcomes(make(attack), batchSize: batchSize)) == [])
    }
  }

  /// Every third example, forwards and shuffled: in other passes, at other places of them.
  @Test(arguments: AttackCase.all)
  func `does not depend on the order of the examples`(attack: AttackCase) throws {
    #expect(try isShuffled(make(attack)))
  }

  private func isShuffled(_ attack: any Attack) throws -> Bool {
    let examples = Array(stride(from: 0, to: Self.count, by: 3))
    let shuffled = (0..<examples.count).map { examples[$0 * 37 % examples.count] }
    #expect(Set(shuffled).count == examples.count && shuffled != examples)
    return try images(attack, examples) == images(attack, shuffled)
  }

  @Test func `would not stand the tests above if draws had other names`() throws {
    let pgd = try #require(AttackCase.all.first { $0.name == "pgd" && $0.norm == .infinity })
    let misnamed = DrawsNamedByPlace(attack: make(pgd))
    let (one, other) = try (
      outcomes(misnamed, batchSize: 32), outcomes(misnamed, batchSize: 250)
    )
    // Those of the first batch keep their names.
    #expect(differing(one, other).first == 32)
    #expect(differing(one, other).count > 200)
    #expect(
      try !isShuffled(DrawsInOrder(ball: PerturbationBall(norm: .infinity, epsilon: 0.1))))
  }
}
