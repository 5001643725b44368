package import Experiments
internal import Files
internal import Learning
internal import Results
package import SystemPackage

/// Where an experiment is: of each stage whether it is stored, runs, waits or has failed.
package struct ExperimentStatus: Sendable {
  /// Who works on it.
  package enum Activity: String, Hashable, Sendable {
    /// A process, which may wait for jobs.
    case running
    /// Jobs of a cluster, for which nobody waits.
    case submitted
    /// Nobody; the last run came to no end.
    case interrupted
    /// Nobody; the last run came to its end.
    case ended
  }

  package enum State: String, Hashable, Sendable, CaseIterable {
    case stored, running, waiting, failed
    /// Neither stored nor under way.
    case missing
  }

  package struct StageLine: Hashable, Sendable {
    package var title: String
    package var key: StageKey
    package var state: State
    /// Why it waits or has failed, or where it is.
    package var detail: String?
    package var host: String?
  }

  /// One array of a cluster.
  package struct JobLine: Hashable, Sendable {
    package var array: Int
    package var level: Int
    package var waiting = 0
    package var running = 0
    package var ended = 0
    package var restarts = 0
    /// Slurm's reasons for those that wait.
    package var reasons: [String] = []
  }

  package var experiment: String
  package var folder: FilePath
  package var launcher: String
  package var activity: Activity
  /// The process that works on it, or did, and its machine.
  package var process: Int32
  package var host: String
  package var stages: [StageLine]
  package var jobs: [JobLine]
  /// What the process that works on it said of it a moment ago; `nil` where there is none.
  package var progress: ProgressRecord?
  /// Why Slurm does not answer.
  package var problem: String?

  package func count(_ state: State) -> Int { stages.count { $0.state == state } }
}

extension ExperimentStatus {
  /// Plans what was run last and looks at each of its stages; nothing is changed.
  ///
  /// - Parameter options: As ``WrittenRun`` has them.
  /// - Throws: `DiagnosticsError` where the spec is wrong by now, `DatasetError`, `FileError`.
  package init(_ options: RunOptions) async throws {
    var (spec, plan) = try ExperimentPlanner.plan(
      spec: options.spec, overrides: options.overrides, environment: options.environment)
    let folder = options.resultsFolder.appending(spec.experiment)
    if let data = SubmissionFolder.all(in: folder).last?.dataset {
      plan = ExperimentPlanner.plan(spec, for: data.name, digest: data.digest)
    }
    let note = ExperimentNote(of: folder)
    let look = try await ClusterLook(plan, folder: folder, store: options.store)
    experiment = spec.experiment
    self.folder = folder
    launcher = note.source?.launcher ?? "local"
    (process, host) = (note.source?.process ?? 0, note.source?.host ?? "")
    let isHeld = FileLock.isHeld(ExperimentNote.path(in: folder))
    activity =
      isHeld ? .running : note.hasEnded ? .ended : look.unfinished > 0 ? .submitted : .interrupted
    progress = isHeld ? ProgressFile(in: folder).recent() : nil
    let locks = try? options.store.locks
    let written = note.hasEnded ? WrittenStatuses(folder) : nil
    stages = plan.stages.map { stage in
      Self.line(
        stage, look, isLocked: { locks?.isTaken(stage.key.prefix) == true },
        isUnderWay: isHeld && !note.isSubmitted, written)
    }
    if let progress {
      let running = Dictionary(progress.running.map { ($0.key, $0.words) }) { first, _ in first }
      for index in stages.indices where stages[index].state == .running {
        stages[index].detail = running[stages[index].key.hex] ?? stages[index].detail
      }
    }
    problem = look.problem
    jobs = look.records.flatMap { record in
      record.batches.compactMap { Self.line($0, look.queue) }
    }
  }

  private static func line(
    _ stage: Stage, _ look: ClusterLook, isLocked: () -> Bool, isUnderWay: Bool,
    _ written: WrittenStatuses?
  ) -> StageLine {
    var line = StageLine(title: stage.title, key: stage.key, state: .missing)
    let result = look.results[stage.key]
    if let result, result.manifest != nil {
      line.state = result.status == .ok ? .stored : .failed
      line.detail = result.reason.map { "\(result.status.rawValue): \($0)" }
      return line
    }
    switch look.states[stage.key] {
    case .running(let host, let event):
      (line.state, line.host, line.detail) = (.running, host, event.flatMap(words))
    case .waiting(let reason):
      (line.state, line.detail) = (.waiting, reason.isEmpty ? nil : reason)
    case .ended where !isLocked(), .vanished where !isLocked():
      line.state = .failed
      line.detail = result.map { "\($0.status.rawValue): \($0.reason ?? "")" }
    default:
      if isLocked() {
        line.state = .running
      } else if isUnderWay {
        line.state = .waiting
      } else if let failure = written?.failures[stage.key.hex] {
        (line.state, line.detail) = (.failed, failure)
      }
    }
    return line
  }

  private static func words(_ event: WorkerEvent) -> String? {
    switch event {
    case .training(let at), .epoch(let at): Words.epoch(at)
    case .evaluating(let at): "\(at.done)/\(at.examples) images"
    case .started, .finished, .failed, .stopped: nil
    }
  }

  private static func line(_ batch: Submission.Batch, _ queue: SlurmQueue?) -> JobLine? {
    let entries = (0..<batch.count).compactMap {
      queue?[SlurmQueue.Place(name: batch.name, index: $0)]
    }
    guard let array = entries.first?.job ?? batch.job else { return nil }
    var line = JobLine(array: array, level: batch.level)
    for entry in entries {
      if entry.hasEnded {
        line.ended += 1
      } else if entry.isRunning {
        line.running += 1
      } else {
        line.waiting += 1
        if !entry.reason.isEmpty, !line.reasons.contains(entry.reason) {
          line.reasons.append(entry.reason)
        }
      }
      line.restarts += entry.restarts
    }
    return line
  }
}

/// The failures that `results.json` lists.
private struct WrittenStatuses {
  /// By the stage's key: the status and its reason.
  private(set) var failures: [String: String] = [:]

  init?(_ folder: FilePath) {
    struct Document: Decodable {
      struct Status: Decodable {
        var key: String
        var status: RowStatus
        var reason: String?
      }
      var statuses: [Status]
    }
    guard let bytes = try? FileSystem.read(folder.appending("results.json")),
      let document = try? WireFormat.decode(Document.self, from: bytes)
    else { return nil }
    for status in document.statuses where status.status != .ok && status.status != .cancelled {
      failures[status.key] = "\(status.status.rawValue): \(status.reason ?? "unknown reason")"
    }
  }
}
