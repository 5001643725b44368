package import Settings
package import Experiments
internal import Engine
internal import Learning
internal import SystemPackage

/// Turns a spec's file into the plan that `run` executes.
package enum ExperimentPlanner {
  /// The plan, without making data ready: a data set that would be downloaded counts as there.
  ///
  /// - Throws: `DiagnosticsError` with every mistake of the spec, `DatasetError` where its own
  ///   files cannot be read.
  package static func plan(
    spec path: String, overrides: [SpecOverride] = [], environment: [String: String]
  ) throws -> (spec: Spec, plan: Plan) {
    var spec = try load(spec: path, overrides: overrides, environment: environment)
    let library = DatasetLibrary(DatasetLocations(environment: environment))
    let limits = limits(spec)
    let facts = try placed(spec) {
      try library.facts(
        of: spec.dataset.name, from: spec.dataset.path.map { FilePath($0) }, own: spec.dataset.own,
        format: spec.imageFormat, trainLimit: limits.train, testLimit: limits.test)
    }
    for warning in facts.classes.map({ warnings(spec, $0) }) ?? [] {
      spec.warn(ofData: warning.message, at: warning.key)
    }
    return (spec, plan(spec, for: spec.dataset.name, digest: facts.digest))
  }

  /// The spec in a file, with what only its own data say of their images.
  ///
  /// - Throws: `DiagnosticsError` with every mistake.
  package static func load(
    spec path: String, overrides: [SpecOverride] = [], environment: [String: String]
  ) throws -> Spec {
    let library = DatasetLibrary(DatasetLocations(environment: environment))
    return try SpecLoader.load(path: path, overrides: overrides, environment: environment) {
      guard let own = $0.own else { preconditionFailure("only own data are looked into") }
      do {
        return try library.format(of: $0.name, own: own)
      } catch let error as DatasetError {
        throw DataProblem(error)
      }
    }
  }

  /// The plan for a data set that was found, the spec's own or its fallback.
  static func plan(_ spec: Spec, for name: DatasetName, digest: String) -> Plan {
    PlanBuilder.plan(
      spec,
      dataset: ResolvedDataset(
        name: name, digest: digest, own: name == spec.dataset.name ? spec.dataset.own : nil),
      engineRevision: EngineInformation.revision)
  }

  /// What is doubtful about the training labels, and about the validation examples of the points,
  /// each once, with the key of `dataset` that it is about.
  static func warnings(
    _ spec: Spec, _ classes: ClassPositions
  ) -> [(key: String, message: String)] {
    var known: Set<DatasetSettings> = []
    var warnings: [String] = []
    for point in spec.points where known.insert(point.settings.dataset).inserted {
      let dataset = point.settings.dataset
      let share = dataset.validationSplit
      guard share > 0, !dataset.validationShuffle else { continue }
      let count = min(dataset.trainLimit ?? classes.count, classes.count)
      let warning = ValidationSplit.warning(classes, count: count, share: share)
      if let warning, !warnings.contains(warning) { warnings.append(warning) }
    }
    let ofLabels = spec.dataset.name.isOwn ? classes.warning : nil
    return (ofLabels.map { [("path", $0)] } ?? []) + warnings.map { ("validation_split", $0) }
  }

  /// Makes the data of all points ready: as many examples as the point that wants most.
  ///
  /// - Throws: `DatasetError`.
  static func prepare(
    _ spec: Spec, _ library: DatasetLibrary, progress: @escaping (DatasetEvent) -> Void
  ) throws -> DatasetLibrary.Preparation {
    let limits = limits(spec)
    return try placed(spec) {
      try library.prepare(
        spec.dataset.name, from: spec.dataset.path.map { FilePath($0) }, own: spec.dataset.own,
        format: spec.imageFormat, fallback: spec.dataset.fallback,
        trainLimit: limits.train, testLimit: limits.test, progress: progress)
    }
  }

  /// As many examples as the point that wants most; `nil` for all.
  private static func limits(_ spec: Spec) -> (train: Int?, test: Int?) {
    let settings = Set(spec.points.map(\.settings.dataset))
    func most(_ limit: (DatasetSettings) -> Int?) -> Int? {
      let limits = settings.map(limit)
      return limits.contains(nil) ? nil : limits.compactMap { $0 }.max()
    }
    return (most(\.trainLimit), most(\.testLimit))
  }

  /// What `body` says of data that the spec names by a path is said where it does.
  private static func placed<Result>(
    _ spec: Spec, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as DatasetError where spec.dataset.namesFiles {
      throw spec.dataPlaces.error(of: DataProblem(error))
    }
  }
}

extension DatasetSettings {
  /// Whether a spec says where its data lie.
  fileprivate var namesFiles: Bool { own != nil || path != nil }
}

extension DataProblem {
  init(_ error: DatasetError) {
    self.init(error.message, origin: error.origin, suggestion: error.suggestion)
  }
}

extension Spec {
  /// What the images of its data must be: for own ones, what the first model says, for all models
  /// say the same.
  package var imageFormat: ImageFormat? {
    settings.models.first.map { model in
      let shape = model.architecture.inputShape
      return ImageFormat(
        height: shape[0], width: shape[1], channels: shape[2],
        classes: model.architecture.numClasses)
    }
  }
}
