internal import Experiments
internal import Learning

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

  /// How long each stage is expected to take.
  static func seconds(
    of stages: [Stage], _ data: Dataset, _ store: ContentStore, _ stored: [StageKey: StageManifest]
  ) -> [Double]? {
    guard stored.count < stages.count else { return nil }
    let mine = stages.lazy.map(\.key).filter { stored[$0] != nil }.prefix(mostTimes)
    var known = Array(mine).compactMap { store.entry($0).manifest }
    if known.isEmpty { known = StoredStages(store).manifests(first: [], most: mostTimes) }
    return ExpectedTimes.seconds(
      of: stages, cost: StageCost(data),
      estimator: TimeEstimator(
        known, cost: StageCost(data), environment: EnvironmentInfo.current.provenance))
  }
}
