internal import Experiments

/// The work of the stages.
extension ExperimentRunner {
  /// Runs the stages, showing them; stops when a signal says so.
  static func execute(
    _ scheduler: Scheduler, _ interruption: Interruption, _ display: ProgressDisplay
  ) async -> [StageKey: StageResult] {
    let animation = Task { await display.animate() }
    let work = Task { await scheduler.run() }
    interruption.replaceAction { work.cancel() }
    let results = await work.value
    // From here on it is looked at between two files.
    interruption.replaceAction(nil)
    animation.cancel()
    display.finish()
    return results
  }

  /// More stored stages than this are not asked for their times: a run is to begin at once.
  private static let mostTimes = 64

  /// What stored stages say of how long others take; `nil` where nothing is to run.
  static func estimator(
    _ cost: StageCost, _ store: ContentStore, stages: PlannedStages,
    _ stored: [StageKey: StageManifest]
  ) -> TimeEstimator? {
    guard stored.count < stages.count else { return nil }
    let mine = stages.keys.lazy.filter { stored[$0] != nil }.prefix(mostTimes)
    var known = Array(mine).compactMap { store.entry($0).manifest }
    if known.isEmpty { known = StoredStages(store).manifests(first: [], most: mostTimes) }
    return TimeEstimator(known, cost: cost, environment: EnvironmentInfo.current.provenance)
  }
}
