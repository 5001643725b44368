internal import Experiments
internal import Files
internal import Learning
internal import Results
internal import SystemPackage

/// Runs an experiment from its spec to its tables.
package enum ExperimentRunner {
  /// Plans, runs what is not stored yet, and writes `results/<experiment>/`.
  ///
  /// What goes on is said on standard error. Failed runs are rows of the tables, not errors.
  ///
  /// - Throws: What keeps a run from beginning or its results from being written:
  ///   `DiagnosticsError` for the spec, `DatasetError` for the data, `FileError` for the disk.
  package static func run(_ options: RunOptions) async throws -> RunSummary {
    let start = ContinuousClock.now
    let display = ProgressDisplay(
      terminal: .standardError(environment: options.environment), verbosity: options.verbosity)
    let spec = try SpecLoader.load(path: options.spec, overrides: options.overrides)
    options.onSpec(spec)
    let folder = ExperimentFolder(spec.experiment, in: options.resultsFolder)
    let lock = try folder.lock {
      display.warn(
        "waiting: another nsl-run is working on \(folder.path); Ctrl-C gives up waiting")
    }
    let library = DatasetLibrary(DatasetLocations(environment: options.environment))
    let preparation = try ExperimentPlanner.prepare(spec, library) { say($0, on: display) }
    let dataset = preparation.dataset
    defer { try? dataset.removeIfTemporary() }
    if let reason = preparation.fallbackReason {
      display.warn(
        "warning: \(spec.dataset.name.rawValue) cannot be had, \(dataset.name.rawValue) is used "
          + "instead and named in every row\n  because \(reason)")
    }
    let plan = ExperimentPlanner.plan(spec, for: dataset.name, digest: dataset.digest)
    let data = try dataset.open()
    let store = options.store
    try store.open()
    removeDamaged(plan, store, display)

    display.begin(
      ProgressState(
        experiment: plan.experiment,
        cost: StageCost(trainExamples: data.train.count, testExamples: data.test.count)))
    let launcher = LocalLauncher(
      store: store, dataset: dataset, programVersion: options.programVersion)
    let (results, wasInterrupted) = await execute(plan, store, launcher, options, display)
    var summary = RunSummary(
      experiment: plan.experiment, folder: folder.path, table: ResultTable(axes: [], rows: []),
      stagesRun: results.values.count { !$0.isCached && $0.manifest != nil },
      stagesStored: results.values.count(where: \.isCached), stagesTotal: plan.stages.count,
      failures: failures(plan, results), seconds: 0, wasInterrupted: wasInterrupted)
    if !wasInterrupted {
      let collection = try Collection(plan: plan, results: results, store: store)
      try folder.write(
        collection, provenance: await provenance(options, plan, kernels: collection.kernels))
      summary.table = collection.table
    }
    lock.release()
    summary.seconds = (ContinuousClock.now - start) / .seconds(1)
    conclude(summary, display)
    return summary
  }

  /// Runs the stages, showing them; stops when a signal says so.
  private static func execute(
    _ plan: Plan, _ store: ContentStore, _ launcher: any Launcher, _ options: RunOptions,
    _ display: ProgressDisplay
  ) async -> (results: [StageKey: StageResult], wasInterrupted: Bool) {
    let scheduler = Scheduler(
      stages: Array(plan.stages), store: store, launcher: launcher,
      options: Scheduler.Options(
        jobs: options.jobs, failurePolicy: options.failurePolicy, timeLimit: options.timeLimit)
    ) { display.apply($0) }
    let animation = Task { await display.animate() }
    let work = Task { await scheduler.run() }
    let interruption = Interruption { work.cancel() }
    let results = await work.value
    animation.cancel()
    display.finish()
    return (results, interruption.hasHappened)
  }

  /// A stored stage that is not what was stored is done again.
  private static func removeDamaged(
    _ plan: Plan, _ store: ContentStore, _ display: ProgressDisplay
  ) {
    for stage in plan.stages {
      guard case .damaged(let reason) = store.entry(stage.key, .contents) else { continue }
      display.warn("warning: what is stored of '\(stage.title)' is damaged and is done again")
      display.warn("  \(store.path(of: stage.key)): \(reason)")
      do {
        try store.removeIfDamaged(stage.key)
      } catch {
        display.warn("  \(error)")
      }
    }
  }

  private static func provenance(
    _ options: RunOptions, _ plan: Plan, kernels: [String: [String]]
  ) async -> Provenance {
    let specFolder = FilePath(options.spec).removingLastComponent()
    return Provenance(
      nslRunVersion: options.programVersion,
      gitRevision: await GitRevision.current(in: specFolder),
      environment: EnvironmentInfo.current.provenance,
      datasetDigests: [plan.dataset.name.rawValue: plan.dataset.digest], kernels: kernels,
      overrides: options.overrides.isEmpty
        ? nil
        : options.overrides.map {
          $0.action == .set ? $0.argument : "--sweep \($0.argument)"
        })
  }

  private static func say(_ event: DatasetEvent, on display: ProgressDisplay) {
    switch event {
    case .waiting(let name): display.note("waiting: another process is preparing \(name)")
    case .downloading(let url, let bytes):
      if bytes == 0 { display.note("downloading \(url)") }
    case .decompressing(let name): display.note("decompressing \(name)")
    case .drawing(let done, let total):
      if done == total { display.note("\(Words.count(total, "digit")) drawn") }
    case .warning(let text): display.warn("warning: \(text)")
    }
  }

  private static func failures(
    _ plan: Plan, _ results: [StageKey: StageResult]
  ) -> [RunSummary.Failure] {
    plan.stages.compactMap { stage in
      guard let result = results[stage.key], result.status != .ok, result.status != .cancelled,
        stage.dependencies.allSatisfy({ results[$0]?.status == .ok })
      else { return nil }
      return RunSummary.Failure(
        title: stage.title, status: result.status, reason: result.reason ?? "no reason was given")
    }
  }

  private static func conclude(_ summary: RunSummary, _ display: ProgressDisplay) {
    guard summary.wasInterrupted else { return }
    let stored = summary.stagesRun + summary.stagesStored
    display.warn(
      "interrupted after \(Words.seconds(summary.seconds)): \(stored) of "
        + "\(Words.count(summary.stagesTotal, "stage")) are stored; the same command goes on from "
        + "there")
  }
}
