internal import Experiments
internal import Files
internal import Learning
internal import Report
package import Results
internal import Settings
package import SystemPackage

/// Writes the page of an experiment from what is stored, without running anything.
package enum ReportWriter {
  /// What a page was made from.
  package struct Page: Sendable {
    package var path: FilePath
    package var stagesStored: Int
    package var stagesTotal: Int
  }

  /// Plans the spec and writes `results/<experiment>/report.html`; what is not stored is left out,
  /// and the page says how much. A run of the same experiment may be under way.
  ///
  /// - Returns: `nil` where nothing is stored: then nothing is written.
  /// - Throws: `DiagnosticsError` for the spec, `DatasetError` for its data, `FileError`.
  package static func write(_ options: RunOptions) async throws -> Page? {
    let (spec, plan) = try ExperimentPlanner.plan(
      spec: options.spec, overrides: options.overrides, environment: options.environment)
    options.onSpec(spec)
    var results: [StageKey: StageResult] = [:]
    for stage in plan.stages {
      if case .whole(let manifest) = options.store.entry(stage.key) {
        results[stage.key] = StageResult(manifest, isCached: true)
      }
    }
    guard !results.isEmpty else { return nil }
    let library = DatasetLibrary(DatasetLocations(environment: options.environment))
    let names = (try? library.classNames(of: plan.dataset.name, own: plan.dataset.own)) ?? nil
    var collection = try Collection(
      plan: plan, results: results, store: options.store, classNames: names)
    collection.cleanImages = CleanImages.find(
      for: plan, path: spec.dataset.path.map { FilePath($0) }, library)
    let folder = ExperimentFolder(spec.experiment, in: options.resultsFolder)
    try FileSystem.createFolders(folder.path)
    let provenance = await ExperimentRunner.provenance(
      options, plan, kernels: collection.kernels)
    try folder.writePage(
      ExperimentPage(
        collection: collection, provenance: provenance, origin: SpecOrigin(options)))
    return Page(
      path: folder.path.appending(ExperimentPage.fileName), stagesStored: results.count,
      stagesTotal: plan.stages.count)
  }

  /// Writes the page of an experiment again, from its `results.json` and the store beside its folder;
  /// its spec is not needed. Images and histories that are no longer stored are left out.
  ///
  /// - Parameter path: `results/<experiment>`.
  /// - Throws: `FileError`, `DecodingError` for a `results.json` that no run has written,
  ///   `DiagnosticsError` where its settings mean nothing to this program, `StoreError`.
  package static func write(
    folder path: FilePath, environment: [String: String]
  ) throws -> Page {
    let written = try WrittenExperiment(path)
    let document = written.document
    let plan = try written.plan(environment: environment)
    let store = ContentStore(path.appending("..").lexicallyNormalized().appending(".store"))
    var results: [StageKey: StageResult] = [:]
    for stage in plan.stages {
      if case .whole(let manifest) = store.entry(stage.key) {
        results[stage.key] = StageResult(manifest, isCached: true)
      }
    }
    let stored = results.count
    for status in document.statuses where status.status != .ok {
      guard let key = StageKey(hex: status.key) else { continue }
      results[key] = StageResult(failed: status.status, reason: status.reason ?? "")
    }
    let library = DatasetLibrary(DatasetLocations(environment: environment))
    let names = (try? library.classNames(of: plan.dataset.name, own: plan.dataset.own)) ?? nil
    var collection = try Collection(
      plan: plan, results: results, store: store, classNames: names,
      written: (
        ResultTable(axes: document.axes, rows: document.rows),
        ModelComparisons(document.comparisons ?? [])
      ))
    collection.cleanImages = CleanImages.find(for: plan, path: nil, library)
    try ExperimentFolder(at: path).writePage(
      ExperimentPage(
        collection: collection, provenance: document.provenance, origin: SpecOrigin(document.spec)))
    return Page(
      path: path.appending(ExperimentPage.fileName), stagesStored: stored,
      stagesTotal: plan.stages.count)
  }

  /// Writes the page of several experiments side by side.
  ///
  /// - Throws: `FileError`.
  package static func write(_ comparison: ExperimentComparison, to file: FilePath) throws {
    try AtomicFile.write(ComparisonReport(comparison).html(), to: file)
  }
}
