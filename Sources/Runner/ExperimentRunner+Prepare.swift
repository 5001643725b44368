internal import Experiments
internal import Learning
internal import Settings

/// What is looked at before a stage is begun.
extension ExperimentRunner {
  /// - Throws: `SubmissionError` where nobody can leave this run alone.
  static func checkDetached(
    _ options: RunOptions, _ slurm: Slurm?
  ) throws(SubmissionError) {
    if slurm == nil {
      throw SubmissionError(
        message: "--detach needs a cluster, but the launcher is `local`",
        suggestion: "add `--launcher slurm`")
    }
    if options.spec == "-" {
      throw SubmissionError(
        message: "--detach needs a spec that is a file: `collect` reads it again")
    }
    if options.failurePolicy == .failFast {
      throw SubmissionError(
        message: "--fail-fast needs somebody who waits: it does not go with --detach")
    }
  }

  /// What is stored of a plan and whole. A stored stage that cannot be what its work comes to is
  /// taken away, to be done again.
  ///
  /// - Parameter checked: What an earlier run has looked at, which is not read again.
  static func whole(
    _ plan: Plan, _ store: ContentStore, _ checked: CheckedStages, _ display: ProgressDisplay
  ) -> [StageKey: StageManifest] {
    var whole: [StageKey: StageManifest] = [:]
    for (position, key) in plan.stages.keys.enumerated() {
      if checked.isUnchanged(key), let manifest = store.manifest(of: key) {
        whole[key] = manifest
        continue
      }
      guard store.isThere(key) else { continue }
      let stage = plan.stages[position]
      switch store.entry(stage.key, .meaning(stage.work)) {
      case .absent: break
      case .whole(let manifest): whole[stage.key] = manifest
      case .damaged(let reason):
        display.warn("warning: the stored result of '\(stage.title)' is damaged: it runs again")
        display.warn("  \(store.path(of: stage.key)): \(reason)")
        do {
          try store.removeIfDamaged(stage.key, .meaning(stage.work))
        } catch {
          display.warn("  \(error)")
        }
      }
    }
    return whole
  }

  static func say(_ event: DatasetEvent, on display: ProgressDisplay) {
    switch event {
    case .waiting(let name): display.note("waiting: another process is preparing \(name)")
    case .downloading(let url, let bytes):
      if bytes == 0 { display.note("downloading \(url)") }
    case .decompressing(let name): display.note("decompressing \(name)")
    case .reading(let name): display.note("reading \(name)")
    case .drawing(let done, let total):
      if done == total { display.note("\(Words.count(total, "digit")) drawn") }
    case .warning(let text): display.warn("warning: \(text)")
    }
  }
}
