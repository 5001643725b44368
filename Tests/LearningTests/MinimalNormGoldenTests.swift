import FoundationEssentials
import Learning
import Settings
import TestSupport
import Testing

/// `minimal-norms.json`, made by `make_minimal_norms.py` beside it.
private struct MinimalNorms: Decodable {
  struct Case: Decodable {
    let model: String
    let attack: String
    let norm: Norm
    /// `nil` where nothing was found.
    let distances: [Float?]
  }

  let cases: [Case]

  static let loaded = Result {
    try decoded(MinimalNorms.self, "minimal-norms.json")
  }
}

/// Distances for the tutorial's network on real digits, against Foolbox (DeepFool) and torchattacks
/// (FAB) at equal settings. Skipped without `NSL_DATA_DIR`.
@Suite struct `The distances to real digits` {
  /// Enough for a median. `NSL_MINIMAL_NORMS` asks for more, as far as the file has them.
  private let wanted =
    ProcessInfo.processInfo.environment["NSL_MINIMAL_NORMS"].flatMap { Int($0) } ?? 40

  @Test(
    TutorialFixture.wantsDigits, arguments: ["base", "adv-regularized"],
    [
      ("deepfool", .infinity), ("deepfool", .l2), ("fab", .infinity), ("fab", .l2), ("fab", .l1),
      ("fab-t", .infinity), ("fab-t", .l2), ("fab-t", .l1),
    ] as [(String, Norm)])
  func `are as small as those that others find`(model: String, search: (String, Norm)) throws {
    let (name, norm) = search
    let vector = try #require(
      MinimalNorms.loaded.get().cases.first {
        $0.model == model && $0.attack == name && $0.norm == norm
      })
    let count = min(wanted, vector.distances.count)
    let attack: any Attack =
      switch name {
      case "deepfool": DeepFoolAttack(norm: norm)
      case "fab": FABAttack(norm: norm)
      default: FABAttack(norm: norm, targets: 9)
      }
    let parameters = try TutorialFixture.values(model)
    let result = try Evaluator(
      subject: TrainedModel(model: TutorialFixture.model, parameters: parameters), attack: attack,
      batchSize: count, seed: 1
    ).evaluate(TutorialFixture.images("mnist", count: count))
    let found = result.outcomes.map(\.distance)
    let expected = vector.distances.prefix(count).map { $0 ?? .infinity }
    let (median, theirs) = (median(found), median(expected))
    print(model, name, norm.name, "median", median, theirs, "of", count, terminator: "")
    #expect(median <= 1.02 * theirs)
    let radii: [Float] = norm == .infinity ? [0.1, 0.2] : [norm == .l2 ? 2 : 12]
    for epsilon in radii {
      let (right, others) = (
        found.count { $0 > epsilon }, expected.count { $0 > epsilon }
      )
      print(", right at", epsilon, right, others, terminator: "")
      // Half a point.
      #expect(Double(right) <= Double(others) + 0.005 * Double(count), "at \(epsilon)")
    }
    print()
  }

  private func median(_ distances: [Float]) -> Float {
    let sorted = distances.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
