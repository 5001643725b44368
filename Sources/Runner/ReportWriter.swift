internal import Experiments
internal import Files
internal import Learning
internal import Results
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
    collection.cleanImages = try? ExperimentPlanner.cleanImages(spec, library)
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
}
