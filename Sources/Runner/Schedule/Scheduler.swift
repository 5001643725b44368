package import Experiments
internal import Files
internal import Results

/// Executes the graph of a plan's stages: those that are not stored yet, each after what it depends
/// on, so many at once.
///
/// What is stored and what the results say does not depend on how many run at once, nor on the
/// order in which they end.
package actor Scheduler {
  /// What happens to the others when a stage fails.
  package enum FailurePolicy: Sendable {
    /// Everything that does not depend on it goes on.
    case keepGoing
    /// Everything is cancelled.
    case failFast
  }

  package struct Options: Sendable {
    /// Stages at once; at least 1.
    package var jobs: Int
    package var failurePolicy: FailurePolicy
    /// For each stage; `nil` for none.
    package var timeLimit: Duration?
    /// What all stages that run may need together, in bytes: one alone may need more. `nil` for no
    /// limit.
    package var memory: Int?

    package init(
      jobs: Int, failurePolicy: FailurePolicy = .keepGoing, timeLimit: Duration? = nil,
      memory: Int? = nil
    ) {
      precondition(jobs > 0, "no jobs")
      self.jobs = jobs
      self.failurePolicy = failurePolicy
      self.timeLimit = timeLimit
      self.memory = memory
    }
  }

  private let stages: [Stage]
  private let store: ContentStore
  private let launcher: any Launcher
  /// What is stored and whole; `nil` to look.
  private let stored: [StageKey: StageManifest]?
  /// Keep other processes from what this one is at.
  private let locks: NumberedLocks?
  private let options: Options
  private let onEvent: @Sendable (SchedulerEvent) -> Void
  /// For each stage, those that read its output, by their places in `stages`.
  private let dependents: [[Int32]]
  private let places: [StageKey: Int]
  private let ranks: [StageRank]

  private var results: [StageKey: StageResult] = [:]
  /// Stages that have not been started.
  private var waiting: Set<Int> = []
  /// Those of them whose dependencies are stored.
  private var ready = PriorityQueue<StageRank>(>)
  /// What the stages that run need, in bytes.
  private var memory: [Int: Int] = [:]
  private var memoryInUse = 0
  private var needs = MemoryNeeds()
  /// Stages that another process is at.
  private var elsewhere: [Int] = []
  /// Why nothing is started any more.
  private var stopReason: String?

  /// - Parameters:
  ///   - stages: Every stage after its dependencies, as plans have them.
  ///   - seconds: How long each of them will take, for their order; only the ratios count. By default
  ///     as much as they have to compute.
  ///   - early: Places of stages that begin before others, in this order.
  ///   - stored: What is known to be stored and whole; by default it is looked for.
  ///   - onEvent: Told what happens; must be quick.
  package init(
    stages: [Stage], store: ContentStore, launcher: any Launcher,
    seconds: [Double]? = nil, early: [Int] = [], stored: [StageKey: StageManifest]? = nil,
    options: Options,
    onEvent: @escaping @Sendable (SchedulerEvent) -> Void = { _ in }
  ) {
    self.stages = stages
    self.store = store
    self.launcher = launcher
    self.stored = stored
    // Without locks a stage may be done twice, to the same bytes.
    locks = try? store.locks
    self.options = options
    self.onEvent = onEvent
    let places = Dictionary(
      stages.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    var dependents = [[Int32]](repeating: [], count: stages.count)
    for (index, stage) in stages.enumerated() {
      for place in stage.dependencies.compactMap({ places[$0] }) {
        dependents[place].append(Int32(index))
      }
    }
    (self.places, self.dependents) = (places, dependents)
    let cost = StageCost(trainExamples: 60_000, testExamples: 10_000)
    var ranks = StageRank.all(
      seconds: seconds ?? stages.map { cost.passes($0.work) }, dependents: dependents)
    for (order, place) in early.enumerated() {
      ranks[place].remaining = .greatestFiniteMagnitude / Double(order + 1)
    }
    self.ranks = ranks
  }

  /// Runs everything. A failed stage is a result, not an error; when the task is cancelled, what
  /// has not ended is `cancelled`.
  package func run() async -> [StageKey: StageResult] {
    findStored()
    await withTaskGroup(of: Event.self) { group in
      var running = 0
      while true {
        while running < options.jobs, let index = next() {
          running += 1
          group.addTask { [stage = stages[index]] in .ended(index, await self.perform(stage)) }
        }
        if running == 0, elsewhere.isEmpty { return }
        switch await group.next() {
        case .ended(let index, let result)?:
          running -= 1
          memoryInUse -= memory.removeValue(forKey: index) ?? 0
          if let result {
            end(index, result)
          } else {
            if elsewhere.isEmpty { group.addTask { await Self.pause() } }
            elsewhere.append(index)
          }
        case .paused?: lookAgain()
        case nil: return
        }
        if stopReason != nil { group.cancelAll() }
      }
    }
    // The end of one is that of those that depend on it, too.
    for index in (waiting.union(elsewhere)).sorted() where results[stages[index].key] == nil {
      end(index, StageResult(failed: .cancelled, reason: stopReason ?? "interrupted"))
    }
    return results
  }

  private enum Event: Sendable {
    /// `nil` where another process is at the stage.
    case ended(Int, StageResult?)
    case paused
  }

  /// Between two looks at what other processes do.
  private static func pause() async -> Event {
    try? await Task.sleep(for: .milliseconds(100))
    return .paused
  }

  /// What another process was at is tried again, after what is ready.
  private func lookAgain() {
    for index in elsewhere {
      waiting.insert(index)
      ready.insert(ranks[index])
    }
    elsewhere = []
  }

  private func findStored() {
    for (index, stage) in stages.enumerated() {
      let manifest =
        if let stored { stored[stage.key] } else {
          store.entry(stage.key, .meaning(stage.work)).manifest
        }
      if let manifest {
        results[stage.key] = StageResult(manifest, isCached: true)
      } else {
        waiting.insert(index)
      }
    }
    onEvent(.planned(stages: stages, stored: Set(results.keys)))
    for (index, stage) in stages.enumerated() where waiting.contains(index) {
      // What is stored may have diverged.
      for key in stage.dependencies where results[key] != nil { skipIfImpossible(index) }
      makeReadyIfPossible(index)
    }
  }

  private func next() -> Int? {
    guard !Task.isCancelled, stopReason == nil, let index = ready.first?.place else { return nil }
    let need = needs.need(of: stages[index].work).bytes
    // Nothing overtakes what waits for memory: it would wait for all that is smaller.
    if let limit = options.memory, !memory.isEmpty, memoryInUse + need > limit { return nil }
    _ = ready.popFirst()
    waiting.remove(index)
    memory[index] = need
    memoryInUse += need
    return index
  }

  private func makeReadyIfPossible(_ index: Int) {
    guard waiting.contains(index),
      stages[index].dependencies.allSatisfy({ results[$0]?.status == .ok })
    else { return }
    ready.insert(ranks[index])
  }

  private func end(_ index: Int, _ result: StageResult) {
    let stage = stages[index]
    var result = result
    if result.status == .cancelled, let stopReason { result.reason = stopReason }
    waiting.remove(index)
    results[stage.key] = result
    onEvent(.ended(stage, result))
    if result.status == .ok {
      for dependent in dependents[index] { makeReadyIfPossible(Int(dependent)) }
      return
    }
    if options.failurePolicy == .failFast, result.status != .cancelled, stopReason == nil {
      stopReason = "stopped after '\(stage.title)' failed"
    }
    for dependent in dependents[index] { skipIfImpossible(Int(dependent)) }
  }

  /// A stage whose input will never be there shares the fate of what failed.
  private func skipIfImpossible(_ index: Int) {
    guard waiting.contains(index) else { return }
    let fate = Self.fate(of: stages[index], results) { [places, stages] key in
      places[key].map { stages[$0].title }
    }
    if let fate { end(index, fate) }
  }

  /// What becomes of a stage that needs one which is not stored; `nil` where it needs none such.
  ///
  /// - Parameter title: Of the stage of a key.
  static func fate(
    of stage: Stage, _ results: [StageKey: StageResult], title: (StageKey) -> String?
  ) -> StageResult? {
    for key in stage.dependencies {
      guard let result = results[key], result.status != .ok else { continue }
      let reason = result.reason ?? "unknown reason"
      return StageResult(
        failed: result.status,
        reason: result.status == .cancelled
          ? reason : "'\(title(key) ?? key.hex)' \(result.status.rawValue): \(reason)")
    }
    return nil
  }

  /// Launches a stage; on any thread.
  ///
  /// - Returns: `nil` where another process is at the stage: a coordinator of this experiment or of
  ///   another one.
  private nonisolated func perform(_ stage: Stage) async -> StageResult? {
    let (key, locks) = (stage.key, locks)
    if let locks, !locks.take(key.prefix) { return nil }
    defer { locks?.release(key.prefix) }
    if let manifest = store.entry(key, .meaning(stage.work)).manifest {
      return StageResult(manifest, isCached: true)
    }
    onEvent(.started(stage))
    return await performNow(stage)
  }

  private nonisolated func performNow(_ stage: Stage) async -> StageResult {
    let clock = ContinuousClock()
    let start = clock.now
    let key = stage.key
    let (outcome, isTimedOut) = await launch(stage)
    let seconds = (clock.now - start) / .seconds(1)
    func failed(_ reason: String) -> StageResult {
      StageResult(failed: .crashed, reason: reason, seconds: seconds)
    }
    switch outcome {
    case .finished:
      switch store.entry(key, .meaning(stage.work)) {
      case .whole(let manifest): return StageResult(manifest, isCached: false)
      case .absent: return failed("the worker finished but stored nothing")
      case .damaged(let reason):
        return failed("the result that the worker stored is damaged: \(reason)")
      }
    case .crashed(let reason): return failed(reason)
    case .cancelled:
      if isTimedOut, let limit = options.timeLimit {
        return StageResult(
          failed: .timedOut, reason: "not finished within \(Words.seconds(limit / .seconds(1)))",
          seconds: seconds)
      }
      return StageResult(failed: .cancelled, reason: "interrupted", seconds: seconds)
    }
  }

  private nonisolated func launch(
    _ stage: Stage
  ) async -> (outcome: LaunchOutcome, isTimedOut: Bool) {
    let (key, onEvent, launcher) = (stage.key, onEvent, launcher)
    let deadline = options.timeLimit.map { ContinuousClock.now + $0 }
    @Sendable func launchNow() async -> LaunchOutcome {
      await launcher.launch(stage, deadline: deadline) { onEvent(.worker(key, $0)) }
    }
    guard let deadline else { return (await launchNow(), false) }
    return await withTaskGroup(of: LaunchOutcome?.self) { group in
      group.addTask { await launchNow() }
      group.addTask {
        try? await Task.sleep(until: deadline)
        return nil
      }
      guard let first = await group.next(), let outcome = first else {
        // The time is over, unless it is the whole that was cancelled.
        let isTimedOut = !Task.isCancelled
        group.cancelAll()
        for await outcome in group {
          if let outcome { return (outcome, isTimedOut) }
        }
        return (.cancelled, isTimedOut)
      }
      group.cancelAll()
      return (outcome, false)
    }
  }
}
