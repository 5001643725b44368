internal import Experiments
internal import Files
internal import Glibc
internal import Learning
internal import Results
internal import Synchronization
package import SystemPackage

/// What a job is asked to do: some stages of a plan.
struct ElementRequest: Codable, Hashable, Sendable {
  var stages: [Stage]
  var dataset: PreparedDataset
  /// The store's folder.
  var store: String
  var programVersion: String
  /// Processors of the job.
  var cores: Int
  /// Of each stage; `nil` to divide the processors among the stages.
  var threads: Int?
  /// For each attempt at a stage, in seconds; `nil` for none.
  var timeLimit: Double?
  /// How often a stage that has crashed is begun again; `nil` for never.
  var retries: Int?
  /// How long the worker of each stage may say nothing, in seconds; `nil` for ever.
  var patience: [Double]?

  /// Of some of its stages.
  func patience(of some: [Stage]) -> [Double]? {
    guard let patience, patience.count == stages.count else { return nil }
    let known = Dictionary(zip(stages.map(\.key), patience)) { first, _ in first }
    return some.map { known[$0.key] ?? Patience.unknown }
  }
}

/// The process of a job: runs its stages as a run on one machine does, and writes what happens to
/// its file of events. What is stored is not done again, so that a job may begin twice.
package enum ElementWorker {
  /// - Parameters:
  ///   - folder: The submission's.
  ///   - environment: Of this process, with what Slurm says.
  /// - Returns: The exit status: 0 where all stages are stored, 1 where some are not, 2 where there is
  ///   nothing that can be done, 143 after a signal.
  package static func main(
    folder: FilePath, element: Int, environment: [String: String]
  ) async -> Int32 {
    let folder = SubmissionFolder(folder)
    let request: ElementRequest
    do {
      request = try WireFormat.decode(
        ElementRequest.self,
        from: FileSystem.read(folder.requestPath(element), limit: Submission.largestRecord))
      try ProcessLimits.checkInstructions()
      _ = try ProcessLimits.prepare(jobs: request.cores)
    } catch {
      let words = (error as? ProcessLimitError)?.message ?? "\(error)"
      StandardStream.error.write("error: \(words)\n")
      return 2
    }
    let events = EventFile(folder.eventsPath(element))
    events.write(
      .began(
        host: RunSource.hostName,
        restarts: environment["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0,
        time: Int(Glibc.time(nil))))
    let store = ContentStore(FilePath(request.store))
    let stages = await withInputs(request.stages, store, events)
    let launcher = LocalLauncher(
      store: store, dataset: request.dataset, programVersion: request.programVersion)
    let scheduler = Scheduler(
      stages: stages, store: store, launcher: launcher, patience: request.patience(of: stages),
      options: Scheduler.Options(
        jobs: max(1, request.cores / (request.threads ?? 1)), cores: request.cores,
        threads: request.threads, timeLimit: request.timeLimit.map { .seconds($0) },
        retries: request.retries ?? 0)
    ) { events.write($0, store) }
    let work = Task { await scheduler.run() }
    let interruption = Interruption {
      events.stop()
      work.cancel()
    }
    let results = await work.value
    await launcher.end()
    store.synchronize()
    if interruption.hasHappened { return 128 + SIGTERM }
    events.write(.over)
    let isDone = request.stages.allSatisfy { results[$0.key]?.status == .ok }
    return isDone ? 0 : 1
  }

  /// The stages whose inputs are stored, each depending on stages of this job alone; the others have
  /// ended.
  private static func withInputs(
    _ stages: [Stage], _ store: ContentStore, _ events: EventFile
  ) async -> [Stage] {
    var own: Set<StageKey> = []
    var possible: [Stage] = []
    // What another node has stored may be seen some seconds later.
    var patience = 5
    for var stage in stages {
      let others = stage.dependencies.filter { !own.contains($0) }
      func missing() -> StageKey? {
        others.first { store.entry($0).manifest?.ending != .finished }
      }
      while missing() != nil, patience > 0 {
        patience -= 1
        try? await Task.sleep(for: .seconds(1))
      }
      if let key = missing() {
        let reason = "its input is not stored: \(store.path(of: key))"
        StandardStream.error.write("\(stage.title): \(reason)\n")
        events.write(.ended(stage.key, .crashed, reason: reason, seconds: 0))
        continue
      }
      stage.dependencies = stage.dependencies.filter(own.contains)
      own.insert(stage.key)
      possible.append(stage)
    }
    return possible
  }
}

/// The events of one job, added line by line; what cannot be written is lost.
private final class EventFile: Sendable {
  private let path: FilePath
  private let next = Mutex<[StageKey: ContinuousClock.Instant]>([:])
  private let isStopped = Mutex(false)

  init(_ path: FilePath) { self.path = path }

  func write(_ event: ElementEvent) {
    try? AppendedFile.append(String(decoding: event.line, as: UTF8.self), to: path)
  }

  /// A signal has asked the job to end. Its workers may have got it, too: they may begin again.
  func stop() {
    isStopped.withLock { $0 = true }
    write(.stopped(time: Int(Glibc.time(nil))))
  }

  func write(_ event: SchedulerEvent, _ store: ContentStore) {
    switch event {
    case .planned(_, let stored):
      for key in stored {
        guard let manifest = store.entry(key).manifest else { continue }
        let result = StageResult(manifest, isCached: true)
        write(.ended(key, result.status, reason: result.reason, seconds: result.seconds))
      }
    case .started(let stage): write(.started(stage.key))
    case .worker(let key, let event): if passes(key, event) { write(.worker(key, event)) }
    case .retrying(let stage, let result, let retry, let most):
      write(.retrying(stage.key, result.status, reason: result.reason, retry: retry, of: most))
    case .ended(let stage, let result):
      // What a signal has ended may begin again.
      guard result.status != .cancelled else { return }
      if result.status == .crashed {
        // A worker may notice the signal of its job before this process does.
        usleep(500_000)
        if isStopped.withLock({ $0 }) { return }
      }
      write(.ended(stage.key, result.status, reason: result.reason, seconds: result.seconds))
    }
  }

  /// Whether an event is worth a line: positions every other second, as the file system is shared.
  private func passes(_ key: StageKey, _ event: WorkerEvent) -> Bool {
    switch event {
    case .epoch: return true
    case .evaluating(let at) where at.done == at.examples: return true
    case .started, .finished, .failed, .stopped: return false
    case .training, .evaluating: break
    }
    return next.withLock { next in
      let now = ContinuousClock.now
      if let time = next[key], now < time { return false }
      next[key] = now + .seconds(2)
      return true
    }
  }
}
