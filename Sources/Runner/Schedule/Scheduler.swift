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
    /// Processors that the stages share.
    package var cores: Int
    /// Of each stage; `nil` to give each its share of the processors that are idle when it starts.
    package var threads: Int?
    package var failurePolicy: FailurePolicy
    /// For each stage; `nil` for none.
    package var timeLimit: Duration?
    /// What all stages that run may need together, in bytes: one alone may need more. `nil` for no
    /// limit.
    package var memory: Int?

    /// - Parameter cores: By default one for each of the jobs.
    package init(
      jobs: Int, cores: Int? = nil, threads: Int? = nil, failurePolicy: FailurePolicy = .keepGoing,
      timeLimit: Duration? = nil,
      memory: Int? = nil
    ) {
      precondition(jobs > 0 && (threads ?? 1) > 0, "no jobs, or none of their threads")
      self.jobs = jobs
      self.cores = cores ?? jobs
      self.threads = threads
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
  /// What the stages that run have.
  private var shares: [Int: Share] = [:]
  private var inUse = Share(threads: 0, memory: 0)
  private var needs = MemoryNeeds()
  /// Stages that another process is at.
  private var elsewhere: [Int] = []
  /// Why nothing is started any more.
  private var stopReason: String?

  /// - Parameters:
  ///   - stages: Every stage after its dependencies, as plans have them.
  ///   - seconds: How long each of them will take, for their order; only the ratios count. By default
  ///     as much as they have to compute.
  ///   - stored: What is known to be stored and whole; by default it is looked for.
  ///   - onEvent: Told what happens; must be quick.
  package init(
    stages: [Stage], store: ContentStore, launcher: any Launcher,
    seconds: [Double]? = nil, stored: [StageKey: StageManifest]? = nil, options: Options,
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
    ranks = StageRank.all(
      seconds: seconds ?? stages.map { cost.passes($0.work) }, dependents: dependents)
  }

  /// Runs everything. A failed stage is a result, not an error; when the task is cancelled, what
  /// has not ended is `cancelled`.
  package func run() async -> [StageKey: StageResult] {
    findStored()
    await withTaskGroup(of: Event.self) { group in
      var running = 0
      while true {
        while running < options.jobs, let (index, threads) = next() {
          running += 1
          group.addTask { [stage = stages[index]] in
            .ended(index, await self.perform(stage, threads: threads))
          }
        }
        if running == 0, elsewhere.isEmpty { return }
        switch await group.next() {
        case .ended(let index, let result)?:
          running -= 1
          if let share = shares.removeValue(forKey: index) { inUse -= share }
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

  /// What a stage has of the machine while it runs.
  private struct Share {
    var threads: Int
    /// In bytes, at least.
    var memory: Int

    static func += (sum: inout Share, other: Share) {
      sum.threads += other.threads
      sum.memory += other.memory
    }

    static func -= (rest: inout Share, other: Share) {
      rest.threads -= other.threads
      rest.memory -= other.memory
    }
  }

  /// The stage to start now, and its threads; `nil` for none.
  private func next() -> (index: Int, threads: Int)? {
    guard !Task.isCancelled, stopReason == nil, let index = ready.first?.place else { return nil }
    var share = Share(threads: threads, memory: 0)
    share.memory = needs.need(of: stages[index].work, threads: share.threads).bytes
    // Alone it may do with less.
    while let limit = options.memory, share.threads > 1, share.memory > limit {
      share.threads -= 1
      share.memory = needs.need(of: stages[index].work, threads: share.threads).bytes
    }
    // Nothing overtakes what waits for memory: it would wait for all that is smaller.
    if let limit = options.memory, !shares.isEmpty, inUse.memory + share.memory > limit {
      return nil
    }
    _ = ready.popFirst()
    waiting.remove(index)
    shares[index] = share
    inUse += share
    return (index, share.threads)
  }

  /// How many threads the next stage gets: the idle processors are divided among the stages that can
  /// start now.
  private var threads: Int {
    if let threads = options.threads { return threads }
    let starting = max(1, min(ready.count, options.jobs - shares.count))
    return max(1, (options.cores - inUse.threads) / starting)
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
  private nonisolated func perform(_ stage: Stage, threads: Int) async -> StageResult? {
    let (key, locks) = (stage.key, locks)
    if let locks, !locks.take(key.prefix) { return nil }
    defer { locks?.release(key.prefix) }
    if let manifest = store.entry(key, .meaning(stage.work)).manifest {
      return StageResult(manifest, isCached: true)
    }
    onEvent(.started(stage))
    return await performNow(stage, threads)
  }

  private nonisolated func performNow(_ stage: Stage, _ threads: Int) async -> StageResult {
    let clock = ContinuousClock()
    let start = clock.now
    let key = stage.key
    let (outcome, isTimedOut) = await launch(stage, threads)
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
    _ stage: Stage, _ threads: Int
  ) async -> (outcome: LaunchOutcome, isTimedOut: Bool) {
    let (key, onEvent, launcher) = (stage.key, onEvent, launcher)
    let deadline = options.timeLimit.map { ContinuousClock.now + $0 }
    @Sendable func launchNow() async -> LaunchOutcome {
      await launcher.launch(stage, threads: threads, deadline: deadline) {
        onEvent(.worker(key, $0))
      }
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
