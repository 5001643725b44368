import Experiments
import Settings
import Testing

@Suite struct `A list of epsilons` {
  private func spec(_ attacks: String) throws -> Spec {
    try load("models: {a: {}, b: {hparams: {epochs: 1}}}\neval: {attacks: [\(attacks)]}")
  }

  /// The evaluations under attack of the first model, by their epsilons.
  private func evaluations(_ attacks: String) throws -> [Double: Stage] {
    let plan = plan(try spec(attacks))
    var stages: [Double: Stage] = [:]
    for evaluation in plan.runs[0].models[0].evaluations {
      guard let attack = evaluation.attack else { continue }
      stages[attack.epsilon] = plan.stages.first { $0.key == evaluation.stage }
    }
    return stages
  }

  private func work(_ stage: Stage?) throws -> EvaluateWork {
    guard case .evaluate(let work) = try #require(stage).work else { throw NotAnEvaluation() }
    return work
  }

  private struct NotAnEvaluation: Error {}

  private static let stopping = [
    "name: apgd-ce", "name: apgd-dlr, targeted: next", "name: apgd-t, norm: l1", "name: square",
    "name: autoattack", "name: pgd, early_stop: true", "name: bim, early_stop: true, norm: l2",
    "name: mifgsm, early_stop: true, step_size: 0.01", "name: apgd-ce, source: b",
    "name: apgd-ce, keep: true, limit: 7",
  ]

  @Test(arguments: stopping)
  func `goes on with what the smaller epsilons have left`(attack: String) throws {
    let plan = plan(try spec("{\(attack), epsilon: [0.2, 0.05, 0.1]}"))
    let model = plan.runs[0].models[0]
    // Rows stay in the spec's order.
    #expect(model.evaluations.map { $0.attack?.epsilon } == [nil, 0.2, 0.05, 0.1])
    let stages = try evaluations("{\(attack), epsilon: [0.2, 0.05, 0.1]}")
    let (small, middle, large) = try (work(stages[0.05]), work(stages[0.1]), work(stages[0.2]))
    #expect(small.smaller == nil && small.before == nil)
    #expect(middle.smaller?.map(\.epsilon) == [0.05])
    #expect(large.smaller?.map(\.epsilon) == [0.05, 0.1])
    #expect(middle.before?.key == stages[0.05]?.key)
    #expect(large.before?.key == stages[0.1]?.key)
    let trainings = try #require(stages[0.05]?.dependencies)
    #expect(trainings.count == (attack.contains("source: b") ? 2 : 1))
    #expect(stages[0.1]?.dependencies == trainings + [middle.before?.key].compactMap { $0 })
    #expect(stages[0.2]?.dependencies == trainings + [large.before?.key].compactMap { $0 })

    var seen: Set<StageKey> = []
    for (index, stage) in plan.stages.enumerated() {
      #expect(stage.work.key == stage.key)
      #expect(stage.dependencies.allSatisfy(seen.contains))
      #expect(plan.stages.dependencies(at: index) == stage.dependencies)
      seen.insert(stage.key)
    }
    for (index, stage) in plan.stages.enumerated() where !plan.stages.isRead(at: index) {
      #expect(!plan.stages.contains { $0.dependencies.contains(stage.key) })
    }
  }

  @Test(arguments: stopping)
  func `has the keys of single epsilons only where nothing comes before`(attack: String) throws {
    let list = try evaluations("{\(attack), epsilon: [0.2, 0.05, 0.1]}")
    for epsilon in [0.05, 0.1, 0.2] {
      let alone = try evaluations("{\(attack), epsilon: \(epsilon)}")
      #expect((alone[epsilon]?.key == list[epsilon]?.key) == (epsilon == 0.05))
    }
    // The order does not count, the smaller epsilons do.
    let sorted = try evaluations("{\(attack), epsilon: [0.05, 0.1, 0.2]}")
    #expect(sorted.mapValues(\.key) == list.mapValues(\.key))
    let shorter = try evaluations("{\(attack), epsilon: [0.1, 0.2]}")
    #expect(shorter[0.2]?.key != list[0.2]?.key)
    let items = try evaluations("{\(attack), epsilon: 0.1}, {\(attack), epsilon: 0.2}")
    #expect(items[0.2]?.key == (try evaluations("{\(attack), epsilon: 0.2}"))[0.2]?.key)
  }

  @Test(arguments: [
    "name: fgsm", "name: pgd", "name: bim", "name: mifgsm", "name: noise-uniform",
    "name: noise-gaussian",
  ])
  func `attacks every example where the last image counts`(attack: String) throws {
    for (epsilon, stage) in try evaluations("{\(attack), epsilon: [0.2, 0.1]}") {
      #expect(try work(stage).smaller == nil)
      #expect(
        stage.key == (try evaluations("{\(attack), epsilon: \(epsilon)}"))[epsilon]?.key)
    }
  }

  @Test(arguments: ["name: fab", "name: fab-t", "name: deepfool", "name: cw, norm: l2"])
  func `is one evaluation of an attack of minimal norm`(attack: String) throws {
    let stages = try evaluations("{\(attack), epsilon: [0.2, 0.1]}")
    #expect(stages[0.1]?.key == stages[0.2]?.key)
    #expect(try work(stages[0.2]).smaller == nil)
  }

  @Test(arguments: stopping + ["name: pgd"])
  func `is resolved to a spec that leads to the same stages`(attack: String) throws {
    for epsilons in ["[0.2, 0, 0.1]", "[0.1]", "0.1", "[8/255, 0.3]"] {
      let found = plan(
        try spec("{\(attack), epsilon: \(epsilons)}, {name: fgsm, epsilon: [0.1, 0.2]}"))
      let text = found.runs[0].resolvedSpec
      let again = plan(try SpecLoader.load(text: text, name: "run.yaml"))
      #expect(again.stages.map(\.key) == found.stages.map(\.key), "\(text)")
      #expect(again.runs[0].resolvedSpec.contains("\nseeds:"))
    }
  }

  @Test func `is one chain for each item and for each point of a sweep`() throws {
    let plan = plan(
      try load(
        """
        models: {a: {}}
        eval:
          attacks:
            - {name: apgd-ce, epsilon: [0.1, 0.2]}
            - {name: apgd-ce, epsilon: [0.15, 0.3], steps: 50, label: long}
        sweep: {grid: {hparams.epochs: [1, 2], eval.attacks.0.steps: [10, 20]}}
        """))
    for stage in plan.stages {
      guard case .evaluate(let work) = stage.work, let smaller = work.smaller else { continue }
      let attack = try #require(work.attack)
      #expect(smaller.map(\.label) == [attack.label])
      #expect(smaller.map(\.epsilon) == [attack.label == nil ? 0.1 : 0.15])
      #expect(smaller[0].method == attack.method)
      #expect(work.before.map { stage.dependencies.contains($0.key) } == true)
    }
    // Two trainings; of each the first attack with 10 and 20 steps, and the second one.
    #expect(plan.stages.count(where: { $0.dependencies.count == 2 }) == 2 * 3)
  }

  @Test func `keeps its numbers' keys where images are kept`() throws {
    let epsilons = "epsilon: [0.2, 0.05, 0.1]"
    let without = plan(try spec("{name: apgd-ce, \(epsilons)}")).stages
    let with = plan(try spec("{name: apgd-ce, keep: true, \(epsilons)}")).stages
    #expect(with.map { $0.work.withoutKeep?.key ?? $0.key } == without.map(\.key))
    #expect(with.count { $0.work.withoutKeep != nil } == 6)
  }

  /// The settings in which the evaluation at 0.2 of a list differs.
  private func changes(_ new: String, since old: String) throws -> [String] {
    func fields(_ attack: String) throws -> StageFields {
      let stages = plan(try spec(attack)).stages
      let stage = try #require(try evaluations(attack)[0.2])
      return try #require(
        StageFields(stage.work.canonicalText) { key in
          stages.first { $0.key.hex == key }?.work.canonicalText
        })
    }
    return try fields(new).changes(since: fields(old)).map(\.words)
  }

  @Test func `is explained by its smaller epsilons`() throws {
    let list = "{name: apgd-ce, epsilon: [0.2, 0.05, 0.1]}"
    #expect(
      try changes(list, since: "{name: apgd-ce, epsilon: 0.2}")
        == ["smaller epsilons: none -> 0.05, 0.1"])
    #expect(
      try changes("{name: apgd-ce, epsilon: [0.1, 0.2]}", since: list)
        == ["smaller epsilons: 0.05, 0.1 -> 0.1"])
    // Settings of the attack are said once, and what only one attack has not at all.
    #expect(
      try changes("{name: apgd-ce, epsilon: [0.2, 0.05, 0.1], steps: 7}", since: list)
        == ["eval.attacks.steps: 100 -> 7"])
    #expect(
      try changes("{name: fgsm, epsilon: 0.2}", since: list)
        == ["eval.attacks.name: apgd-ce -> fgsm"])
    // A step that follows from the epsilon is another one than the same step for all.
    let given = "{name: pgd, early_stop: true, steps: 1, step_size: 0.2, epsilon: [0.1, 0.2]}"
    #expect(
      try changes(given.replacing("step_size: 0.2, ", with: ""), since: given).contains {
        $0.hasPrefix("smaller epsilons: 0.1 -> 0.1 step_size=")
      })
  }
}
