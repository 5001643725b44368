internal import Experiments
internal import Files
internal import Learning
internal import Results
internal import SystemPackage

/// What the workers of an experiment say: its stages' logs and, on a cluster, those of its jobs.
package struct ExperimentLogs {
  /// A line of a log.
  package struct Line: Hashable, Sendable {
    /// The stage in words, or the job.
    package var title: String
    package var text: String
  }

  private let plan: Plan
  private let folder: FilePath
  private let store: ContentStore
  private let stages: [Stage]
  /// Whether these are some of the plan's stages, chosen by a person.
  private let isChoice: Bool
  private var logs: [StageKey: StageLog] = [:]
  private var jobs: [FilePath: (title: String, tail: LogTail)] = [:]

  /// Plans what was run last.
  ///
  /// - Parameters:
  ///   - options: As ``WrittenRun`` has them.
  ///   - choice: Which stages: the start of a key, a title, words of titles, or a run; `nil` for all.
  /// - Returns: `nil` where no stage is meant.
  /// - Throws: As ``ExperimentStatus``.
  package init?(_ options: RunOptions, choice: String?) throws {
    var (spec, plan) = try ExperimentPlanner.plan(
      spec: options.spec, overrides: options.overrides, environment: options.environment)
    folder = options.resultsFolder.appending(spec.experiment)
    if let data = SubmissionFolder.all(in: folder).last?.dataset {
      plan = ExperimentPlanner.plan(spec, for: data.name, digest: data.digest)
    }
    store = options.store
    self.plan = plan
    isChoice = choice != nil
    guard let choice else {
      stages = Array(plan.stages)
      return
    }
    stages = Self.stages(of: plan, called: choice)
    if stages.isEmpty { return nil }
  }

  /// Whether lines of several logs may come.
  package var areSeveral: Bool { stages.count > 1 }

  // MARK: Which stages

  private static let shortestKey = 6

  private static func stages(of plan: Plan, called text: String) -> [Stage] {
    if text.utf8.count >= shortestKey, text.allSatisfy(\.isHexDigit) {
      let found = plan.stages.filter { $0.key.hex.hasPrefix(text.lowercased()) }
      if !found.isEmpty { return found }
    }
    let exact = plan.stages.filter { $0.title == text }
    if !exact.isEmpty { return exact }
    if text.first?.isNumber == true,
      let run = plan.runs.first(where: { isRun($0.name, calledBy: text) })
    {
      let keys = Set(run.models.flatMap { [$0.train] + $0.evaluations.map(\.stage) })
      return plan.stages.filter { keys.contains($0.key) }
    }
    let words = text.split(separator: " ")
    return words.isEmpty
      ? []
      : plan.stages.filter { stage in
        let title = stage.title.split(separator: " ")
        return words.allSatisfy { title.contains($0) }
      }
  }

  // MARK: Reading

  /// Everything that is there now, log by log, in the plan's order.
  package func all(_ show: (Line) -> Void) {
    for stage in stages {
      var log = StageLog(stage, in: store)
      for line in log.read(isLast: true) { show(Line(title: stage.title, text: line)) }
    }
    for job in jobLogs() {
      var tail = LogTail(job.path)
      for line in (tail.read() ?? []) + tail.rest() { show(Line(title: job.title, text: line)) }
    }
  }

  /// Shows what is added until the run ends, or at once where nobody works on the experiment.
  ///
  /// Chosen stages are shown from the beginnings of their logs; of all stages those that run now, and
  /// what begins later.
  package mutating func follow(_ show: (Line) -> Void) async {
    if isChoice {
      for stage in stages { logs[stage.key] = StageLog(stage, in: store) }
    }
    let byKey = Dictionary(stages.map { ($0.key, $0) }) { first, _ in first }
    let clock = ContinuousClock()
    // What is stored by now was finished before.
    var unfinished = isChoice ? [] : stages.filter { store.entry($0.key) == .absent }
    let failed = isChoice ? [] : idleKeys
    var nextSearch = clock.now
    while true {
      let isLast = !isUnderWay
      for key in logKeys where logs[key] == nil && !failed.contains(key) {
        logs[key] = byKey[key].map { StageLog($0, in: store) }
      }
      let now = clock.now
      if isLast || now >= nextSearch {
        // What came and went between two looks.
        unfinished = unfinished.filter { stage in
          guard store.entry(stage.key) != .absent else { return true }
          if logs[stage.key] == nil { logs[stage.key] = StageLog(stage, in: store) }
          return false
        }
        nextSearch = now + max(.seconds(1), (clock.now - now) * 50)
      }
      for stage in stages { read(stage.key, isLast: isLast, show) }
      readJobs(show)
      if isLast { return }
      do { try await Task.sleep(for: .milliseconds(250)) } catch { return }
    }
  }

  private mutating func read(_ key: StageKey, isLast: Bool, _ show: (Line) -> Void) {
    guard var log = logs[key], !log.isOver else { return }
    for line in log.read(isLast: isLast) { show(Line(title: log.stage.title, text: line)) }
    logs[key] = log
  }

  private mutating func readJobs(_ show: (Line) -> Void) {
    for job in jobLogs() {
      var tail = jobs[job.path]?.tail ?? LogTail(job.path)
      for line in tail.read() ?? [] { show(Line(title: job.title, text: line)) }
      jobs[job.path] = (job.title, tail)
    }
  }

  /// Whether somebody works on the experiment.
  private var isUnderWay: Bool {
    if FileLock.isHeld(ExperimentNote.path(in: folder)) { return true }
    let note = ExperimentNote(of: folder)
    return note.isSubmitted && !note.hasEnded
  }

  /// Stages that have a log outside of the store: they run, or have failed.
  private var logKeys: [StageKey] {
    ((try? FileSystem.list(store.folder.appending(ContentStore.logs))) ?? [])
      .filter { $0.hasSuffix(".log") }.compactMap { StageKey(hex: String($0.prefix(64))) }
  }

  /// Those of them that nobody is at.
  private var idleKeys: Set<StageKey> {
    let locks = try? store.locks
    return Set(logKeys.filter { locks?.isTaken($0.prefix) != true })
  }

  /// The logs of the cluster's jobs that do these stages.
  private func jobLogs() -> [(title: String, path: FilePath)] {
    let keys = Set(stages.map(\.key))
    return SubmissionFolder.all(in: folder).flatMap { submission in
      guard let record = try? submission.record() else { return [(String, FilePath)]() }
      return record.elements.indices.compactMap { element in
        guard record.elements[element].contains(where: { keys.contains($0.key) }) else {
          return nil
        }
        return submission.logPath(element, of: record).map { ("job \(element)", $0) }
      }
    }
  }
}
