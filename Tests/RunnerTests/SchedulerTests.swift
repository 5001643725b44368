import Experiments
import Settings
import Results
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite("The scheduler")
struct SchedulerTests {
  private func run(
    _ plan: Plan, _ store: ContentStore, _ launcher: FakeLauncher, jobs: Int = 2,
    _ policy: Scheduler.FailurePolicy = .keepGoing, timeLimit: Duration? = nil,
    onEvent: @escaping @Sendable (SchedulerEvent) -> Void = { _ in }
  ) async -> [StageKey: StageResult] {
    await Scheduler(
      stages: Array(plan.stages), store: store, launcher: launcher,
      options: .init(jobs: jobs, failurePolicy: policy, timeLimit: timeLimit), onEvent: onEvent
    ).run()
  }

  private func withStore(_ body: (ContentStore) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      try await body(store)
    }
  }

  @Test(arguments: [1, 2, 7, 100])
  func `runs every stage once, after its dependencies, so many at once`(jobs: Int) async throws {
    try await withStore { store in
      let plan = try smallPlan()
      let launcher = FakeLauncher { stage in
        for key in stage.dependencies { #expect(store.entry(key).manifest != nil) }
        await Task.yield()
        try store.commitCanned(stage)
        return .finished
      }
      let results = await run(plan, store, launcher, jobs: jobs)
      #expect(launcher.order.count == plan.stages.count)
      #expect(Set(launcher.order).count == plan.stages.count)
      #expect(launcher.most <= jobs)
      #expect(results.count == plan.stages.count)
      #expect(results.values.allSatisfy { $0.status == .ok && !$0.isCached })
    }
  }

  @Test func `starts first what the longest chain of stages begins with`() async throws {
    try await withStore { store in
      let launcher = FakeLauncher(storingIn: store)
      _ = await run(try smallPlan(), store, launcher, jobs: 1)
      // Robust trainings take longer than plain ones; of equal stages the plan's first one comes first.
      #expect(
        launcher.order.prefix(6) == [
          "train robust adv_step_size=0.1 seed=1", "train robust adv_step_size=0.1 seed=2",
          "train robust adv_step_size=0.2 seed=1", "train robust adv_step_size=0.2 seed=2",
          "train base seed=1", "train base seed=2",
        ])
    }
  }

  @Test func `starts a short stage that long ones wait for before a longer one`() async throws {
    try await withStore { store in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let stages = Array(plan.stages)
      // What reads base takes long; the robust training itself takes longer than base's.
      let seconds = stages.map { stage -> Double in
        if stage.title.hasPrefix("train base") { return 1 }
        if stage.isTraining { return 5 }
        return stage.dependencies == [stages[0].key] ? 20 : 0.1
      }
      let launcher = FakeLauncher(storingIn: store)
      let results = await Scheduler(
        stages: stages, store: store, launcher: launcher, seconds: seconds,
        options: .init(jobs: 1)
      ).run()
      #expect(results.values.allSatisfy { $0.status == .ok })
      #expect(stages[0].title == "train base seed=1")
      #expect(launcher.order.first == "train base seed=1")
      let longest = launcher.order.dropFirst().prefix { !$0.hasPrefix("train") }
      #expect(!longest.isEmpty, "\(launcher.order)")
    }
  }

  /// Threads of each stage in the order of their starts.
  private func threads(
    _ plan: Plan, jobs: Int, cores: Int, threads: Int? = nil, memory: Int? = nil
  ) async throws -> [Int] {
    final class Counting: Launcher {
      let store: ContentStore
      let threads = Box<Int>()
      init(_ store: ContentStore) { self.store = store }
      func launch(
        _ stage: Stage, onEvent: @escaping @Sendable (WorkerEvent) -> Void
      ) async -> LaunchOutcome { .crashed(reason: "without threads") }
      func launch(
        _ stage: Stage, threads: Int, deadline: ContinuousClock.Instant?,
        onEvent: @escaping @Sendable (WorkerEvent) -> Void
      ) async -> LaunchOutcome {
        self.threads.add(threads)
        return (try? store.commitCanned(stage)) == nil ? .crashed(reason: "disk") : .finished
      }
    }
    var counts: [Int] = []
    try await withStore { store in
      let launcher = Counting(store)
      let results = await Scheduler(
        stages: Array(plan.stages), store: store, launcher: launcher,
        options: .init(jobs: jobs, cores: cores, threads: threads, memory: memory)
      ).run()
      #expect(results.values.allSatisfy { $0.status == .ok })
      counts = launcher.threads.all
    }
    return counts
  }

  @Test func `divides idle processors among the stages that start`() async throws {
    let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
    // One at a time has them all.
    #expect(try await Set(threads(plan, jobs: 1, cores: 6)) == [6])
    // Two trainings start together, and in the end one stage alone.
    let shared = try await threads(plan, jobs: 6, cores: 6)
    #expect(shared.prefix(2) == [3, 3] && shared.allSatisfy { (1...6).contains($0) })
    // There are none to spare, or more jobs than processors.
    #expect(try await Set(threads(plan, jobs: 3, cores: 1)) == [1])
    // As many as were asked for.
    #expect(try await Set(threads(plan, jobs: 2, cores: 2, threads: 5)) == [5])
  }

  @Test func `has fewer threads share a stage for which there is not the memory`() async throws {
    let plan = try smallPlan(
      seeds: "[1]", steps: "[0.1]", sweeping: "hparams.batch_size: [32]")
    let one = plan.stages.map { MemoryNeed($0.work, threads: 1).bytes }.max() ?? 0
    #expect(try await Set(threads(plan, jobs: 1, cores: 2, memory: one)).contains(1))
    #expect(try await Set(threads(plan, jobs: 1, cores: 2, memory: 1 << 50)) == [2])
  }

  @Test(arguments: [1, 2, 3])
  func `never has more run than fits into memory`(count: Int) async throws {
    try await withStore { store in
      let plan = try smallPlan()
      let needs = plan.stages.map { MemoryNeed($0.work).bytes }
      let launcher = FakeLauncher { stage in
        try await Task.sleep(for: .milliseconds(2))
        try store.commitCanned(stage)
        return .finished
      }
      let memory = (needs.max() ?? 0) * count
      let results = await Scheduler(
        stages: Array(plan.stages), store: store, launcher: launcher,
        options: .init(jobs: 8, memory: memory)
      ).run()
      #expect(results.values.allSatisfy { $0.status == .ok })
      #expect(launcher.most >= count && launcher.most <= memory / (needs.min() ?? 1))
    }
  }

  @Test func `has a stage that needs more than there is run alone`() async throws {
    try await withStore { store in
      let launcher = FakeLauncher(storingIn: store)
      let plan = try smallPlan()
      let results = await Scheduler(
        stages: Array(plan.stages), store: store, launcher: launcher,
        options: .init(jobs: 8, memory: 1)
      ).run()
      #expect(results.values.allSatisfy { $0.status == .ok })
      #expect(launcher.most == 1)
    }
  }

  @Test func `comes to the same tables in whatever order stages end`() async throws {
    let plan = try smallPlan()
    var tables: Set<String> = []
    for jobs in [1, 2, 5] {
      try await withStore { store in
        let launcher = FakeLauncher { stage in
          // Later stages end earlier.
          let position = plan.stages.firstIndex(of: stage) ?? 0
          try await Task.sleep(for: .milliseconds(jobs == 1 ? 0 : 20 - position / 2))
          try store.commitCanned(stage)
          return .finished
        }
        let results = await run(plan, store, launcher, jobs: jobs)
        tables.insert(
          try Collection(plan: plan, results: results, store: store, classNames: nil).table.csv.text
        )
      }
    }
    #expect(tables.count == 1)
  }

  @Test func `does not run what is stored`() async throws {
    try await withStore { store in
      let plan = try smallPlan()
      for stage in plan.stages.dropLast(3) { try store.commitCanned(stage) }
      let launcher = FakeLauncher(storingIn: store)
      let results = await run(plan, store, launcher)
      #expect(Set(launcher.order) == Set(plan.stages.suffix(3).map(\.title)))
      #expect(results.values.count(where: \.isCached) == plan.stages.count - 3)
      let second = FakeLauncher(storingIn: store)
      _ = await run(plan, store, second)
      #expect(second.order.isEmpty)
    }
  }

  @Test func `lets what depends on a failure share its fate, and the others go on`() async throws {
    try await withStore { store in
      let plan = try smallPlan()
      let launcher = FakeLauncher { stage in
        if stage.title == "train base seed=1" { return .crashed(reason: "exit status 3") }
        try store.commitCanned(stage)
        return .finished
      }
      let results = await run(plan, store, launcher)
      let failed = results.values.filter { $0.status != .ok }
      // base's own 3, and the two robust models of that seed under base's gradients.
      #expect(failed.count == 1 + 3 + 2)
      #expect(failed.allSatisfy { $0.status == .crashed })
      let clean = try plan.stage("evaluate base clean seed=1")
      #expect(results[clean.key]?.reason == "'train base seed=1' crashed: exit status 3")
      #expect(!launcher.order.contains(clean.title))

      // Nothing of a crash is stored: the next run tries again.
      let next = FakeLauncher(storingIn: store)
      let again = await run(plan, store, next)
      #expect(next.order.count == failed.count)
      #expect(again.values.allSatisfy { $0.status == .ok })
    }
  }

  @Test func `stores and reuses that a training diverged`() async throws {
    try await withStore { store in
      let plan = try smallPlan()
      let launcher = FakeLauncher { stage in
        let diverges = stage.title == "train base seed=2"
        try store.commitCanned(
          stage, ending: diverges ? .diverged(reason: "loss is nan") : .finished)
        return .finished
      }
      for isFirst in [true, false] {
        let results = await run(plan, store, launcher)
        let failed = results.values.filter { $0.status != .ok }
        #expect(failed.count == 6)
        #expect(failed.allSatisfy { $0.status == .diverged })
        let train = try plan.stage("train base seed=2")
        #expect(results[train.key]?.isCached == !isFirst)
      }
      #expect(launcher.order.count == plan.stages.count - 5)
    }
  }

  @Test func `cancels the others where the first failure is to stop them`() async throws {
    try await withStore { store in
      let plan = try smallPlan()
      let launcher = FakeLauncher { stage in
        if stage.title == "train robust adv_step_size=0.1 seed=2" {
          return .crashed(reason: "killed")
        }
        try await Task.sleep(for: .seconds(60))
        return .finished
      }
      let results = await run(plan, store, launcher, .failFast)
      #expect(results.count == plan.stages.count)
      #expect(
        launcher.order == [
          "train robust adv_step_size=0.1 seed=1", "train robust adv_step_size=0.1 seed=2",
        ])
      let running = try plan.stage("train robust adv_step_size=0.1 seed=1")
      #expect(results[running.key]?.status == .cancelled)
      #expect(
        results[running.key]?.reason
          == "stopped after 'train robust adv_step_size=0.1 seed=2' failed")
      let never = try plan.stage("train base seed=1")
      #expect(
        results[never.key]?.reason == "stopped after 'train robust adv_step_size=0.1 seed=2' failed"
      )
    }
  }

  @Test func `ends with everything cancelled when it is cancelled`() async throws {
    try await withStore { store in
      let plan = try smallPlan()
      let started = Box<String>()
      let launcher = FakeLauncher { stage in
        started.add(stage.title)
        try await Task.sleep(for: .seconds(60))
        return .finished
      }
      let scheduler = Scheduler(
        stages: Array(plan.stages), store: store, launcher: launcher, options: .init(jobs: 2))
      let work = Task { await scheduler.run() }
      while started.all.count < 2 { try await Task.sleep(for: .milliseconds(1)) }
      work.cancel()
      let results = await work.value
      #expect(results.count == plan.stages.count)
      #expect(results.values.allSatisfy { $0.status == .cancelled && $0.reason == "interrupted" })
    }
  }

  @Test func `ends stages whose time is over`() async throws {
    try await withStore { store in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let launcher = FakeLauncher { stage in
        if stage.title == "train base seed=1" { try await Task.sleep(for: .seconds(60)) }
        try store.commitCanned(stage)
        return .finished
      }
      let results = await run(plan, store, launcher, timeLimit: .seconds(2))
      let slow = try #require(results[try plan.stage("train base seed=1").key])
      #expect(slow.status == .timedOut)
      #expect(slow.reason == "not finished within 2.00 s")
      #expect(results.values.count { $0.status == .ok } == 3)
    }
  }

  @Test func `believes the store, not the worker`() async throws {
    try await withStore { store in
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let results = await run(plan, store, FakeLauncher { _ in .finished })
      let train = try #require(results[plan.stages[0].key])
      #expect(train.status == .crashed)
      #expect(train.reason == "the worker finished but stored nothing")
    }
  }
}
