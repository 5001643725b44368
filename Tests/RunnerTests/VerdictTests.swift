import Experiments
import FoundationEssentials
import Learning
import Measurements
import Results
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

/// What a model's rows are, without training one: how many of 200 images are right under each attack.
private struct CannedRows: CustomTestStringConvertible, Sendable {
  var testDescription: String
  /// In `eval.attacks`; their labels are keys of the numbers below.
  var attacks: [String]
  /// The first so many images are right.
  var right: [String: Int]
  /// How many images an attack is given; 200 where it is not here.
  var limits: [String: Int] = [:]
  /// The share of gradients that are 0, in percent.
  var zeros: [String: Int] = [:]
  /// What the last steps do.
  var losses: [String: LastSteps] = [:]
  /// Whose verdict it is about.
  var row: String
  var epsilon = 0.2
  var level: AttackVerdict.Level
  /// A part of a reason; of `ok` there is none.
  var reason = ""

  /// The rows of the table.
  func rows() throws -> [ResultRow] {
    let spec = try SpecLoader.load(
      text: """
        dataset: { name: synthetic-digits, train_limit: 64, test_limit: 200 }
        models: { base: { adversarial: none } }
        eval: { attacks: [\(attacks.joined(separator: ", "))] }
        seeds: [1]
        """, name: "t.yaml")
    let plan = PlanBuilder.plan(
      spec, dataset: ResolvedDataset(name: .syntheticDigits, digest: "digits"), engineRevision: 1)
    return try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      var results: [StageKey: StageResult] = [:]
      for stage in plan.stages {
        guard case .evaluate(let work) = stage.work else { continue }
        results[stage.key] = StageResult(try commit(stage, work, in: store), isCached: false)
      }
      return try Runner.Collection(plan: plan, results: results, store: store, classNames: nil)
        .table.rows
    }
  }

  private func commit(
    _ stage: Stage, _ work: EvaluateWork, in store: ContentStore
  ) throws -> StageManifest {
    let name = work.attack.map { "\($0.name) \($0.epsilon)" } ?? "clean"
    let plain = work.attack?.name ?? "clean"
    func find<Value>(_ values: [String: Value]) -> Value? { values[name] ?? values[plain] }
    let examples = find(limits) ?? 200
    let correct = min(find(right) ?? 190, examples)
    let outcomes = (0..<examples).map { n in
      let label = Int32(n % 10)
      let prediction = n < correct ? label : (label + 1) % 10
      return ExampleOutcome(
        label: label, prediction: prediction, roundedPrediction: prediction, loss: 1,
        distance: 0.1, linf: 0.1, l2: 0.5, isFooled: n >= correct)
    }
    let last = find(losses).map {
      #""lastSteps":{"examples":\#($0.examples),"lossBefore":\#($0.lossBefore),"#
        + #""lossAfter":\#($0.lossAfter)},"#
    }
    let record = """
      {"measurement":{"examples":\(examples),"correct":\(correct),"loss":1,"meanLinf":0.1,
      "meanL2":0.5},"shape":[28,28,1],"labels":[],"predictions":[],\(last ?? "")
      "passes":{"forward":100,"gradients":100,"zeroGradients":\(find(zeros) ?? 0)},
      "implementations":[]}
      """
    return try store.commit(
      StageManifest(
        key: stage.key, work: stage.work, ending: .finished, programVersion: "0",
        environment: machine, seconds: 1, examples: examples, peakMemory: 1 << 20),
      files: [
        OutputFile.evaluation: Array(record.utf8), OutputFile.images: [],
        OutputFile.outcomes: ExampleOutcome.encode(outcomes), OutputFile.log: [],
      ])
  }
}

@Suite struct `The verdict on an attack` {
  private static let fgsm = "{ name: fgsm, epsilon: 0.2 }"
  private static let pgd = "{ name: pgd, epsilon: 0.2 }"
  private static let noise = "{ name: noise-uniform, epsilon: 0.2 }"
  private static let square = "{ name: square, epsilon: 0.2 }"
  private static let apgd = "{ name: apgd-ce, epsilon: 0.2 }"
  private static let autoattack = "{ name: autoattack, epsilon: 0.2 }"

  private static func rise(_ examples: Int, _ before: Double, _ after: Double) -> LastSteps {
    LastSteps(examples: examples, lossBefore: before, lossAfter: after)
  }

  private static let believed: [CannedRows] = [
    CannedRows(
      testDescription: "one step beside several that do hardly more harm",
      attacks: [noise, fgsm, pgd, apgd], right: ["fgsm": 68, "pgd": 62, "apgd-ce": 61],
      losses: ["pgd": rise(70, 0.16, 0.27), "apgd-ce": rise(62, 0.3, 0.3)], row: "fgsm",
      level: .ok),
    CannedRows(
      testDescription: "forty steps, as in the tutorial",
      attacks: [noise, fgsm, pgd, apgd], right: ["fgsm": 92, "pgd": 62, "apgd-ce": 60],
      losses: ["pgd": rise(70, 0.16, 0.27), "apgd-ce": rise(62, 0.3, 0.3)], row: "pgd",
      level: .ok),
    CannedRows(
      testDescription: "the worst case of a ball in which one attack is believed",
      attacks: [noise, fgsm, pgd], right: ["fgsm": 92, "pgd": 62], row: "worst-case", level: .ok),
    CannedRows(
      testDescription: "a loss that rises on too few images to matter",
      attacks: [pgd], right: ["pgd": 8], losses: ["pgd": rise(9, 0.1, 3)], row: "pgd", level: .ok),
    CannedRows(
      testDescription: "one step on more images than several are given",
      attacks: [fgsm, "{ name: pgd, epsilon: 0.2, limit: 100 }"], right: ["fgsm": 80, "pgd": 78],
      limits: ["pgd": 100], row: "fgsm", level: .ok),
    CannedRows(
      testDescription: "a search that beats the one attack and not the other",
      attacks: [pgd, square, apgd], right: ["pgd": 66, "square": 63, "apgd-ce": 60], row: "pgd",
      level: .ok),
    CannedRows(
      testDescription: "restarts that change nothing",
      attacks: [
        pgd, "{ name: pgd, epsilon: 0.2, restarts: 5, label: five }",
      ], right: ["pgd": 62, "five": 62], row: "pgd", level: .ok),
  ]

  private static let doubted: [CannedRows] = [
    CannedRows(
      testDescription: "gradients that are hidden", attacks: [pgd], right: ["pgd": 120],
      zeros: ["pgd": 90], row: "pgd", level: .broken,
      reason: "90.00 % of the gradients are exactly 0"),
    CannedRows(
      testDescription: "some gradients that are hidden", attacks: [pgd], right: ["pgd": 120],
      zeros: ["pgd": 2], row: "pgd", level: .suspicious,
      reason: "2.00 % of the gradients are exactly 0"),
    CannedRows(
      testDescription: "the collapse of fast adversarial training", attacks: [fgsm, pgd],
      right: ["fgsm": 180, "pgd": 0], row: "fgsm", level: .suspicious,
      reason: "it overstates robustness: pgd leaves 0.00 %"),
    CannedRows(
      testDescription: "one step alone", attacks: [fgsm], right: ["fgsm": 180], row: "fgsm",
      level: .suspicious, reason: "one step overstates robustness: add pgd or autoattack"),
    CannedRows(
      testDescription: "an attack that was given one step",
      attacks: ["{ name: pgd, epsilon: 0.2, steps: 1 }"], right: ["pgd": 150], row: "pgd",
      level: .suspicious, reason: "1 step is too few for an attack of many steps"),
    CannedRows(
      testDescription: "an auto-PGD that was given one step",
      attacks: ["{ name: apgd-dlr, epsilon: 0.2, steps: 1 }"], right: ["apgd-dlr": 150],
      row: "apgd-dlr", level: .suspicious, reason: "1 step is too few"),
    CannedRows(
      testDescription: "steps longer than the ball",
      attacks: ["{ name: pgd, epsilon: 0.2, step_size: 0.5 }"], right: ["pgd": 150], row: "pgd",
      level: .suspicious, reason: "a step of 0.5 is longer than the radius of the ball, 0.2"),
    CannedRows(
      testDescription: "steps that do not reach the edge",
      attacks: ["{ name: pgd, epsilon: 0.2, step_size: 0.003 }"], right: ["pgd": 150], row: "pgd",
      level: .suspicious, reason: "its steps lead 0.12 far at most"),
    CannedRows(
      testDescription: "a loss that still rises", attacks: [pgd], right: ["pgd": 150],
      losses: ["pgd": rise(160, 0.1, 0.21)], row: "pgd", level: .suspicious,
      reason: "the loss still rises at the last step: more steps would do more harm"),
    CannedRows(
      testDescription: "restarts that do more harm",
      attacks: [apgd, "{ name: apgd-ce, epsilon: 0.2, restarts: 5, label: five }"],
      right: ["apgd-ce": 64, "five": 62], row: "apgd-ce", level: .suspicious,
      reason: "more restarts do more harm: five leaves 31.00 %"),
    CannedRows(
      testDescription: "searches that do more harm",
      attacks: [square, "{ name: square, epsilon: 0.2, restarts: 2, label: two }", pgd],
      right: ["square": 64, "two": 62, "pgd": 60], row: "square", level: .suspicious,
      reason: "more restarts do more harm: two leaves 31.00 %"),
    CannedRows(
      testDescription: "steps that AutoAttack beats", attacks: [pgd, autoattack],
      right: ["pgd": 62, "autoattack": 48], row: "pgd", level: .suspicious,
      reason: "it overstates robustness: autoattack leaves 24.00 %"),
    CannedRows(
      testDescription: "an AutoAttack that steps beat", attacks: [pgd, autoattack],
      right: ["pgd": 48, "autoattack": 62], row: "autoattack", level: .suspicious,
      reason: "it overstates robustness: pgd leaves 24.00 %"),
    CannedRows(
      testDescription: "steps that noise beats", attacks: [pgd, noise],
      right: ["pgd": 150, "noise-uniform": 140], row: "pgd", level: .broken,
      reason: "random noise does more harm: noise-uniform leaves 70.00 %"),
    CannedRows(
      testDescription: "steps that one step beats", attacks: [fgsm, pgd],
      right: ["fgsm": 60, "pgd": 64], row: "pgd", level: .suspicious,
      reason: "one step does more harm: fgsm leaves 30.00 %"),
    CannedRows(
      testDescription: "gradients that a search does without", attacks: [pgd, square],
      right: ["pgd": 64, "square": 60], row: "pgd", level: .suspicious,
      reason: "without the model's gradients square leaves 30.00 %: they may be hidden"),
    CannedRows(
      testDescription: "the worst case of it", attacks: [pgd, square],
      right: ["pgd": 64, "square": 60], row: "worst-case", level: .suspicious,
      reason: "they may be hidden"),
    CannedRows(
      testDescription: "a worst case without gradients", attacks: [noise, square],
      right: ["square": 60], row: "worst-case", level: .suspicious,
      reason: "no attack of this ball sees the model's own gradients"),
    CannedRows(
      testDescription: "accuracy that rises with epsilon",
      attacks: ["{ name: pgd, epsilon: [0.1, 0.2] }"], right: ["pgd 0.1": 80, "pgd 0.2": 84],
      row: "pgd", level: .suspicious, reason: "more are right than at the smaller epsilon 0.1"),
    CannedRows(
      testDescription: "images that are gray and still right",
      attacks: ["{ name: pgd, epsilon: 0.5 }"], right: ["pgd": 40], row: "pgd", epsilon: 0.5,
      level: .broken, reason: "20.00 % are right although every pixel can become gray"),
    CannedRows(
      testDescription: "gray images that are right by chance",
      attacks: ["{ name: pgd, epsilon: 0.5 }"], right: ["pgd": 20], row: "pgd", epsilon: 0.5,
      level: .suspicious, reason: "10.00 % are right although every pixel can become gray"),
  ]

  private func verdict(_ canned: CannedRows) throws -> AttackVerdict {
    let row = try canned.rows().first {
      $0.key.attack == canned.row && $0.key.epsilon == canned.epsilon
    }
    return try #require(row?.metrics?.attack?.verdict)
  }

  @Test(arguments: believed)
  private func `is ok`(canned: CannedRows) throws {
    #expect(try verdict(canned) == AttackVerdict())
  }

  @Test(arguments: doubted)
  private func `says what is wrong`(canned: CannedRows) throws {
    let verdict = try verdict(canned)
    #expect(verdict.level == canned.level, "\(verdict)")
    #expect(verdict.reasons.contains { $0.contains(canned.reason) }, "\(verdict)")
  }
}
