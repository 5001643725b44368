internal import Experiments
internal import Files
internal import Learning
internal import Results
internal import Settings
internal import SystemPackage

extension ExperimentRunner {
  /// What came of stages that were handed in to a cluster.
  enum ClusterOutcome {
    case detached(RunSummary.Detached)
    case ended([StageKey: StageResult])
  }

  /// Hands in what is not stored and, unless nobody is to wait, waits for it, showing it.
  ///
  /// A signal ends the waiting; the jobs go on.
  ///
  /// - Throws: `SubmissionError` where Slurm refuses; `FileError`.
  static func onCluster(
    _ plan: Plan, _ settings: Slurm, _ options: RunOptions,
    execution: ExecutionSettings, threads: Int?, folder: ExperimentFolder,
    dataset: PreparedDataset, stored: [StageKey: StageManifest], cost: StageCost,
    interruption: Interruption, display: ProgressDisplay
  ) async throws -> ClusterOutcome {
    let stages = Array(plan.stages)
    let missing = stages.filter { stored[$0.key] == nil }
    guard !dataset.isTemporary else {
      throw SubmissionError(
        message: "the data are in a temporary folder, which other machines do not have",
        suggestion: "set NSL_CACHE_DIR to a folder that all nodes see")
    }
    var shared = dataset
    shared.folder = RunSource.absolute(FilePath(dataset.folder)).string
    let run = SlurmRun(
      experiment: plan.experiment, folder: RunSource.absolute(folder.path),
      store: ContentStore(RunSource.absolute(options.store.folder)), dataset: shared,
      settings: settings, programVersion: options.programVersion,
      executable: RunSource.executable, threads: threads, execution: execution, cost: cost)
    // A signal waits until everything is handed in and noted.
    interruption.replaceAction(nil)
    var estimator = TimeEstimator(
      missing.isEmpty
        ? [] : StoredStages(options.store).manifests(first: Set(plan.stages.keys)),
      cost: cost, environment: EnvironmentInfo.current.provenance)
    let open =
      missing.isEmpty
      ? [] : try await run.submit(missing) { estimator.estimate($0.work)?.seconds }
    let arrays = open.flatMap { $0.record.batches.compactMap(\.job) }
    let keys = Set(missing.map(\.key))
    let jobs = open.reduce(0) { sum, submission in
      sum + submission.record.elements.count { $0.contains { keys.contains($0.key) } }
    }
    if options.isDetached, !missing.isEmpty {
      return .detached(
        RunSummary.Detached(stages: missing.count, jobs: jobs, arrays: arrays))
    }
    if !missing.isEmpty {
      display.note(
        "\(Words.count(missing.count, "stage")) in \(Words.count(jobs, "job")) of Slurm, "
          + "\(arrays.count == 1 ? "array" : "arrays") "
          + arrays.map(String.init).joined(separator: ", "))
    }
    let policy = options.failurePolicy
    let animation = Task { await display.animate() }
    let work = Task {
      var wait = SlurmWait(
        run, open, stages: stages, stored: stored, policy: policy, display: display)
      return await wait.wait()
    }
    interruption.replaceAction { work.cancel() }
    let results = await work.value
    interruption.replaceAction(nil)
    animation.cancel()
    display.finish()
    return .ended(results)
  }

  /// Writes the tables of what is there: of an experiment whose jobs nobody waited for, say.
  ///
  /// Stages that may still be stored are rows without numbers.
  ///
  /// - Throws: As ``run(_:)``.
  package static func collect(_ options: RunOptions) async throws -> RunSummary {
    let start = ContinuousClock.now
    let display = ProgressDisplay(options)
    let interruption = Interruption {}
    defer { withExtendedLifetime(interruption) {} }
    var (spec, plan) = try ExperimentPlanner.plan(
      spec: options.spec, overrides: options.overrides, environment: options.environment)
    options.onSpec(spec)
    let folder = ExperimentFolder(spec.experiment, in: options.resultsFolder)
    // The data that were found, which may be those of the fallback.
    let last = SubmissionFolder.all(in: folder.path).last
    let dataset = last?.dataset
    if let dataset {
      plan = ExperimentPlanner.plan(spec, for: dataset.name, digest: dataset.digest)
    }
    let lock = try folder.announce()
    let tables = try folder.lockTables()
    let look = try await ClusterLook(plan, folder: folder.path, store: options.store)
    var summary = RunSummary(
      experiment: plan.experiment, folder: folder.path, table: ResultTable(axes: [], rows: []),
      stagesRun: 0, stagesStored: look.results.values.count { $0.manifest != nil },
      stagesTotal: plan.stages.count, failures: failures(plan, look.results, withCancelled: true),
      seconds: 0,
      wasInterrupted: false)
    summary.unfinished = look.unfinished
    let library = DatasetLibrary(DatasetLocations(environment: options.environment))
    let names =
      dataset?.classNames
      ?? (try? library.classNames(of: plan.dataset.name, own: plan.dataset.own)) ?? nil
    try await write(
      plan, look.results, folder, CheckedStages(options.store), options, classNames: names,
      cleanImages: CleanImages.find(
        for: plan, path: spec.dataset.path.map { FilePath($0) }, library), interruption,
      &summary
    ) { display.warn("warning: \($0) was in the way and has been moved to \($1)") }
    var note = ExperimentNote(of: folder.path)
    if summary.hasTables, look.unfinished == 0 {
      note.hasEnded = true
      for submission in look.open { try? submission.markOver() }
    }
    lock.write(note.text)
    tables.release()
    lock.release()
    summary.seconds = (ContinuousClock.now - start) / .seconds(1)
    return summary
  }
}
