import FoundationEssentials
import Learning
import Settings
import TestSupport
import Testing

/// `search-attacks.json`, made by `make_search_attacks.py` beside it.
private struct SearchAttacks: Decodable {
  struct Squares: Decodable {
    let model: String
    let norm: Norm
    let epsilon: Float
    let queries: Int
    let digits: Int
    /// Of each seed.
    let correct: [Int]
  }

  struct Search: Decodable {
    let model: String
    let steps: Int
    let targeted: Bool
    let digits: Int
    let found: Int
    let median: Float
  }

  let squares: [Squares]
  let carliniWagner: [Search]

  static let loaded = Result {
    try decoded(Self.self, "search-attacks.json")
  }
}

/// Attacks on the tutorial's network that draw random numbers or go a way of their own: no weaker than
/// those of torchattacks and Foolbox with the same settings.
@Suite(TutorialFixture.wantsDigits) struct `Searches on the tutorial's network` {
  private func evaluate(
    _ attack: any Attack, on name: String, digits: Int, seed: Int
  ) throws -> EvaluationResult {
    let parameters = try TutorialFixture.values(name)
    return try Evaluator(
      subject: TrainedModel(model: TutorialFixture.model, parameters: parameters),
      attack: attack, batchSize: digits, seed: seed
    ).evaluate(try TutorialFixture.images("mnist", count: digits))
  }

  @Test(arguments: 0..<4)
  func `leave as few digits right with squares as torchattacks`(index: Int) throws {
    let vectors = try SearchAttacks.loaded.get().squares
    try #require(vectors.count == 4)
    let vector = vectors[index]
    let attack = SquareAttack(
      ball: PerturbationBall(norm: vector.norm, epsilon: vector.epsilon), queries: vector.queries)
    var correct = 0
    for seed in vector.correct.indices {
      let result = try evaluate(attack, on: vector.model, digits: vector.digits, seed: seed)
      correct += result.outcomes.count { $0.isCorrect }
    }
    let (all, theirs) = (vector.digits * vector.correct.count, vector.correct.reduce(0, +))
    #expect(
      Double(correct - theirs) / Double(all) <= 0.005,
      "\(vector.model) in \(vector.norm): \(correct) of \(all), there \(theirs)")
  }

  @Test(arguments: 0..<4)
  func `find no perturbations with cw that are longer than Foolbox's`(index: Int) throws {
    let vectors = try SearchAttacks.loaded.get().carliniWagner
    try #require(vectors.count == 4)
    let vector = vectors[index]
    var settings = CarliniWagner()
    settings.steps = vector.steps
    let outcomes = try evaluate(
      CarliniWagnerAttack(settings, target: vector.targeted ? .next : nil), on: vector.model,
      digits: vector.digits, seed: 0
    ).outcomes
    let distances = outcomes.map { $0.distance }.sorted()
    let median = (distances[distances.count / 2 - 1] + distances[distances.count / 2]) / 2
    #expect(median <= 1.02 * vector.median, "\(vector.model): \(median), there \(vector.median)")
    #expect(distances.count { $0.isFinite } >= vector.found)
  }
}
