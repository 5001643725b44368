import FoundationEssentials
import Learning
import Settings
import Statistics
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
    /// For each seed a digit for each image: 1 where it is still right.
    let right: [String]
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
    var (onlyHere, onlyThere) = (0, 0)
    for (seed, right) in vector.right.enumerated() {
      let result = try evaluate(attack, on: vector.model, digits: vector.digits, seed: seed)
      for (here, there) in zip(result.outcomes.map(\.isCorrect), right.map { $0 == "1" }) {
        if here, !there { onlyHere += 1 }
        if there, !here { onlyThere += 1 }
      }
    }
    // The random numbers are not the same: single images differ.
    let test = McNemarTest(onlyFirst: onlyHere, onlySecond: onlyThere)
    #expect(
      onlyHere <= onlyThere || test.pValue > 0.05,
      "\(vector.model) in \(vector.norm): \(onlyHere) right only here, \(onlyThere) only there")
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
