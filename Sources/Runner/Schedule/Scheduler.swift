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
    /// For each attempt at a stage; `nil` for none.
    package var timeLimit: Duration?
    /// How often a stage that has crashed is begun again.
    package var retries: Int
    /// What all stages that run may need together, in bytes: one alone may need more. `nil` for no
    /// limit.
    package var memory: Int?

    /// - Parameter cores: By default one for each of the jobs.
    package init(
      jobs: Int, cores: Int? = nil, threads: Int? = nil, failurePolicy: FailurePolicy = .keepGoing,
      timeLimit: Duration? = nil, retries: Int = 0, memory: Int? = nil
    ) {
      precondition(jobs > 0 && (threads ?? 1) > 0, "no jobs, or none of their threads")
      self.jobs = jobs
      self.cores = cores ?? jobs
      self.threads = threads
      self.failurePolicy = failurePolicy
      self.timeLimit = timeLimit
      self.retries = retries
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
  /// How long the worker of each stage may say nothing, in seconds; `nil` for ever.
  private let patience: [Double]?

  private var results: [StageKey: StageResult] = [:]
  /// Stages that have not been started.
  private var waiting: Set<Int> = []
  /// Those of them whose dependencies are stored.
  private var ready = PriorityQueue<StageRank>(>)
  private var running: RunningStages
  /// How often stages have been begun.
  private var attempts: [Int: Int] = [:]
  /// Stages that are looked at again soon: another process is at them, or they have failed and are
  /// tried once more.
  private var later: [Int] = []
  /// Why nothing is started any more.
  private var stopReason: String?

  /// - Parameters:
  ///   - stages: Every stage after its dependencies, as plans have them.
  ///   - seconds: How long each of them will take, for their order; only the ratios count. By default
  ///     as much as they have to compute.
  ///   - patience: How long the worker of each of them may say nothing, in seconds; by default for ever.
  ///   - early: Places of stages that begin before others, in this order.
  ///   - stored: What is known to be stored and whole; by default it is looked for.
  ///   - onEvent: Told what happens; must be quick.
  package init(
    stages: [Stage], store: ContentStore, launcher: any Launcher,
    seconds: [Double]? = nil, early: [Int] = [], patience: [Double]? = nil,
    stored: [StageKey: StageManifest]? = nil, options: Options,
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
    self.patience = patience
    running = RunningStages(limit: options.memory)
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
      var count = 0
      while true {
        while count < options.jobs, let (index, threads) = next() {
          count += 1
          group.addTask { .ended(index, await self.perform(index, threads: threads)) }
        }
        if count == 0, later.isEmpty { return }
        switch await group.next() {
        case .ended(let index, let result)?:
          count -= 1
          let hadCompany = running.end(index)
          if let result, !tryAgain(index, result, hadCompany) {
            end(index, result)
          } else {
            if later.isEmpty { group.addTask { await Self.pause() } }
            later.append(index)
          }
        case .paused?: lookAgain()
        case nil: return
        }
        if stopReason != nil { group.cancelAll() }
      }
    }
    // The end of one is that of those that depend on it, too.
    for index in (waiting.union(later)).sorted() where results[stages[index].key] == nil {
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

  private func lookAgain() {
    for index in later {
      waiting.insert(index)
      ready.insert(ranks[index])
    }
    later = []
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

  /// The stage to start now, and its threads; `nil` for none.
  private func next() -> (index: Int, threads: Int)? {
    guard !Task.isCancelled, stopReason == nil, let index = ready.first?.place else { return nil }
    // Nothing overtakes what waits for memory: it would wait for all that is smaller.
    let threads = running.begin(index, stages[index].work, threads: threads)
    guard let threads else { return nil }
    _ = ready.popFirst()
    waiting.remove(index)
    return (index, threads)
  }

  /// How many threads the next stage gets: the idle processors are divided among the stages that can
  /// start now.
  private var threads: Int {
    if let threads = options.threads { return threads }
    let starting = max(1, min(ready.count, options.jobs - running.count))
    return max(1, (options.cores - running.threads) / starting)
  }

  private func makeReadyIfPossible(_ index: Int) {
    guard waiting.contains(index),
      stages[index].dependencies.allSatisfy({ results[$0]?.status == .ok })
    else { return }
    ready.insert(ranks[index])
  }

  /// Notes an attempt.
  ///
  /// - Returns: Whether there is another one.
  private func tryAgain(_ index: Int, _ result: StageResult, _ hadCompany: Bool) -> Bool {
    if !result.isCached { attempts[index, default: 0] += 1 }
    guard stopReason == nil, !Task.isCancelled else { return false }
    let retry = attempts[index] ?? 0
    switch RetryPolicy(retries: options.retries).decision(
      after: result, attempts: retry, hadCompany: hadCompany)
    {
    case .giveUp: return false
    case .again: break
    case .alone: running.isolate(index)
    }
    onEvent(.retrying(stages[index], result, retry: retry, of: options.retries))
    return true
  }

  private func end(_ index: Int, _ result: StageResult) {
    let stage = stages[index]
    var result = result
    result.attempts = attempts[index] ?? 0
    if result.status == .cancelled, let stopReason { result.reason = stopReason }
    waiting.remove(index)
    results[stage.key] = result
    onEvent(.ended(stage, result))
    if result.status == .ok {
      for dependent in dependents[index] { makeReadyIfPossible(Int(dependent)) }
      return
    }
    stopReason = stopReason ?? options.failurePolicy.stopReason(after: stage, result.status)
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
  private nonisolated func perform(_ index: Int, threads: Int) async -> StageResult? {
    let stage = stages[index]
    let (key, locks) = (stage.key, locks)
    if let locks, !locks.take(key.prefix) { return nil }
    defer { locks?.release(key.prefix) }
    if let manifest = store.entry(key, .meaning(stage.work)).manifest {
      return StageResult(manifest, isCached: true)
    }
    onEvent(.started(stage))
    let attempt = Attempt(
      stage: stage, threads: threads, store: store, launcher: launcher,
      timeLimit: options.timeLimit,
      patience: patience.map { .seconds($0[index]) }, onEvent: onEvent)
    return await attempt.run()
  }
}

extension Scheduler.FailurePolicy {
  /// Why nothing is started any more once a stage has ended so; `nil` where the others go on.
  func stopReason(after stage: Stage, _ status: RowStatus) -> String? {
    switch status {
    case .ok, .cancelled: nil
    // The others would come to the same end, some after hours of work.
    case .diskFull: "stopped because the disk is full"
    case .diverged, .crashed, .hung, .outOfMemory, .timedOut:
      self == .failFast ? "stopped after '\(stage.title)' failed" : nil
    }
  }
}
