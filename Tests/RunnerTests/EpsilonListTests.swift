import Engine
import Experiments
import Files
import FoundationEssentials
import Learning
import Measurements
import Results
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

/// Does every stage in this process, but those whose titles contain a text.
private struct WorkerInProcess: Launcher {
  let store: ContentStore
  let dataset: PreparedDataset
  var failing: String?

  func launch(
    _ stage: Stage, onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome {
    if let failing, stage.title.contains(failing) { return .crashed(reason: "as told") }
    let request = WorkerRequest(
      stage: stage, dataset: dataset, store: store.folder.string, programVersion: "0")
    do {
      let encoded = [UInt8](try JSONEncoder().encode(request))
      let decoded = try WorkerRequest(decoding: encoded)
      try StageWorker(decoded, log: WorkerLog(isEchoing: false)) { _ in }.run()
      return .finished
    } catch {
      return .crashed(reason: "\(error)")
    }
  }
}

@Suite("A run with a list of epsilons")
struct EpsilonListRunTests {
  private static let epsilons = [0.1, 0.01, 0.03]

  private func plan(_ settings: String, digest: String) throws -> Plan {
    let text = """
      experiment: lists
      dataset: { name: synthetic-digits, train_limit: 200, test_limit: 60 }
      architecture: { conv_filters: [4], num_fc_units: [16] }
      hparams: { batch_size: 16, epochs: 4, learning_rate: 0.005 }
      models: { base: { adversarial: none } }
      eval:
        batch_size: 16
        attacks: [{ name: apgd-ce, steps: 5, epsilon: [0.1, 0.01, 0.03]\(settings) }]
      seeds: [3]
      """
    return PlanBuilder.plan(
      try SpecLoader.load(text: text, name: "lists.yaml"),
      dataset: ResolvedDataset(name: .syntheticDigits, digest: digest),
      engineRevision: EngineInformation.revision)
  }

  private func withData(_ body: (FilePath, PreparedDataset) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let data = try DatasetLibrary(
        DatasetLocations(
          dataFolder: nil, cacheFolder: folder.appending("cache"), temporaryFolder: folder)
      ).prepare(.syntheticDigits, trainLimit: 200, testLimit: 60).dataset
      try await body(folder, data)
    }
  }

  private func run(
    _ plan: Plan, _ store: ContentStore, _ data: PreparedDataset, failing: String? = nil
  ) async throws -> [StageKey: StageResult] {
    try store.open()
    return await Scheduler(
      stages: Array(plan.stages), store: store,
      launcher: WorkerInProcess(store: store, dataset: data, failing: failing),
      options: .init(jobs: 2)
    ).run()
  }

  /// By epsilon, the manifests of the evaluations.
  private func manifests(
    _ plan: Plan, _ results: [StageKey: StageResult]
  ) throws -> [Double: StageManifest] {
    var found: [Double: StageManifest] = [:]
    for evaluation in plan.runs[0].models[0].evaluations {
      guard let epsilon = evaluation.attack?.epsilon else { continue }
      found[epsilon] = try #require(results[evaluation.stage]?.manifest, "\(results)")
    }
    return found
  }

  private func outcomes(
    _ manifest: StageManifest?, _ store: ContentStore
  ) throws -> [ExampleOutcome] {
    let bytes = try store.read("outcomes.bin", of: try #require(manifest))
    return try #require(ExampleOutcome.decode(bytes))
  }

  @Test func `attacks at each epsilon what the smaller ones have left`() async throws {
    try await withData { folder, data in
      let plan = try plan("", digest: data.digest)
      let store = ContentStore(folder.appending("store"))
      let results = try await run(plan, store, data)
      let manifests = try manifests(plan, results)
      let small = try outcomes(manifests[0.01], store)
      let middle = try outcomes(manifests[0.03], store)
      let large = try outcomes(manifests[0.1], store)
      for n in 0..<60 {
        if small[n].isFooled { #expect(middle[n] == small[n]) }
        if middle[n].isFooled { #expect(large[n] == middle[n]) }
      }
      func right(_ outcomes: [ExampleOutcome]) -> Int { outcomes.count(where: \.isCorrect) }
      #expect(right(small) > 0 && right(middle) <= right(small) && right(large) <= right(middle))
      let table = try Runner.Collection(
        plan: plan, results: results, store: store, classNames: nil
      ).table
      // Rows stand in the order of the spec.
      #expect(table.rows.map(\.key.epsilon) == [0] + Self.epsilons)
      #expect(
        table.rows.dropFirst().map { $0.metrics?.correct } == [large, small, middle].map(right))
      for (row, left) in zip(table.rows.dropFirst(), [right(middle), 60, right(small)]) {
        let gradients = try #require(row.metrics?.attack?.gradients)
        #expect(gradients * 60 <= Double(5 * left) + 1e-6)
      }
      // What one epsilon alone does to those that are left is the same.
      let alone = try await run(
        self.plan("", digest: data.digest).alone(0.1), ContentStore(folder.appending("alone")), data
      )
      let only = try #require(alone.values.first { $0.manifest?.file("outcomes.bin") != nil })
      let reference = try outcomes(only.manifest, ContentStore(folder.appending("alone")))
      for n in 0..<60 where !middle[n].isFooled { #expect(large[n] == reference[n]) }
    }
  }

  @Test func `has the same numbers where images are kept`() async throws {
    try await withData { folder, data in
      let (one, other) = (
        ContentStore(folder.appending("numbers")), ContentStore(folder.appending("images"))
      )
      let numbers = try plan("", digest: data.digest)
      let images = try plan(", keep: true", digest: data.digest)
      let plain = try manifests(numbers, try await run(numbers, one, data))
      let kept = try manifests(images, try await run(images, other, data))
      for epsilon in Self.epsilons {
        for name in ["evaluation.json", "outcomes.bin", "first-batch.f32"] {
          #expect(kept[epsilon]?.file(name) == plain[epsilon]?.file(name), "\(epsilon) \(name)")
        }
        #expect(kept[epsilon]?.file("adversarial.npz") != nil)
      }
      // Without `keep` everything is there.
      let again = try await run(numbers, other, data)
      #expect(again.values.allSatisfy { $0.status == .ok && $0.isCached })
    }
  }

  @Test func `goes on where it was ended`() async throws {
    try await withData { folder, data in
      let plan = try plan("", digest: data.digest)
      let whole = ContentStore(folder.appending("whole"))
      let expected = try manifests(plan, try await run(plan, whole, data))
      let store = ContentStore(folder.appending("store"))
      let failed = try await run(plan, store, data, failing: "epsilon=0.03")
      let stages = plan.runs[0].models[0].evaluations.map(\.stage)
      #expect(stages.map { failed[$0]?.status } == [.ok, .crashed, .ok, .crashed])
      #expect(failed[stages[1]]?.reason?.contains("epsilon=0.03") == true)
      let results = try await run(plan, store, data)
      #expect(stages.map { results[$0]?.isCached } == [true, false, true, false])
      let found = try manifests(plan, results)
      for epsilon in Self.epsilons {
        #expect(found[epsilon]?.file("outcomes.bin") == expected[epsilon]?.file("outcomes.bin"))
      }
    }
  }

  @Test func `needs the smaller epsilon, whole`() async throws {
    try await withData { folder, data in
      let plan = try plan("", digest: data.digest)
      let store = ContentStore(folder.appending("store"))
      let launcher = WorkerInProcess(store: store, dataset: data)
      try store.open()
      let training = try #require(plan.stages.first { $0.isTraining })
      #expect(await launcher.launch(training) { _ in } == .finished)
      let small = try #require(plan.stages.first { $0.title.contains("epsilon=0.01") })
      let middle = try #require(plan.stages.first { $0.title.contains("epsilon=0.03") })
      func refusal() async -> String {
        guard case .crashed(let reason) = await launcher.launch(middle, onEvent: { _ in }) else {
          return "it evaluated"
        }
        return reason
      }
      #expect(await refusal().contains("the evaluation at the smaller epsilon is not stored"))
      #expect(await launcher.launch(small) { _ in } == .finished)
      try store.forge(small, "outcomes.bin") { Array($0.dropLast()) }
      #expect(await refusal().contains("outcomes.bin holds no whole number of examples"))
      // A run does it again.
      try store.removeIfDamaged(small.key, .meaning(small.work))
      let results = try await run(plan, store, data)
      #expect(results.values.allSatisfy { $0.status == .ok })
    }
  }

  private static let impossible: [(String, @Sendable (inout EvaluateWork) -> Void)] = [
    ("smaller epsilons of no attack", { $0.attack = nil }),
    ("smaller epsilons of no attack", { $0.smaller = [] }),
    ("smaller epsilons that are not smaller", { $0.smaller?.reverse() }),
    ("smaller epsilons that are not smaller", { $0.smaller?[0].epsilon = 0.2 }),
    ("attacks every example", { $0.attack?.method = AttackMethod(PGD()) }),
    ("attacks every example", { $0.smaller?[1].keep = true }),
    ("epsilon is -1", { $0.smaller?[0].epsilon = -1 }),
  ]

  @Test(arguments: impossible.indices)
  func `refuses what no list says`(index: Int) async throws {
    let (words, change) = Self.impossible[index]
    try await withData { folder, data in
      let plan = try plan("", digest: data.digest)
      var stage = try #require(plan.stages.first { $0.title.contains("epsilon=0.1 ") })
      guard case .evaluate(var work) = stage.work else { return }
      #expect(work.smaller?.count == 2)
      change(&work)
      stage.work = .evaluate(work)
      stage.key = stage.work.key
      let launcher = WorkerInProcess(
        store: ContentStore(folder.appending("store")), dataset: data)
      guard case .crashed(let reason) = await launcher.launch(stage, onEvent: { _ in }) else {
        Issue.record("it evaluated")
        return
      }
      #expect(reason.contains(words), "\(reason)")
    }
  }
}

extension Plan {
  /// The training, and the attack at one epsilon without others.
  fileprivate func alone(_ epsilon: Double) -> Plan {
    var plan = self
    plan.stages = PlannedStages(
      stages.compactMap { stage in
        guard case .evaluate(var work) = stage.work else { return stage }
        guard work.attack?.epsilon == epsilon else { return nil }
        work.smaller = nil
        var stage = stage
        stage.work = .evaluate(work)
        stage.key = stage.work.key
        stage.dependencies = [work.subject]
        return stage
      })
    return plan
  }
}
