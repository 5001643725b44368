import Learning
import Measurements
import Settings
import Testing

/// Attacks that stop at the first wrong image, on the tutorial's network and digits.
@Suite struct `What was fooled at a smaller epsilon` {
  private static let count = 60
  private static let digits = Result {
    try TutorialFixture.images("synthetic-digits", count: count)
  }
  private static let attacks = AttackCase.all.filter {
    ["pgd with early stop", "apgd-ce", "apgd-t", "autoattack", "square"].contains($0.name)
  }

  private func evaluate(
    _ attack: any Attack, after smaller: EvaluationResult? = nil, source: String? = nil,
    batchSize: Int = 32, keepsImages: Bool = false
  ) throws -> EvaluationResult {
    func model(_ name: String) throws -> TrainedModel {
      TrainedModel(model: TutorialFixture.model, parameters: try TutorialFixture.values(name))
    }
    return try Evaluator(
      subject: model("base"), source: source.map(model), attack: attack, batchSize: batchSize,
      seed: 1, keepsImages: keepsImages,
      smaller: smaller.map {
        SmallerEpsilon(
          outcomes: $0.outcomes, firstImages: $0.firstBatch.images, kept: $0.kept)
      }
    ).evaluate(try Self.digits.get())
  }

  private func attack(_ attack: AttackCase, at share: Float) -> any Attack {
    attack.make(PerturbationBall(norm: attack.norm, epsilon: share * attack.epsilon), 2)
  }

  @Test(arguments: attacks)
  func `is not attacked again, and nothing else changes`(attack: AttackCase) throws {
    let small = try evaluate(self.attack(attack, at: 0.5))
    let alone = try evaluate(self.attack(attack, at: 1))
    let after = try evaluate(self.attack(attack, at: 1), after: small)
    #expect(after.firstBatch.images.count == 16)
    for n in 0..<Self.count {
      let isKnown = small.outcomes[n].isFooled
      #expect(after.outcomes[n] == (isKnown ? small : alone).outcomes[n], "example \(n)")
      if after.firstBatch.images.indices.contains(n) {
        let image = (isKnown ? small : alone).firstBatch.images[n]
        #expect(after.firstBatch.images[n] == image, "image \(n)")
      }
    }
    #expect(after.measurement.correct <= small.measurement.correct)
    let correct = after.outcomes.count(where: \.isCorrect)
    #expect(after.measurement.correct == correct)
    #expect(after.passes.gradients <= alone.passes.gradients)
    #expect(after.passes.forward <= alone.passes.forward)
    if small.outcomes.contains(where: \.isFooled) {
      #expect(after.passes.forward < alone.passes.forward)
    }
  }

  @Test func `costs no gradients`() throws {
    let ball = PerturbationBall(norm: .infinity, epsilon: 0.1)
    // As many steps for each example that is left: none of them is fooled.
    let attack = AutoPGD(.crossEntropy, ball: ball, steps: 5)
    var small = try evaluate(GradientAttack.fgsm(ball))
    for n in small.outcomes.indices { small.outcomes[n].isFooled = n % 3 > 0 }
    let after = try evaluate(attack, after: small)
    #expect(after.passes.gradients > 0 && after.passes.gradients <= 5 * Self.count / 3)
    for n in small.outcomes.indices { small.outcomes[n].isFooled = true }
    let none = try evaluate(attack, after: small)
    #expect(none.passes.gradients == 0 && none.passes.forward == 0)
    #expect(none.outcomes == small.outcomes)
    #expect(none.firstBatch.images == small.firstBatch.images)
  }

  @Test(arguments: [7, 60])
  func `does not depend on the batch size`(batchSize: Int) throws {
    func attack(_ epsilon: Float) -> AutoPGD {
      AutoPGD(
        .crossEntropy, ball: PerturbationBall(norm: .infinity, epsilon: epsilon), steps: 20)
    }
    let small = try evaluate(attack(0.05))
    let one = try evaluate(attack(0.1), after: small)
    let other = try evaluate(attack(0.1), after: small, batchSize: batchSize)
    #expect(one.outcomes == other.outcomes && one.firstBatch == other.firstBatch)
    #expect(one.passes == other.passes)
  }

  @Test func `is what the subject gets wrong, whatever its source does`() throws {
    func attack(_ epsilon: Float, _ target: AttackTarget?) -> AutoPGD {
      AutoPGD(
        .crossEntropy, ball: PerturbationBall(norm: .infinity, epsilon: epsilon), steps: 10,
        target: target)
    }
    for target in [nil, AttackTarget.next, .label(3)] {
      let small = try evaluate(attack(0.1, target), source: "adv-regularized")
      let after = try evaluate(attack(0.2, target), after: small, source: "adv-regularized")
      let fooled = small.outcomes.indices.filter { small.outcomes[$0].isFooled }
      #expect(fooled.allSatisfy { after.outcomes[$0] == small.outcomes[$0] })
      #expect(after.outcomes.count(where: \.isFooled) >= fooled.count)
    }
  }

  @Test func `has its images where these are kept`() throws {
    func attack(_ epsilon: Float) -> AutoPGD {
      AutoPGD(
        .crossEntropy, ball: PerturbationBall(norm: .infinity, epsilon: epsilon), steps: 10)
    }
    let small = try evaluate(attack(0.05), keepsImages: true)
    var after = try evaluate(attack(0.1), after: small, batchSize: 25, keepsImages: true)
    let (first, second) = (try #require(small.kept), try #require(after.kept))
    #expect(second.predictions == after.outcomes.map { Int($0.prediction) })
    #expect(second.labels == first.labels)
    for n in 0..<Self.count where small.outcomes[n].isFooled {
      #expect(second[n] == first[n], "example \(n)")
    }
    after.kept = nil
    #expect(try evaluate(attack(0.1), after: small, batchSize: 25) == after)
  }
}
