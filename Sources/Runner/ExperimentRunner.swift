internal import Settings
internal import Experiments
internal import Files
internal import Glibc
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
  ///   `DiagnosticsError` for the spec, `DatasetError` for the data, `FileError` for the disk,
  ///   `ProcessLimitError` for this process.
  package static func run(_ options: RunOptions) async throws -> RunSummary {
    let start = ContinuousClock.now
    let display = ProgressDisplay(options)
    let spec = try ExperimentPlanner.load(
      spec: options.spec, overrides: options.overrides, environment: options.environment)
    options.onSpec(spec)
    try ProcessLimits.checkEngine()
    let launcherSettings = options.launcher(of: spec)
    let slurm = launcherSettings.slurm
    if options.isDetached { try checkDetached(options, slurm) }
    if slurm != nil { try await SlurmRun.checkCommands() }
    let jobs = try ProcessLimits.prepare(jobs: slurm == nil ? options.jobs : 1)
    if slurm == nil, jobs < options.jobs {
      display.warn(
        "warning: \(Words.count(jobs, "job")) in parallel instead of \(options.jobs): each needs "
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
    try StageList.write(plan, in: folder.path)
    let stored = whole(plan, store, display)

    let cost = StageCost(data)
    let times = estimator(data, store, stages: plan.stages, stored)
    var progress = ProgressState(
      experiment: plan.experiment, cost: cost, jobs: slurm == nil ? jobs : nil, estimator: times)
    progress.note(stored: stored, of: plan.stages, in: store)
    display.begin(progress, file: ProgressFile(in: folder.path))
    let results: [StageKey: StageResult]
    var detached: RunSummary.Detached?
    if let slurm {
      let outcome = try await onCluster(
        plan, slurm, options, folder: folder, dataset: dataset, stored: stored, cost: cost,
        interruption: interruption, display: display)
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
        seconds: times.map { ExpectedTimes.seconds(of: stages, cost: cost, estimator: $0) },
        early: ExpectedTimes.probes(
          of: stages, isStored: { stored[stages[$0].key] != nil }, cost: cost, estimator: times),
        stored: stored,
        options: Scheduler.Options(
          jobs: jobs, failurePolicy: options.failurePolicy, timeLimit: options.timeLimit,
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
    if detached == nil {
      let tables = try folder.lockTables {
        display.note("waiting: another nsl-run is writing the tables of \(folder.path)")
      }
      try await write(
        plan, results, folder, options, classNames: dataset.classNames,
        cleanImages: CleanImages(data, digest: dataset.digest), interruption, &summary,
        onMove: sayMoved)
      tables.release()
    }
    if !summary.wasInterrupted, detached == nil {
      note.hasEnded = true
      lock.write(note.text)
    }
    lock.release()
    use.release()
    summary.seconds = (ContinuousClock.now - start) / .seconds(1)
    conclude(summary, isSubmitted: slurm != nil, display)
    return summary
  }

  /// - Throws: `SubmissionError` where nobody can leave this run alone.
  private static func checkDetached(
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

  /// Writes the tables of what the stages came to, unless a signal has come.
  static func write(
    _ plan: Plan, _ results: [StageKey: StageResult], _ folder: ExperimentFolder,
    _ options: RunOptions, classNames: [String]?, cleanImages: CleanImages?,
    _ interruption: Interruption, _ summary: inout RunSummary,
    onMove: @escaping (FilePath, FilePath) -> Void
  ) async throws {
    do {
      try interruption.check()
      var collection = try Collection(
        plan: plan, results: results, store: options.store, classNames: classNames)
      collection.cleanImages = cleanImages
      try folder.write(
        collection, provenance: await provenance(options, plan, kernels: collection.kernels),
        origin: SpecOrigin(options), tracking: options.tracking, onMove: onMove,
        checkInterruption: interruption.check)
      summary.table = collection.table
      summary.claims = collection.claims
      summary.unmadeModels = collection.unmadeModels
    } catch is Interrupted {
      summary.wasInterrupted = true
    }
  }

  /// Runs the stages, showing them; stops when a signal says so.
  private static func execute(
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
  private static func estimator(
    _ data: Dataset, _ store: ContentStore, stages: PlannedStages,
    _ stored: [StageKey: StageManifest]
  ) -> TimeEstimator? {
    guard stored.count < stages.count else { return nil }
    var known = Array(stages.lazy.compactMap { stored[$0.key] }.prefix(mostTimes))
    if known.isEmpty { known = StoredStages(store).manifests(first: [], most: mostTimes) }
    return TimeEstimator(
      known, cost: StageCost(data), environment: EnvironmentInfo.current.provenance)
  }

  /// What is stored of a plan and whole. A stored stage that cannot be what its work comes to is
  /// taken away, to be done again.
  private static func whole(
    _ plan: Plan, _ store: ContentStore, _ display: ProgressDisplay
  ) -> [StageKey: StageManifest] {
    var whole: [StageKey: StageManifest] = [:]
    for stage in plan.stages {
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

  static func provenance(
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
        : options.overrides.map(\.asTyped))
  }

  private static func say(_ event: DatasetEvent, on display: ProgressDisplay) {
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

  /// - Parameter withCancelled: Whether what was cancelled has a reason of its own.
  static func failures(
    _ plan: Plan, _ results: [StageKey: StageResult], withCancelled: Bool = false
  ) -> [RunSummary.Failure] {
    plan.stages.compactMap { stage in
      guard let result = results[stage.key], result.status != .ok,
        withCancelled || result.status != .cancelled,
        stage.dependencies.allSatisfy({ results[$0]?.status == .ok })
      else { return nil }
      return RunSummary.Failure(
        title: stage.title, status: result.status, reason: result.reason ?? "unknown reason")
    }
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
