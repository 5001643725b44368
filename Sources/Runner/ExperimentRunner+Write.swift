internal import Experiments
internal import Files
internal import Results
internal import Settings
internal import SystemPackage

/// What the stages came to.
extension ExperimentRunner {
  /// Writes the tables of what the stages came to, unless a signal has come.
  static func write(
    _ plan: Plan, _ results: [StageKey: StageResult], _ folder: ExperimentFolder,
    _ checked: CheckedStages, _ options: RunOptions, classNames: [String]?,
    cleanImages: CleanImages?,
    _ interruption: Interruption, _ summary: inout RunSummary,
    onMove: @escaping (FilePath, FilePath) -> Void
  ) async throws {
    do {
      try interruption.check()
      var collection = try Collection(
        plan: plan, results: results, store: options.store, classNames: classNames)
      collection.cleanImages = cleanImages
      let origin = SpecOrigin(options)
      var provenance = await provenance(options, plan, kernels: collection.kernels)
      var written = try folder.write(
        collection, checked, provenance: provenance, origin: origin, tracking: options.tracking,
        onMove: onMove, checkInterruption: interruption.check)
      summary.hasTables = true
      summary.table = collection.table
      summary.claims = collection.claims
      summary.unmadeModels = collection.unmadeModels
      var finished = FinishedRun(by: options.programVersion)
      provenance.kernels = [:]
      if plan.stages.keys.allSatisfy({ results[$0]?.manifest != nil }) {
        finished.about.origin = try FinishedRun.origin(
          of: plan, provenance: provenance, origin, classNames: classNames)
      }
      finished.about.areTimingsOfStored = results.values.allSatisfy(\.isCached)
      finished.about.failures = summary.failures
      try finished.take(collection.table, collection.claims)
      if let digest = try? FinishedRun.digest(of: StageList.path(in: folder.path)) {
        written.tables.append((StageList.fileName, digest))
      } else {
        finished.about.origin = ""
      }
      finished.look(at: folder.path, written, plan)
      finished.take(checked, plan)
      try finished.write(in: folder.path)
    } catch is Interrupted {
      summary.wasInterrupted = true
    } catch let error as FileError where error.isDiskFull {
      summary.diskFull = summary.diskFull ?? DiskFull(error, stored: stored(plan, results))
    }
  }

  /// Why a run was stopped for want of room; `nil` where it was not.
  static func diskFull(
    _ plan: Plan, _ results: [StageKey: StageResult], _ store: ContentStore
  ) -> DiskFull? {
    let reason = plan.stages.lazy.compactMap { results[$0.key] }.first { $0.status == .diskFull }?
      .reason
    return reason.map {
      DiskFull(
        reason: $0, space: DiskSpace(of: store.folder), stored: stored(plan, results))
    }
  }

  private static func stored(
    _ plan: Plan, _ results: [StageKey: StageResult]
  ) -> DiskFull.Stored {
    DiskFull.Stored(results.values.count { $0.manifest != nil }, of: plan.stages.count)
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
      overrides: options.overrides.isEmpty ? nil : options.overrides.map(\.asTyped),
      portable: true)
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
        title: stage.title, status: result.status, reason: result.reason ?? "unknown reason",
        attempts: result.attempts)
    }
  }
}
