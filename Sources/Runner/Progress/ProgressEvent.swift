package import Experiments
internal import PlainText
package import Results
internal import SystemPackage

/// What a run says with `--progress json`: a JSON object a line, described in docs/results.md.
package enum ProgressEvent: Sendable {
  /// Before anything runs.
  case planned(experiment: String, stages: Int, stored: Int, jobs: Int?)
  case started(StageKey, stage: String)
  /// At most once a second for each stage that runs, and at the end of an epoch.
  case progress(StageProgress)
  /// An attempt has failed, and there is another one: the first is retry 1.
  case retrying(StageKey, stage: String, StageEnding, retry: Int, of: Int)
  case ended(StageKey, stage: String, StageEnding)
  /// At most once a second, and at the end.
  case overall(ProgressTotals)
  /// What people are told in words, such as a warning.
  case message(level: MessageLevel, text: String)
  /// Stages were handed in to a cluster, and nobody waits for them.
  case submitted(stages: Int, jobs: Int, arrays: [Int])
  /// The last one.
  case finished(RunEnding)

  package enum MessageLevel: String, Encodable, Sendable { case note, warning }

  package struct StageEnding: Encodable, Sendable {
    var status: RowStatus
    var reason: String?
    var seconds: Double
    /// Of an evaluation that ended well.
    var accuracy: Double?

    init(_ result: StageResult, accuracy: Double?) {
      status = result.status
      reason = result.reason?.printable
      seconds = result.seconds.rounded(decimals: 3)
      self.accuracy = accuracy
    }
  }

  package struct RunEnding: Encodable, Sendable {
    package var exitStatus: Int32
    package var isInterrupted: Bool
    /// `results/<experiment>/`.
    package var folder: String
    package var failures: [Failure]
    package var seconds: Double

    package struct Failure: Encodable, Sendable {
      var stage: String
      var status: RowStatus
      var reason: String

      /// - Parameter stage: In words.
      package init(stage: String, _ status: RowStatus, reason: String) {
        (self.stage, self.status, self.reason) = (stage.printable, status, reason.printable)
      }
    }

    enum CodingKeys: String, CodingKey {
      case exitStatus = "exit_status"
      case isInterrupted = "interrupted"
      case folder, failures, seconds
    }

    /// - Parameters:
    ///   - exitStatus: Of the process.
    ///   - folder: `results/<experiment>/`.
    package init(
      exitStatus: Int32, isInterrupted: Bool, folder: String, failures: [Failure], seconds: Double
    ) {
      self.exitStatus = exitStatus
      self.isInterrupted = isInterrupted
      self.folder = folder.printable
      self.failures = failures
      self.seconds = seconds.rounded(decimals: 3)
    }

    /// - Parameter exitStatus: Of the process.
    package init(_ summary: RunSummary, exitStatus: Int32) {
      self.init(
        exitStatus: exitStatus, isInterrupted: summary.wasInterrupted,
        folder: summary.folder.string,
        failures: summary.failures.map { Failure(stage: $0.title, $0.status, reason: $0.reason) },
        seconds: summary.seconds)
    }
  }

  private static let currentSchema = 1

  private enum Key: String, CodingKey {
    case schemaVersion = "schema_version"
    case event, elapsed, experiment, stages, stored, jobs, key, stage, level, text, arrays, retry
    case retries
    case toRun = "to_run"
  }

  /// The event as a line, with its line feed.
  ///
  /// - Parameter elapsed: Seconds since the beginning of the run.
  package func line(elapsed: Double) -> String {
    guard let bytes = try? WireFormat.encode(Line(event: self, elapsed: elapsed)) else {
      preconditionFailure("events have a JSON form")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private struct Line: Encodable {
    var event: ProgressEvent
    var elapsed: Double

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(ProgressEvent.currentSchema, forKey: .schemaVersion)
      try container.encode(elapsed.rounded(decimals: 3), forKey: .elapsed)
      func put(_ name: String) throws { try container.encode(name, forKey: .event) }
      switch event {
      case .planned(let experiment, let stages, let stored, let jobs):
        try put("planned")
        try container.encode(experiment.printable, forKey: .experiment)
        try container.encode(stages, forKey: .stages)
        try container.encode(stored, forKey: .stored)
        try container.encode(stages - stored, forKey: .toRun)
        try container.encodeIfPresent(jobs, forKey: .jobs)
      case .started(let key, let stage):
        try put("started")
        try container.encode(key.hex, forKey: .key)
        try container.encode(stage.printable, forKey: .stage)
      case .progress(let progress):
        try put("progress")
        try progress.encode(to: encoder)
      case .retrying(let key, let stage, let ending, let retry, let count):
        try put("retrying")
        try container.encode(key.hex, forKey: .key)
        try container.encode(stage.printable, forKey: .stage)
        try container.encode(retry, forKey: .retry)
        try container.encode(count, forKey: .retries)
        try ending.encode(to: encoder)
      case .ended(let key, let stage, let ending):
        try put("ended")
        try container.encode(key.hex, forKey: .key)
        try container.encode(stage.printable, forKey: .stage)
        try ending.encode(to: encoder)
      case .overall(let totals):
        try put("overall")
        try totals.encode(to: encoder)
      case .message(let level, let text):
        try put("message")
        try container.encode(level, forKey: .level)
        try container.encode(text.printableLines, forKey: .text)
      case .submitted(let stages, let jobs, let arrays):
        try put("submitted")
        try container.encode(stages, forKey: .stages)
        try container.encode(jobs, forKey: .jobs)
        try container.encode(arrays, forKey: .arrays)
      case .finished(let ending):
        try put("finished")
        try ending.encode(to: encoder)
      }
    }
  }
}

extension ProgressState {
  /// What a program is told of an event; nothing of most. Called before the event is applied.
  ///
  /// - Parameter time: In seconds since the beginning of the run.
  package func events(for event: SchedulerEvent, at time: Double) -> [ProgressEvent] {
    switch event {
    case .planned(let stages, let stored):
      return [
        .planned(experiment: experiment, stages: stages.count, stored: stored.count, jobs: jobs)
      ]
    case .started(let stage): return [.started(stage.key, stage: stage.title)]
    case .worker(let key, .epoch(let position)):
      guard var stage = running.first(where: { $0.stage.key == key }) else { return [] }
      stage.position = .training(position)
      return [.progress(stage.progress(at: time))]
    case .worker: return []
    case .retrying(let stage, let result, let retry, let count):
      return [
        .retrying(
          stage.key, stage: stage.title, ProgressEvent.StageEnding(result, accuracy: nil),
          retry: retry, of: count)
      ]
    case .ended(let stage, let result):
      let running = running.first { $0.stage.key == stage.key }
      var accuracy: Double?
      if case .evaluating(let at) = running?.position, result.status == .ok, at.done > 0 {
        accuracy = Double(at.correct) / Double(at.done)
      }
      return [
        .ended(stage.key, stage: stage.title, ProgressEvent.StageEnding(result, accuracy: accuracy))
      ]
    }
  }
}
