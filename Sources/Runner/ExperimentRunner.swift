internal import Experiments
internal import Files
internal import Glibc
internal import Learning
internal import Results
internal import Settings
internal import SystemPackage

/// Runs an experiment from its spec to its tables.
package enum ExperimentRunner {
  /// Plans, runs what is not stored yet, and writes `results/<experiment>/`.
  ///
  /// What goes on is said on standard error. Failed runs are rows of the tables, not errors.
  ///
  /// - Throws: What keeps a run from beginning or its results from being written:
  ///   `DiagnosticsError` for the spec, `DatasetError` for the data, `FileError` for the disk,
  ///   `ProcessLimitError` for this process.
  package static func run(_ options: RunOptions) async throws -> RunSummary {
    let start = ContinuousClock.now
    let display = ProgressDisplay(options)
    let spec = try ExperimentPlanner.load(
      spec: options.spec, overrides: options.overrides, environment: options.environment)
    options.onSpec(spec)
    try ProcessLimits.checkInstructions()
    let launcherSettings = options.launcher(of: spec)
    let slurm = launcherSettings.slurm
    let execution = options.execution(of: spec)
    if options.isDetached { try checkDetached(options, slurm) }
    if slurm != nil { try await SlurmRun.checkCommands() }
    let wanted = options.jobs(of: spec)
    let jobs = try ProcessLimits.prepare(jobs: slurm == nil ? wanted : 1)
    if slurm == nil, jobs < wanted {
      display.warn(
        "warning: \(Words.count(jobs, "job")) in parallel instead of \(wanted): each needs "
          + "\(ProcessLimits.descriptorsPerJob) open files, and this process may not open more "
          + "(`ulimit -n`)")
    }
    let cores = EnvironmentInfo.availableCores
    if jobs > cores {
      display.note(
        "note: \(jobs) jobs on \(Words.count(cores, "processor")) are not faster than \(cores), and "
          + "need more memory")
    }
    let interruption = Interruption {
      display.warn("interrupted: nothing was run")
      _exit(130)
    }
    defer { withExtendedLifetime(interruption) {} }
    let library = DatasetLibrary(DatasetLocations(environment: options.environment))
    let preparation = try ExperimentPlanner.prepare(spec, library) { say($0, on: display) }
    let dataset = preparation.dataset
    defer { try? dataset.removeIfTemporary() }
    if let reason = preparation.fallbackReason {
      display.warn(
        "warning: \(spec.dataset.name.rawValue) is not available: \(dataset.name.rawValue) is used "
          + "instead, and every row names it\n  because \(reason)")
    }
    let plan = ExperimentPlanner.plan(spec, for: dataset.name, digest: dataset.digest)
    let memory = MachineMemory.forStages(jobs: jobs)
    if let need = MemoryNeed.largest(of: plan.stages), let memory, need.bytes <= memory,
      need.bytes > memory / jobs, slurm == nil
    {
      display.note(
        "note: a training needs at least \(MachineMemory.words(need.bytes)) of memory, and there are "
          + "\(MachineMemory.words(memory)): \(memory / need.bytes) of these run at a time")
    }
    let data = try dataset.open()
    for warning in ExperimentPlanner.warnings(spec, data.train.classes) {
      display.warn("warning: \(warning.message)")
    }
    let store = options.store
    func sayMoved(_ path: FilePath, to moved: FilePath) {
      display.warn("warning: \(path) was in the way and has been moved to \(moved)")
    }
    try store.open(onMove: sayMoved)
    let use = try store.lockForUse {
      display.warn("waiting: `nsl-run gc` is removing what is not needed from \(store.folder)")
    }
    // Nothing that keeps a run from beginning leaves a folder behind.
    let folder = ExperimentFolder(spec.experiment, in: options.resultsFolder)
    let lock = try folder.announce()
    var note = ExperimentNote(
      hasEnded: false, isSubmitted: slurm != nil, description: spec.description, tags: spec.tags,
      source: RunSource(options, launcher: launcherSettings.word))
    lock.write(note.text)
    let cost = StageCost(data)
    let last = FinishedRun(of: folder.path, by: options.programVersion)
    let checked = CheckedStages(store, records: last.stages, names: last.about.names)
    if slurm == nil,
      var summary = try await unchanged(
        last, plan, folder, checked, options, classNames: dataset.classNames, cost, display)
    {
      note.hasEnded = true
      lock.write(note.text)
      lock.release()
      use.release()
      summary.seconds = (ContinuousClock.now - start) / .seconds(1)
      return summary
    }
    try StageList.write(plan, in: folder.path)
    let stored = whole(plan, store, checked, display)
    let estimator = estimator(cost, store, stages: plan.stages, stored)
    var progress = ProgressState(
      experiment: plan.experiment, cost: cost, jobs: slurm == nil ? jobs : nil,
      estimator: estimator)
    progress.note(stored: stored, of: plan.stages, in: store)
    display.begin(progress, file: ProgressFile(in: folder.path))

    let results: [StageKey: StageResult]
    var detached: RunSummary.Detached?
    if let slurm {
      let outcome = try await onCluster(
        plan, slurm, options, execution: execution, threads: options.threads(of: spec),
        folder: folder, dataset: dataset, stored: stored, cost: cost, interruption: interruption,
        display: display)
      switch outcome {
      case .ended(let ended): results = ended
      case .detached(let jobs):
        detached = jobs
        results = stored.mapValues { StageResult($0, isCached: true) }
      }
    } else {
      let launcher = LocalLauncher(
        store: store, dataset: dataset, programVersion: options.programVersion)
      let stages = Array(plan.stages)
      let scheduler = Scheduler(
        stages: stages, store: store, launcher: launcher,
        seconds: estimator.map { ExpectedTimes.seconds(of: stages, cost: cost, estimator: $0) },
        early: ExpectedTimes.probes(
          of: stages, isStored: { stored[stages[$0].key] != nil }, cost: cost,
          estimator: estimator),
        patience: estimator.map { Patience.seconds(of: stages, cost: cost, estimator: $0) },
        stored: stored,
        options: Scheduler.Options(
          jobs: jobs, cores: cores, threads: options.threads(of: spec),
          failurePolicy: options.failurePolicy,
          timeLimit: execution.timeout.map { .seconds($0.seconds) }, retries: execution.retries,
          memory: memory)
      ) { display.apply($0) }
      results = await execute(scheduler, interruption, display)
      await launcher.end()
    }
    // Before there are tables that come from it.
    if results.values.contains(where: { !$0.isCached }) { store.synchronize() }
    // Logs that cannot be removed keep nothing from its end.
    try? store.removeLogs { results[$0]?.manifest != nil }
    try? store.removeUnfinished { results[$0]?.manifest != nil }
    var summary = RunSummary(
      experiment: plan.experiment, folder: folder.path, table: ResultTable(axes: [], rows: []),
      stagesRun: results.values.count { !$0.isCached && $0.manifest != nil },
      stagesStored: results.values.count(where: \.isCached), stagesTotal: plan.stages.count,
      failures: failures(plan, results, withCancelled: slurm != nil), seconds: 0,
      wasInterrupted: false)
    summary.detached = detached
    summary.diskFull = diskFull(plan, results, store)
    if detached == nil {
      let tables = try folder.lockTables {
        display.note("waiting: another nsl-run is writing the tables of \(folder.path)")
      }
      try await write(
        plan, results, folder, checked, options, classNames: dataset.classNames,
        cleanImages: CleanImages(data, digest: dataset.digest), interruption, &summary,
        onMove: sayMoved)
      tables.release()
    }
    if !summary.wasInterrupted, detached == nil {
      note.hasEnded = summary.hasTables
      lock.write(note.text)
    }
    lock.release()
    use.release()
    summary.seconds = (ContinuousClock.now - start) / .seconds(1)
    conclude(summary, isSubmitted: slurm != nil, display)
    return summary
  }

  private static func conclude(
    _ summary: RunSummary, isSubmitted: Bool, _ display: ProgressDisplay
  ) {
    guard summary.wasInterrupted else { return }
    let stored = summary.stagesRun + summary.stagesStored
    let name = summary.experiment
    display.warn(
      "interrupted after \(Words.seconds(summary.seconds)): \(stored) of "
        + "\(Words.count(summary.stagesTotal, "stage")) are stored; "
        + (isSubmitted
          ? "its jobs go on. The same command waits again; `nsl-run status \(name)` looks, "
            + "`nsl-run collect \(name)` writes tables, `nsl-run cancel \(name)` cancels"
          : "the same command resumes"))
  }
}
