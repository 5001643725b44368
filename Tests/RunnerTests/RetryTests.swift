import Experiments
import Results
import Runner
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct `A stage that fails` {
  /// What came of a run.
  private struct Run {
    var results: [StageKey: StageResult] = [:]
    /// Stages as they were begun.
    var order: [String] = []
    var plan: Plan
    /// What `retrying` said.
    var retries: [String] = []

    subscript(title: String) -> StageResult? {
      plan.stages.first { $0.title == title }.flatMap { results[$0.key] }
    }
  }

  private static let stage = "train base seed=1"

  /// Runs the stages of the small plan.
  ///
  /// - Parameter outcome: Of an attempt, counted from 1, at ``stage``; `nil` where it is stored.
  private func run(
    retries: Int, jobs: Int = 1, _ policy: Scheduler.FailurePolicy = .keepGoing,
    meanwhile: @escaping @Sendable () async throws -> Void = {},
    outcome: @escaping @Sendable (Int) async throws -> LaunchOutcome?
  ) async throws -> Run {
    try await withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let attempts = Mutex(0)
      let words = Box<String>()
      let launcher = FakeLauncher { stage in
        guard stage.title == Self.stage else {
          try await meanwhile()
          try store.commitCanned(stage)
          return .finished
        }
        let attempt = attempts.withLock { count in
          count += 1
          return count
        }
        if let outcome = try await outcome(attempt) { return outcome }
        try store.commitCanned(stage)
        return .finished
      }
      let results = await Scheduler(
        stages: Array(plan.stages), store: store, launcher: launcher,
        options: .init(jobs: jobs, failurePolicy: policy, retries: retries)
      ) { event in
        guard case .retrying(let stage, let result, let retry, let most) = event else { return }
        words.add("\(stage.title): \(result.status.rawValue), \(retry) of \(most)")
      }.run()
      return Run(results: results, order: launcher.order, plan: plan, retries: words.all)
    }
  }

  @Test func `by a crash is begun again, and everything after it runs`() async throws {
    let run = try await run(retries: 2) { $0 < 3 ? .crashed(reason: "killed by SIGSEGV") : nil }
    #expect(run.order.count { $0 == Self.stage } == 3)
    #expect(run.results.values.allSatisfy { $0.status == .ok })
    #expect(run[Self.stage]?.attempts == 3)
    #expect(run["evaluate base clean seed=1"]?.attempts == 1)
    #expect(
      run.retries == ["\(Self.stage): crashed, 1 of 2", "\(Self.stage): crashed, 2 of 2"])
  }

  @Test func `as often as it may be tried has failed, with the last reason`() async throws {
    let run = try await run(retries: 2) { .crashed(reason: "number \($0)") }
    #expect(run.order.count { $0 == Self.stage } == 3)
    let result = try #require(run[Self.stage])
    #expect(result.status == .crashed && result.reason == "number 3" && result.attempts == 3)
    #expect(run["evaluate base clean seed=1"]?.reason == "'\(Self.stage)' crashed: number 3")
    #expect(run.results.values.count { $0.status == .ok } == 3)
  }

  @Test(arguments: [
    LaunchOutcome.diskFull(reason: "cannot write x"), .tooLarge(reason: "needs 1 TB"),
    .outOfMemory(reason: "killed"),
  ])
  func `in a way that another attempt would not change is not begun again`(
    outcome: LaunchOutcome
  ) async throws {
    // One that ran out of memory beside others may be tried again.
    let isAlone = outcome == .outOfMemory(reason: "killed")
    let run = try await run(retries: 5, jobs: isAlone ? 1 : 2) { _ in outcome }
    #expect(run.order.count { $0 == Self.stage } == 1)
    #expect(run.retries.isEmpty)
    #expect(run[Self.stage]?.status != .ok)
  }

  @Test func `by divergence is not begun again`() async throws {
    try await withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
      let launcher = FakeLauncher { stage in
        try store.commitCanned(stage, ending: .diverged(reason: "epoch 1, step 3: loss is nan"))
        return .finished
      }
      let results = await Scheduler(
        stages: Array(plan.stages), store: store, launcher: launcher,
        options: .init(jobs: 1, retries: 5)
      ).run()
      #expect(launcher.order == ["train robust seed=1", Self.stage])
      #expect(results.values.allSatisfy { $0.status == .diverged })
    }
  }

  @Test func `for want of memory beside another one runs alone then`() async throws {
    let running = Mutex(0)
    let company = Box<Int>()
    let run = try await run(
      retries: 3, jobs: 4,
      meanwhile: {
        running.withLock { $0 += 1 }
        // Longer than the pause before a retry.
        try await Task.sleep(for: .milliseconds(500))
        running.withLock { $0 -= 1 }
      },
      outcome: { attempt in
        if attempt == 1 { return .outOfMemory(reason: "killed") }
        company.add(running.withLock { $0 })
        try await Task.sleep(for: .milliseconds(20))
        company.add(running.withLock { $0 })
        return nil
      })
    #expect(run.retries == ["\(Self.stage): out-of-memory, 1 of 3"])
    #expect(company.all == [0, 0])
    #expect(run.results.values.allSatisfy { $0.status == .ok })
    #expect(run[Self.stage]?.attempts == 2)
  }

  @Test func `for want of memory alone, too, is given up`() async throws {
    let run = try await run(
      retries: 3, jobs: 4, meanwhile: { try await Task.sleep(for: .milliseconds(20)) },
      outcome: { _ in .outOfMemory(reason: "killed") })
    #expect(run.order.count { $0 == Self.stage } == 2)
    #expect(run[Self.stage]?.status == .outOfMemory)
  }

  @Test func `stops the others only when it is given up`() async throws {
    let well = try await run(retries: 1, .failFast) { $0 < 2 ? .crashed(reason: "x") : nil }
    #expect(well.results.values.allSatisfy { $0.status == .ok })
    let badly = try await run(
      retries: 1, jobs: 2, .failFast, meanwhile: { try await Task.sleep(for: .seconds(60)) },
      outcome: { _ in .crashed(reason: "x") })
    #expect(badly.order.count { $0 == Self.stage } == 2)
    #expect(badly[Self.stage]?.status == .crashed)
    #expect(
      badly.results.values.contains {
        $0.status == .cancelled && $0.reason == "stopped after '\(Self.stage)' failed"
      })
  }

  @Test(arguments: [Scheduler.FailurePolicy.keepGoing, .failFast])
  func `for want of room stops everything`(policy: Scheduler.FailurePolicy) async throws {
    let run = try await run(
      retries: 1, jobs: 2, policy, meanwhile: { try await Task.sleep(for: .seconds(60)) },
      outcome: { _ in .diskFull(reason: "cannot write x: No space left on device") })
    let other = "train robust seed=1"
    #expect(Set(run.order) == [Self.stage, other])
    #expect(run[Self.stage]?.status == .diskFull)
    #expect(run[other]?.status == .cancelled)
    #expect(run[other]?.reason == "stopped because the disk is full")
    #expect(
      run["evaluate base clean seed=1"]?.reason
        == "'\(Self.stage)' disk-full: cannot write x: No space left on device")
    #expect(run["evaluate robust clean seed=1"]?.status == .cancelled)
  }

  @Test func `is said to be tried again, and does not run meanwhile`() throws {
    let plan = try smallPlan(seeds: "[1]", steps: "[0.1]")
    let stage = try plan.stage(Self.stage)
    var state = ProgressState(
      experiment: plan.experiment, cost: StageCost(trainExamples: 64, testExamples: 32))
    let events: [SchedulerEvent] = [
      .planned(stages: Array(plan.stages), stored: []), .started(stage),
      .retrying(
        stage, StageResult(failed: .hung, reason: "no sign of progress for 10 min 00 s"), retry: 1,
        of: 2), .started(stage),
      .retrying(
        stage,
        StageResult(failed: .crashed, reason: "killed by SIGSEGV; its last message: epoch 3"),
        retry: 2, of: 2),
    ]
    var text = ""
    for (time, event) in events.enumerated() {
      text += state.lines(for: event, detail: false).map { $0 + "\n" }.joined()
      state.apply(event, at: Double(time))
    }
    text += state.progressLine(at: 9) + "\n"
    try expectSnapshot(text, named: "retries.txt")
  }

  @Test func `is not begun again once the run is interrupted`() async throws {
    try await withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let plan = try smallPlan()
      let launcher = FakeLauncher { _ in
        // Workers of an interrupted run may die before they are told to stop.
        try? await Task.sleep(for: .seconds(60))
        return .crashed(reason: "stopped by SIGTERM")
      }
      let scheduler = Scheduler(
        stages: Array(plan.stages), store: store, launcher: launcher,
        options: .init(jobs: 2, retries: 9))
      let work = Task { await scheduler.run() }
      while launcher.order.count < 2 { try await Task.sleep(for: .milliseconds(1)) }
      work.cancel()
      let results = await work.value
      #expect(launcher.order.count == 2)
      #expect(results.count == plan.stages.count)
    }
  }
}
