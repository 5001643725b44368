internal import Experiments
internal import Files
internal import Results

/// Waits for the jobs of an experiment: shows what they say, asks Slurm for those that say nothing,
/// and hands in again what the cluster has lost.
struct SlurmWait {
  private let run: SlurmRun
  private let stages: [Stage]
  private let byKey: [StageKey: Stage]
  private let policy: Scheduler.FailurePolicy
  private let display: ProgressDisplay
  private var open: [SlurmRun.Open]
  private var tails: [String: [Int: EventTail]] = [:]
  private var looks: [String: SubmissionStates] = [:]
  private(set) var results: [StageKey: StageResult] = [:]
  private var shown: Set<StageKey> = []
  /// Stages that are said to be stored and cannot be seen yet, with the time of their first sight.
  private var unseen: [StageKey: ContinuousClock.Instant] = [:]
  /// How often jobs were missing, one look after the other.
  private var missingLooks = 0
  private var timesHandedIn = 1
  private var lastQueueWords = ""
  private var isSilent = false
  private var stopReason: String?
  /// How often stages have begun.
  private var attempts: [StageKey: Int] = [:]
  /// The token of the submission whose word counts, by stage: the last one that has it.
  private var owner: [StageKey: String] = [:]

  /// Another node may see what one has stored only after so long.
  private static let patience = Duration.seconds(60)
  private static let mostTimesHandedIn = 4

  init(
    _ run: SlurmRun, _ open: [SlurmRun.Open], stages: [Stage],
    stored: [StageKey: StageManifest], policy: Scheduler.FailurePolicy, display: ProgressDisplay
  ) {
    (self.run, self.open, self.stages) = (run, open, stages)
    (self.policy, self.display) = (policy, display)
    byKey = Dictionary(stages.map { ($0.key, $0) }) { first, _ in first }
    results = stored.mapValues { StageResult($0, isCached: true) }
    open.forEach { own($0) }
  }

  private mutating func own(_ submission: SlurmRun.Open) {
    for part in submission.record.elements.joined() { owner[part.key] = submission.record.token }
  }

  /// Waits until every stage has ended, or the task is cancelled: then the jobs go on.
  mutating func wait() async -> [StageKey: StageResult] {
    let clock = ContinuousClock()
    let start = clock.now
    display.apply(.planned(stages: stages, stored: Set(results.keys)))
    var nextLook = start
    while results.count < byKey.count {
      if clock.now >= nextLook {
        await look()
        // Controllers are asked seldom: their work is for the whole cluster.
        let pause = min(15, max(2, (clock.now - start) / .seconds(1) / 20))
        nextLook = clock.now + .seconds(pause)
      }
      follow()
      concludeUnseen()
      guard results.count < byKey.count else { break }
      do { try await Task.sleep(for: .milliseconds(500)) } catch { break }
    }
    if !Task.isCancelled { await close() }
    for stage in stages where results[stage.key] == nil {
      results[stage.key] = StageResult(failed: .cancelled, reason: stopReason ?? "interrupted")
    }
    return results
  }

  private func close() async {
    for submission in open {
      let queue = try? await run.commands.queue(names: submission.record.names)
      let look = SlurmRun.look(submission.folder, submission.record, queue)
      try? submission.folder.write(look.endings)
      // It may have stages of an earlier spec, which go on.
      let isDone = submission.record.elements.joined().allSatisfy { results[$0.key] != nil }
      if isDone || queue != nil && look.live.isEmpty { try? submission.folder.markOver() }
    }
  }

  // MARK: Events

  /// Shows what running jobs have said since the last time.
  private mutating func follow() {
    for submission in open {
      let token = submission.record.token
      for element in looks[token]?.running.sorted() ?? [] { read(element, of: submission) }
    }
  }

  private mutating func read(_ element: Int, of submission: SlurmRun.Open) {
    let token = submission.record.token
    var tail =
      tails[token]?[element] ?? EventTail(submission.folder.eventsPath(element))
    for event in tail.read() {
      switch event {
      case .began(_, let restarts, _):
        guard restarts > 0, let part = submission.record.elements[element].first else { break }
        let count = Words.count(restarts, "restart")
        display.note("\(part.title): its job has begun again (\(count))")
      case .started(let key):
        attempts[key, default: 0] += 1
        if owner[key] == token, let stage = byKey[key], results[key] == nil,
          shown.insert(key).inserted
        {
          display.apply(.started(stage))
        }
      case .worker(let key, let event): display.apply(.worker(key, event))
      case .retrying(let key, let status, let reason, let retry, let most):
        guard owner[key] == token, let stage = byKey[key], shown.remove(key) != nil else { break }
        let result = StageResult(failed: status, reason: reason ?? "unknown reason")
        display.apply(.retrying(stage, result, retry: retry, of: most))
      case .ended(let key, let status, let reason, let seconds):
        if owner[key] == token { conclude(key, status, reason, seconds) }
      case .stopped, .over: break
      }
    }
    tails[token, default: [:]][element] = tail
  }

  // MARK: The queue

  private mutating func look() async {
    var vanished: [StageKey] = []
    var counts: [String: Int] = [:]
    var running = 0
    for submission in open {
      let record = submission.record
      let queue: SlurmQueue
      do {
        queue = try await run.commands.queue(names: record.names)
      } catch {
        if Task.isCancelled { return }
        if !isSilent { display.warn("warning: \(error.message); jobs go on, asking again") }
        isSilent = true
        return
      }
      if isSilent { display.note("note: Slurm answers again") }
      isSilent = false
      // A job may have ended since its events were read.
      for element in record.elements.indices where mayHaveNews(element, record, queue) {
        read(element, of: submission)
      }
      let (tails, store) = (tails[record.token] ?? [:], run.store)
      let look = SubmissionStates(
        record, logs: { tails[$0]?.log ?? ElementLog() }, queue: queue,
        endings: looks[record.token]?.endings ?? submission.folder.endings,
        lastWords: { LastWords.left(by: $0, in: store) },
        output: { submission.folder.output(of: $0, record) })
      if look.endings != looks[record.token]?.endings {
        try? submission.folder.write(look.endings)
      }
      looks[record.token] = look
      running += look.running.count
      counts.merge(SubmissionStates.waiting(record, queue), uniquingKeysWith: +)
      for part in record.elements.joined()
      where results[part.key] == nil && owner[part.key] == record.token {
        switch look.states[part.key] {
        case .ended(let status, let reason, let seconds):
          conclude(part.key, status, reason, seconds)
        case .vanished: vanished.append(part.key)
        case .waiting, .running, nil: break
        }
      }
    }
    say(waiting: counts, running: running)
    await handInAgain(vanished.filter { results[$0] == nil })
  }

  /// Whether a job has begun and not all is known of its stages.
  private func mayHaveNews(_ element: Int, _ record: Submission, _ queue: SlurmQueue) -> Bool {
    if record.elements[element].allSatisfy({ results[$0.key] != nil }) { return false }
    let entry = record.place(of: element).flatMap { queue[$0] }
    return entry.map { $0.isRunning || $0.hasEnded } ?? true
  }

  private mutating func say(waiting: [String: Int], running: Int) {
    let total = waiting.values.reduce(0, +)
    guard total > 0 else { return }
    let reasons = waiting.keys.filter { !$0.isEmpty }.sorted().joined(separator: ", ")
    let words =
      "\(Words.count(total, "job")) in the queue\(reasons.isEmpty ? "" : " (\(reasons))"), "
      + "\(running) running"
    // A line for each change of the reason alone.
    if reasons != lastQueueWords { display.note(words) }
    lastQueueWords = reasons
  }

  /// A crash of the controller may lose jobs that were handed in a moment before.
  private mutating func handInAgain(_ keys: [StageKey]) async {
    missingLooks = keys.isEmpty ? 0 : missingLooks + 1
    guard missingLooks >= 3, !Task.isCancelled else { return }
    missingLooks = 0
    let lost = Set(keys)
    func give(up reason: String) {
      for key in keys { conclude(key, .crashed, reason, 0) }
    }
    guard timesHandedIn < Self.mostTimesHandedIn, stopReason == nil else {
      give(up: "Slurm lost its job \(Words.count(timesHandedIn, "time"))")
      return
    }
    timesHandedIn += 1
    display.warn("warning: Slurm has lost \(Words.count(keys.count, "stage")): handed in again")
    do {
      let all = try await run.submit(stages.filter { lost.contains($0.key) }) { _ in nil }
      let known = Set(open.map(\.record.token))
      let new = all.filter { !known.contains($0.record.token) }
      open += new
      new.forEach { own($0) }
    } catch let error as SubmissionError {
      give(up: "Slurm lost its job; \(error.message)")
    } catch {
      give(up: "Slurm lost its job; \(error)")
    }
  }

  // MARK: Ends

  private mutating func conclude(
    _ key: StageKey, _ status: RowStatus, _ reason: String?, _ seconds: Double
  ) {
    guard results[key] == nil, let stage = byKey[key] else { return }
    // What is stored counts, whatever the job came to afterwards.
    if let manifest = run.store.entry(key, .meaning(stage.work)).manifest {
      end(stage, StageResult(manifest, isCached: false))
    } else if status == .ok || status == .diverged {
      unseen[key] = unseen[key] ?? .now
    } else {
      end(stage, StageResult(failed: status, reason: reason ?? "unknown reason", seconds: seconds))
    }
  }

  private mutating func concludeUnseen() {
    for (key, since) in unseen {
      guard let stage = byKey[key], results[key] == nil else {
        unseen[key] = nil
        continue
      }
      if let manifest = run.store.entry(key, .meaning(stage.work)).manifest {
        end(stage, StageResult(manifest, isCached: false))
      } else if .now - since > Self.patience {
        end(
          stage,
          StageResult(
            failed: .crashed,
            reason: "its job has stored it, but it is not here: do all nodes see this store?"))
      }
    }
  }

  private mutating func end(_ stage: Stage, _ result: StageResult) {
    var result = result
    if result.status == .cancelled, let stopReason { result.reason = stopReason }
    if result.status != .ok, let fate = fate(of: stage) { result = fate }
    unseen[stage.key] = nil
    result.attempts = attempts[stage.key] ?? 0
    results[stage.key] = result
    display.apply(.ended(stage, result))
    guard stopReason == nil, let reason = policy.stopReason(after: stage, result.status) else {
      return
    }
    stopReason = reason
    let (commands, names) = (run.commands, open.flatMap(\.record.names))
    Task { try? await commands.cancel(names: names) }
  }

  /// A stage whose input is not there shares the fate of what failed.
  private func fate(of stage: Stage) -> StageResult? {
    Scheduler.fate(of: stage, results) { byKey[$0]?.title }
  }
}
