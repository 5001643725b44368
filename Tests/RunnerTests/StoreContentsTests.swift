import Experiments
import Files
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite struct `What a store holds` {
  /// A results folder with a store and the experiment `small`, which needs a plan's stages.
  private func withResults(
    _ body: (_ results: FilePath, ContentStore, Plan) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let results = folder.appending("results")
      let store = ContentStore(results.appending(".store"))
      try FileSystem.createFolders(results.appending("small"))
      try store.open()
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      for stage in plan.stages { try store.commitCanned(stage) }
      try write("running\n", to: results.appending("small/.lock"))
      try list(plan.stages.map(\.key), of: "small", in: results)
      try body(results, store, plan)
    }
  }

  private func write(_ text: String, to path: FilePath) throws {
    try AtomicFile.write(text, to: path)
  }

  private func list(_ keys: [StageKey], of experiment: String, in results: FilePath) throws {
    try write(
      keys.map { $0.hex + "\n" }.joined(), to: results.appending(experiment).appending(".stages"))
  }

  /// Stages of another seed, which no experiment needs, with parts and logs.
  private func addUnneeded(_ store: ContentStore) throws -> [Stage] {
    let stages = Array(try smallPlan(seeds: "[7]", steps: "[0.1]").stages)
    for stage in stages { try store.commitCanned(stage) }
    let part = store.unfinishedPath(of: stages[0].key)
    try FileSystem.createFolders(part)
    try write("part", to: part.appending("0"))
    let log = store.logPath(of: stages[1].key)
    try FileSystem.createFolders(log.removingLastComponent())
    try write("log", to: log)
    return stages
  }

  @Test func `is counted by kind, with what nobody needs`() throws {
    try withResults { results, store, plan in
      #expect(try StoreContents(store, results: results).unneededEntries.isEmpty)
      let others = try addUnneeded(store)
      let contents = try StoreContents(store, results: results)
      #expect(contents.entries.count == plan.stages.count + others.count)
      #expect(contents.entries.count { $0.kind == .training } == 4)
      #expect(contents.entries.allSatisfy { $0.kind != .unknown && $0.size > 0 })
      #expect(Set(contents.unneededEntries.map(\.key)) == Set(others.map(\.key)))
      #expect(contents.unneededExtras.map(\.kind) == [.unfinished, .log])
      #expect(contents.unneededExtras.map(\.size) == [4, 3])
      #expect(contents.experiments.map(\.name) == ["small"])
    }
  }

  @Test func `loses what nobody needs, and nothing else`() throws {
    try withResults { results, store, plan in
      let others = try addUnneeded(store)
      let before = try StoreCleaner.clean(store, results: results)
      #expect(before.unneededEntries.count == others.count)
      for stage in plan.stages {
        guard case .whole = store.entry(stage.key, .meaning(stage.work)) else {
          Issue.record("\(stage.title) is gone")
          continue
        }
      }
      for stage in others { #expect(store.entry(stage.key) == .absent) }
      let contents = try StoreContents(store, results: results)
      #expect(contents.entries.count == plan.stages.count && contents.extras.isEmpty)
    }
  }

  @Test func `keeps the numbers of an evaluation that keeps images`() throws {
    try withResults { results, store, _ in
      let text = """
        experiment: small
        dataset: { name: synthetic-digits, train_limit: 64, test_limit: 32 }
        hparams: { epochs: 1 }
        eval: { attacks: [{ name: fgsm, epsilon: 0.1, keep: true }] }
        """
      let plan = PlanBuilder.plan(
        try SpecLoader.load(text: text, name: "small.yaml"),
        dataset: ResolvedDataset(name: .syntheticDigits, digest: "synthetic-digits-1"),
        engineRevision: 4)
      try StageList.write(plan, in: results.appending("small"))
      let keys = try #require(try StageList.read(in: results.appending("small")))
      let numbers = plan.stages.compactMap { $0.work.withoutKeep?.key }
      #expect(!numbers.isEmpty)
      #expect(keys == Set(plan.stages.map(\.key) + numbers))
    }
  }

  @Test func `is not cleared away while a run uses it`() throws {
    try withResults { results, store, _ in
      let others = try addUnneeded(store)
      let use = try store.lockForUse { Issue.record("had to wait") }
      #expect(throws: StoreCleaner.Problem.inUse) {
        try StoreCleaner.clean(store, results: results)
      }
      use.release()
      for stage in others { #expect(store.entry(stage.key) != .absent) }
      #expect(try StoreCleaner.clean(store, results: results).unneededEntries.count == others.count)
    }
  }

  @Test func `stays where an experiment does not say what it needs`() throws {
    try withResults { results, store, _ in
      let others = try addUnneeded(store)
      try FileSystem.createFolders(results.appending("old"))
      try write("ended\n", to: results.appending("old/.lock"))
      #expect(throws: StoreCleaner.Problem.silent(["old"])) {
        try StoreCleaner.clean(store, results: results)
      }
      for stage in others { #expect(store.entry(stage.key) != .absent) }
      // Older programs said it in results.json alone.
      let statuses = others.map { #"{"key":"\#($0.key.hex)"}"# }.joined(separator: ",")
      try write(#"{"statuses":[\#(statuses)]}"#, to: results.appending("old/results.json"))
      #expect(try StoreCleaner.clean(store, results: results).unneededEntries.isEmpty)
      // A list that is cut in the middle of a key is none.
      try write(others[0].key.hex.prefix(40) + "\n", to: results.appending("old/.stages"))
      #expect(throws: StoreCleaner.Problem.silent(["old"])) {
        try StoreCleaner.clean(store, results: results)
      }
    }
  }

  @Test func `is compared with its checksums`() throws {
    try withResults { results, store, plan in
      let contents = try StoreContents(store, results: results)
      #expect(contents.damaged(in: store).isEmpty)
      let path = store.path(of: plan.stages[0].key)
      var bytes = try FileSystem.read(path.appending("model.safetensors"))
      bytes[bytes.count - 1] ^= 1
      try AtomicFile.write(bytes, to: path.appending("model.safetensors"))
      let damaged = contents.damaged(in: store)
      #expect(damaged.map(\.path) == [path])
      #expect(damaged[0].reason.contains("model.safetensors"), "\(damaged)")
    }
  }
}
