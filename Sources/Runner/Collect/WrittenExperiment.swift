internal import Experiments
internal import Files
internal import Results
internal import Settings
internal import SystemPackage

/// An experiment as its `results.json` has it: enough for its page, without its spec.
struct WrittenExperiment {
  let document: ResultsDocument<PlanDocument>
  private let folder: FilePath

  /// A larger document is none of ours.
  private static let largest = 512 << 20

  /// - Throws: `FileError`, or `DecodingError` where the file is none that a run has written.
  init(_ folder: FilePath) throws {
    self.folder = folder
    document = try ResultsDocument(
      json: FileSystem.read(folder.appending("results.json"), limit: Self.largest))
  }

  /// The plan that was run, with the keys under which its outputs are stored: those of this program
  /// may be others.
  ///
  /// - Throws: `DiagnosticsError` where a run's settings mean nothing to this program.
  func plan(environment: [String: String]) throws -> Plan {
    let written = document.plan
    let dataset = written.dataset
    var works: [String: Stage] = [:]
    var runs: [PlannedRun] = []
    var plan: Plan?
    for entry in written.runs {
      let text = String(decoding: try WireFormat.encode(entry.spec), as: UTF8.self)
      let spec = try SpecLoader.load(
        text: text, name: "\(folder)/runs/\(entry.name)", environment: environment)
      let planned = ExperimentPlanner.plan(
        spec, for: DatasetName(rawValue: dataset.name) ?? spec.dataset.name,
        digest: dataset.digest)
      guard var run = planned.runs.first else { continue }
      if plan == nil { plan = planned }
      let keys = Keys(entry, run)
      for var stage in planned.stages {
        guard let hex = keys.written[stage.key], let key = StageKey(hex: hex) else { continue }
        stage.key = key
        works[hex] = stage
      }
      run.index = entry.index
      run.name = entry.name
      run.point = written.axes.map { entry.point[$0.path].map(AxisValue.init) ?? .absent }
      run.seed = entry.seed
      run.models = keys.models
      runs.append(run)
    }
    // A plan has runs; one without is none that was written.
    guard var plan else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "the plan has no runs"))
    }
    plan.experiment = document.experiment
    plan.description = written.description
    plan.tags = written.tags ?? []
    plan.axes = written.axes.map { axis in
      Axis(
        path: axis.path, column: axis.column, values: axis.values.map { AxisValue($0) },
        attack: axis.path.hasPrefix("eval.attacks.") ? Self.anAttack : nil)
    }
    plan.seeds = Set(runs.map(\.seed)).sorted()
    plan.runs = PlannedRuns(runs)
    plan.stages = PlannedStages(
      written.stages.compactMap { entry in
        guard var stage = works[entry.key] else { return nil }
        stage.title = entry.title
        stage.dependencies = entry.dependencies.compactMap { StageKey(hex: $0) }
        return stage
      })
    return plan
  }

  /// The position of an attack that is not known: the rows of the table say which have the setting.
  private static let anAttack = -1

  /// The stages of a run under the keys that it was run with.
  private struct Keys {
    /// Those of the plan -> those of the document.
    private(set) var written: [StageKey: String] = [:]
    /// In the document's order.
    private(set) var models: [PlannedModel] = []

    init(_ entry: PlanDocument.RunEntry, _ run: PlannedRun) {
      for model in entry.models {
        guard var planned = run.models.first(where: { $0.settings.name == model.name }),
          planned.evaluations.count == model.evaluations.count
        else { continue }
        written[planned.train] = model.train
        planned.train = StageKey(hex: model.train) ?? planned.train
        for (place, evaluation) in model.evaluations.enumerated() {
          written[planned.evaluations[place].stage] = evaluation.stage
          planned.evaluations[place].stage =
            StageKey(hex: evaluation.stage) ?? planned.evaluations[place].stage
        }
        models.append(planned)
      }
    }
  }
}

extension AxisValue {
  /// As a plan's document has it.
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .absent
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .text(let value): self = .text(value)
    case .list, .object: self = .text(value.flow)
    }
  }
}
