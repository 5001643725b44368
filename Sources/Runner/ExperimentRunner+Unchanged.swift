internal import Experiments
internal import Files
internal import Results
internal import SystemPackage

/// A run of what has been run already.
extension ExperimentRunner {
  /// Ends a run at once where everything is stored, and the experiment's folder holds what the last run
  /// has written from the same.
  ///
  /// Files are looked at, but not read as long as nobody has written to them since they were: what
  /// somebody has written to is checked as ever.
  ///
  /// - Returns: `nil` where there is something to do.
  /// - Throws: `FileError` where `timings.csv` cannot be written.
  static func unchanged(
    _ last: FinishedRun, _ plan: Plan, _ folder: ExperimentFolder, _ checked: CheckedStages,
    _ options: RunOptions, classNames: [String]?, _ cost: StageCost, _ display: ProgressDisplay
  ) async throws -> RunSummary? {
    guard !last.about.origin.isEmpty, options.tracking.isEmpty else { return nil }
    let origin = try FinishedRun.origin(
      of: plan, provenance: await provenance(options, plan, kernels: [:]), SpecOrigin(options),
      classNames: classNames)
    guard last.about.origin == origin, last.isUnchanged(in: folder.path, plan),
      let stages = wholeStages(of: plan, options.store, checked),
      let table = try? last.table(in: folder.path),
      let comparisons = try? ModelComparisons(json: last.comparisons, axes: table.axes)
    else { return nil }
    var now = last
    now.stages = stages
    now.about.names = checked.names
    let tables = try folder.lockTables()
    if !last.about.areTimingsOfStored {
      let name = ExperimentFolder.timings
      let bytes = TimingTable.ofStored(try FileSystem.read(folder.path.appending(name)))
      try folder.put(name, bytes)
      now.replace(name, bytes, in: folder.path)
      now.about.areTimingsOfStored = true
    }
    if !last.about.areTimingsOfStored || stages != last.stages { try now.write(in: folder.path) }
    tables.release()
    let all = Array(plan.stages)
    display.begin(
      ProgressState(experiment: plan.experiment, cost: cost))
    display.apply(.planned(stages: all, stored: Set(all.map(\.key))))
    display.finish()
    var summary = RunSummary(
      experiment: plan.experiment, folder: folder.path, table: table, stagesRun: 0,
      stagesStored: all.count, stagesTotal: all.count, failures: last.about.failures,
      seconds: 0, wasInterrupted: false)
    summary.isUnchanged = true
    summary.hasTables = true
    summary.claims = ClaimText(table, comparisons: comparisons)
    return summary
  }

  /// What is known of the files of all stages; those that somebody has written to are read.
  ///
  /// - Returns: `nil` where a stage is not stored, or damaged.
  private static func wholeStages(
    of plan: Plan, _ store: ContentStore, _ checked: CheckedStages
  ) -> [CheckedStages.Record]? {
    for (position, key) in plan.stages.keys.enumerated() where !checked.isUnchanged(key) {
      let work = plan.stages.work(at: position)
      guard let manifest = store.entry(key, .meaning(work)).manifest else { return nil }
      checked.check(manifest)
    }
    return checked.records(of: plan.stages.keys)
  }
}
