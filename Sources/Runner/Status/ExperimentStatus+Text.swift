internal import Experiments
internal import PlainText
internal import Results
internal import Settings
internal import SystemPackage

extension ExperimentStatus {
  /// More stages of one state are not listed for people.
  private static let mostListed = 20

  /// For people.
  package var text: String {
    var lines = ["\(experiment): \(activityWords)"]
    let counts = State.allCases.compactMap { state in
      count(state) > 0 ? "\(count(state)) \(state.rawValue)" : nil
    }
    // The display of a waiting run does not know which jobs are back in the queue; Slurm does.
    let states =
      (jobs.isEmpty ? progress?.totals.countWords : nil) ?? counts.joined(separator: ", ")
    lines.append("  \(Words.count(stages.count, "stage")): \(states)")
    if let progress { lines += words(progress) }
    if problem == nil { for job in jobs { lines.append("  " + words(job)) } }
    if let problem { lines.append("  \(problem): what jobs do now is not known") }
    for state in [State.running, .failed] { lines += list(state) }
    if let next { lines.append("next: " + next) }
    return lines.map { $0.printable + "\n" }.joined()
  }

  private var activityWords: String {
    switch activity {
    case .running: "running, process \(process) on \(host), launcher \(launcher)"
    case .submitted: "submitted to \(launcher), nobody waits for it"
    case .interrupted: "not finished, nobody works on it"
    case .ended: count(.stored) == stages.count ? "finished" : "ended"
    }
  }

  /// What the live display of the run says of the whole.
  private func words(_ progress: ProgressRecord) -> [String] {
    let totals = progress.totals
    var facts = [
      "\(Int((100 * totals.fraction).rounded(.down))) % of the work after "
        + Words.clock(progress.elapsed)
    ]
    if let speed = totals.examplesPerSecond {
      facts.append("\(NumberText.grouped(Int(nearest: speed))) examples/s")
    }
    if let seconds = totals.etaSeconds { facts.append("about \(Words.clock(seconds)) left") }
    let best = totals.best.map {
      "best accuracy under the last attack: \(Words.percent($0.accuracy)), \($0.evaluation)"
    }
    return ([facts.joined(separator: ", ")] + [best].compactMap { $0 }).map { "  " + $0 }
  }

  private func words(_ job: JobLine) -> String {
    var parts: [String] = []
    if job.ended > 0 { parts.append("\(job.ended) ended") }
    if job.running > 0 { parts.append("\(job.running) running") }
    if job.waiting > 0 {
      let reasons = job.reasons.isEmpty ? "" : " (\(job.reasons.joined(separator: ", ")))"
      parts.append("\(job.waiting) waiting\(reasons)")
    }
    if job.restarts > 0 { parts.append(Words.count(job.restarts, "restart")) }
    return "array \(job.array): "
      + (parts.isEmpty ? "Slurm does not know it" : parts.joined(separator: ", "))
  }

  private func list(_ state: State) -> [String] {
    let all = stages.filter { $0.state == state }
    guard !all.isEmpty else { return [] }
    let lines = all.prefix(Self.mostListed).map { stage in
      "  \(stage.title)" + (stage.host.map { " on \($0)" } ?? "")
        + (stage.detail.map { ", \($0)" } ?? "")
    }
    let more = all.count - lines.count
    return ["\(state.rawValue):"] + lines + (more > 0 ? ["  … and \(more) more"] : [])
  }

  /// What a person may want to do.
  private var next: String? {
    switch activity {
    case .submitted:
      "`nsl-run collect \(experiment)` writes tables, `nsl-run cancel \(experiment)` cancels"
    case .interrupted:
      count(.missing) == 0
        ? "`nsl-run collect \(experiment)` writes the tables"
        : "the command that ran it resumes; `nsl-run collect \(experiment)` writes tables of what is"
          + " there"
    case .running, .ended: nil
    }
  }

  /// For programs.
  package var document: Document { Document(self) }

  package struct Document: Encodable, Sendable {
    struct Stage: Encodable, Sendable {
      var title: String
      var key: String
      var state: String
      var detail: String?
      var host: String?
    }

    struct Job: Encodable, Sendable {
      var array: Int
      var level: Int
      var waiting: Int
      var running: Int
      var ended: Int
      var restarts: Int
      var reasons: [String]
    }

    var schemaVersion = 1
    var experiment: String
    var folder: String
    var launcher: String
    var activity: String
    var process: Int32
    var host: String
    var counts: [String: Int]
    var stages: [Stage]
    var jobs: [Job]
    var progress: ProgressRecord?
    var problem: String?

    enum CodingKeys: String, CodingKey {
      case schemaVersion = "schema_version"
      case experiment, folder, launcher, activity, process, host, counts, stages, jobs, progress,
        problem
    }

    init(_ status: ExperimentStatus) {
      (experiment, folder) = (status.experiment, status.folder.string)
      (launcher, activity) = (status.launcher, status.activity.rawValue)
      (process, host, problem) = (status.process, status.host, status.problem)
      progress = status.progress
      counts = Dictionary(
        uniqueKeysWithValues: State.allCases.map { ($0.rawValue, status.count($0)) })
      stages = status.stages.map {
        Stage(
          title: $0.title, key: $0.key.hex, state: $0.state.rawValue, detail: $0.detail,
          host: $0.host)
      }
      jobs = status.jobs.map {
        Job(
          array: $0.array, level: $0.level, waiting: $0.waiting, running: $0.running,
          ended: $0.ended, restarts: $0.restarts, reasons: $0.reasons)
      }
    }
  }
}
