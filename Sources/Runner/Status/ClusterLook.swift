package import Experiments
internal import Files
internal import Results
package import SystemPackage

/// What the stages of a plan have come to, looked at once: what is stored, and what the jobs of a
/// cluster and Slurm say of the rest.
package struct ClusterLook: Sendable {
  package private(set) var results: [StageKey: StageResult] = [:]
  /// What is known of stages that are not stored and have jobs.
  package private(set) var states: [StageKey: SubmissionStates.State] = [:]
  /// Stages whose jobs run or wait.
  package private(set) var unfinished = 0
  /// Submissions that nobody has marked as over.
  package private(set) var open: [SubmissionFolder] = []
  package private(set) var records: [Submission] = []
  /// `nil` where there is nothing to ask, or no answer.
  package private(set) var queue: SlurmQueue?
  /// Why Slurm does not answer.
  package private(set) var problem: String?

  package init(_ plan: Plan, folder: FilePath, store: ContentStore) async throws {
    let all = SubmissionFolder.all(in: folder)
    let live = all.filter { !$0.isOver }
    open = live
    do {
      let names = try live.flatMap { try $0.record().names }
      queue = names.isEmpty ? nil : try await SlurmCommands().queue(names: names)
    } catch let problem as SlurmCommands.Problem {
      self.problem = problem.message
    }
    // The last word on a stage is that of the submission that did it last.
    for submission in all {
      let record = try submission.record()
      if live.contains(submission) { records.append(record) }
      let isOver = !live.contains(submission)
      let look = SlurmRun.look(
        submission, record, isOver ? SlurmQueue() : queue, lastWordsIn: store)
      if !isOver, queue != nil { try? submission.write(look.endings) }
      states.merge(look.states) { $1 }
    }
    var titles: [StageKey: String] = [:]
    for stage in plan.stages {
      titles[stage.key] = stage.title
      if let manifest = store.entry(stage.key).manifest {
        results[stage.key] = StageResult(manifest, isCached: true)
        continue
      }
      let result: StageResult
      switch states[stage.key] {
      case .ended(let status, let reason, let seconds) where status != .ok:
        let own = StageResult(failed: status, reason: reason ?? "unknown reason", seconds: seconds)
        result = Scheduler.fate(of: stage, results) { titles[$0] } ?? own
      case .ended:
        result = StageResult(
          failed: .crashed, reason: "its job has stored it, but it is not here")
      case .waiting(let reason):
        unfinished += 1
        result = StageResult(
          failed: .cancelled,
          reason: "its job is in the queue" + (reason.isEmpty ? "" : " (\(reason))"))
      case .running:
        unfinished += 1
        result = StageResult(failed: .cancelled, reason: "its job is still running")
      case .vanished:
        result = StageResult(failed: .cancelled, reason: "Slurm has lost its job")
      case nil: result = StageResult(failed: .cancelled, reason: "never started")
      }
      results[stage.key] = result
    }
  }
}
