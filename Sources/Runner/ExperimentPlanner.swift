package import Experiments
internal import Learning

/// Turns a spec's file into the plan that `run` executes.
package enum ExperimentPlanner {
  /// The plan, without making data ready: a data set that would be downloaded counts as there.
  ///
  /// - Throws: `DiagnosticsError` with every mistake of the spec.
  package static func plan(
    spec path: String, overrides: [SpecOverride] = [], environment: [String: String]
  ) throws -> (spec: Spec, plan: Plan) {
    let spec = try SpecLoader.load(path: path, overrides: overrides)
    let library = DatasetLibrary(DatasetLocations(environment: environment))
    return (spec, plan(spec, for: Assembly.dataset(spec.dataset.name), library))
  }

  /// The plan for a data set that was found, the spec's own or its fallback.
  static func plan(_ spec: Spec, for dataset: KnownDataset, _ library: DatasetLibrary) -> Plan {
    PlanBuilder.plan(
      spec,
      dataset: ResolvedDataset(
        name: Assembly.datasetName(dataset), digest: library.digest(of: dataset)))
  }

  /// Makes the data of all points ready: as many examples as the point that wants most.
  ///
  /// - Throws: `DatasetError`.
  static func prepare(
    _ spec: Spec, _ library: DatasetLibrary, progress: @escaping (DatasetEvent) -> Void
  ) throws -> DatasetLibrary.Preparation {
    let settings = spec.points.map(\.settings.dataset)
    func most(_ limit: (DatasetSettings) -> Int?) -> Int? {
      let limits = settings.map(limit)
      return limits.contains(nil) ? nil : limits.compactMap { $0 }.max()
    }
    return try library.prepare(
      Assembly.dataset(spec.dataset.name), fallback: spec.dataset.fallback.map(Assembly.dataset),
      trainLimit: most(\.trainLimit), testLimit: most(\.testLimit), progress: progress)
  }
}
