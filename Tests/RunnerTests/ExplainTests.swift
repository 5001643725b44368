import Experiments
import Settings
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite("A plan beside what is stored")
struct ExplainTests {
  /// A store that holds all stages of a plan.
  private func store(_ plans: Plan..., in folder: FilePath) throws -> ContentStore {
    let store = ContentStore(folder.appending("store"))
    try store.open()
    for plan in plans {
      for stage in plan.stages { try store.commitCanned(stage) }
    }
    return store
  }

  /// In what a stage differs from its nearest one.
  private func changes(
    of stage: Stage, _ comparison: inout StageComparison, siblings: Set<StageKey> = []
  ) throws -> [String] {
    let nearest = comparison.nearest(to: stage, siblings: siblings)
    return try #require(nearest).changes.map(\.words)
  }

  @Test func `says what differs from the nearest stage`() throws {
    try withTemporaryFolder { folder in
      let store = try store(try smallPlan(seeds: "[1]", steps: "[0.1, 0.4]"), in: folder)
      let plan = try smallPlan(seeds: "[1, 2]", steps: "[0.3]")
      var comparison = StageComparison(plan, store)
      func words(_ title: String) throws -> [String] {
        try changes(of: try plan.stage(title), &comparison)
      }
      // Of two that differ in one number, the closer one.
      #expect(
        try words("train robust seed=1") == ["adversarial.adv_step_size: 0.4 -> 0.3"])
      #expect(
        try words("train robust seed=2")
          == ["adversarial.adv_step_size: 0.4 -> 0.3", "seeds: 1 -> 2"])
      #expect(try words("train base seed=2") == ["seeds: 1 -> 2"])
      #expect(
        try words("evaluate robust clean seed=1") == ["adversarial.adv_step_size: 0.4 -> 0.3"])
      let base = plan.stages.filter { $0.title.contains(" base ") && $0.title.hasSuffix("seed=1") }
      #expect(base.count == 4)
      #expect(comparison.stored == Set(base.map(\.key)))
    }
  }

  @Test func `never takes a stage for its own nearest, and siblings only for want of others`()
    throws
  {
    try withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1, 2]", steps: "[0.1]")
      let other = try smallPlan(seeds: "[1]", steps: "[0.9]")
      let store = try store(plan, other, in: folder)
      var comparison = StageComparison(plan, store)
      let stage = try plan.stage("train robust seed=1")
      let siblings = Set(plan.stages.map(\.key))
      #expect(
        try changes(of: stage, &comparison, siblings: siblings)
          == ["adversarial.adv_step_size: 0.9 -> 0.1"])
      let base = try plan.stage("train base seed=1")
      #expect(
        try changes(of: base, &comparison, siblings: siblings) == ["seeds: 2 -> 1"])
    }
  }

  @Test func `says that another engine made what is stored`() throws {
    try withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let stage = plan.stages[0]
      let store = ContentStore(folder.appending("store"))
      try store.open()
      // As a program with an older revision has stored it.
      let text = stage.work.canonicalText.replacing(/engine [0-9]+/, with: "engine 0")
      let key = StageKey(hex: ContentStore.digest(Array(text.utf8)))
      var manifest = StageManifest(
        key: try #require(key), work: stage.work,
        ending: .finished, programVersion: "0", environment: machine, seconds: 1, examples: 1,
        peakMemory: 1)
      manifest.keyText = text
      try store.commit(manifest, files: [:])
      var comparison = StageComparison(plan, store)
      #expect(comparison.stored.isEmpty)
      let words = try changes(of: stage, &comparison)
      #expect(words.count == 1)
      #expect(words[0].hasPrefix("engine revision: 0 -> "))
    }
  }

  @Test func `has nothing to say of an empty store`() throws {
    try withTemporaryFolder { folder in
      let plan = try smallPlan()
      var comparison = StageComparison(plan, ContentStore(folder.appending("absent")))
      let nearest = comparison.nearest(to: plan.stages[0])
      #expect(nearest == nil)
      let reasons = comparison.reasons()
      #expect(reasons.isEmpty)
      #expect(comparison.stored.isEmpty)
    }
  }

  @Test func `groups the reasons of a whole plan`() throws {
    try withTemporaryFolder { folder in
      let store = try store(try smallPlan(steps: "[0.1]"), in: folder)
      var comparison = StageComparison(try smallPlan(steps: "[0.1, 0.2, 0.3]"), store)
      let reasons = comparison.reasons()
      try expectSnapshot(reasons.map { $0 + "\n" }.joined(), named: "reasons.txt")
    }
  }

  @Test func `looks at some of very many stages, from all over the plan`() throws {
    try withTemporaryFolder { folder in
      let store = try store(try smallPlan(seeds: "[1]", steps: "[9]"), in: folder)
      let steps = (1...1500).map { "\(Double($0) / 1000)" }.joined(separator: ", ")
      var comparison = StageComparison(try smallPlan(seeds: "[1]", steps: "[\(steps)]"), store)
      let reasons = comparison.reasons()
      #expect(
        reasons.prefix(2) == [
          "1,000 of 1,000 compared differ from stored ones in adversarial.adv_step_size"
            + " (1000 values)",
          "(1,000 of 1,500 were compared)",
        ])
    }
  }

  @Test func `is a table of settings`() throws {
    try withTemporaryFolder { folder in
      let store = try store(try smallPlan(seeds: "[1]", steps: "[0.1]"), in: folder)
      let plan = try smallPlan(seeds: "[1, 2]", steps: "[0.2]")
      let report = ExplainReport(
        "small", Array(plan.stages), of: plan, siblings: [], store: store)
      // Keys change with every revision of the engine.
      let text = report.text.replacing(/\b[0-9a-f]{8}\b/, with: "<key>   ")
      try expectSnapshot(text, named: "explain.txt")
    }
  }

  @Test func `compares what was stored before manifests had the texts of keys`() throws {
    try withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let store = ContentStore(folder.appending("store"))
      for stage in plan.stages where stage.isTraining {
        var manifest = StageManifest(
          key: stage.key, work: stage.work, ending: .finished, programVersion: "0",
          environment: machine, seconds: 1, examples: 1, peakMemory: 1)
        manifest.keyText = nil
        try store.commit(manifest, files: [:])
      }
      let next = try smallPlan(seeds: "[3]", steps: "[0.1]")
      var comparison = StageComparison(next, store)
      #expect(try changes(of: next.stages[0], &comparison) == ["seeds: 1 -> 3"])
    }
  }
}
