internal import Settings
package import Experiments
internal import Learning
package import Results

/// What a plan's stages came to, as the tables that people read.
package struct Collection: Sendable {
  package let plan: Plan
  let results: [StageKey: StageResult]
  let store: ContentStore
  /// What pictures call the dataset's classes, in their order; `nil` for their numbers.
  let classNames: [String]?
  /// For pictures; `nil` where the data are not at hand.
  package var cleanImages: CleanImages?
  /// Of all stages that ended well.
  private let evaluations: [StageKey: EvaluationRecord]
  /// `results.csv`.
  package let table: ResultTable
  /// What the seeds say about settings, and the examples about trained models.
  package let claims: ClaimText
  let trainings: [StageKey: TrainingRecord]
  /// Evaluations of training examples; all others are of test examples.
  private let ofTraining: Set<StageKey>

  /// Reads the stored outputs.
  ///
  /// - Parameters:
  ///   - results: Of every stage of the plan.
  ///   - classNames: What pictures call the dataset's classes; `nil` for their numbers.
  ///   - written: The table and what it says of trained models, where they are written already.
  /// - Throws: `FileError` or `StoreError` where what was stored a moment ago is not there.
  package init(
    plan: Plan, results: [StageKey: StageResult], store: ContentStore, classNames: [String]?,
    written: (table: ResultTable, comparisons: ModelComparisons)? = nil
  ) throws {
    self.classNames = classNames
    self.plan = plan
    self.results = results
    self.store = store
    var evaluations: [StageKey: EvaluationRecord] = [:]
    var trainings: [StageKey: TrainingRecord] = [:]
    var ofTraining: Set<StageKey> = []
    // Most stages say the same of these.
    var (kernels, labels) = (Shared<[String]>(), Shared<[Int]>())
    for stage in plan.stages {
      guard let manifest = results[stage.key]?.manifest else { continue }
      switch stage.work {
      case .train:
        var record: TrainingRecord = try store.record(OutputFile.training, of: manifest)
        kernels.share(&record.implementations)
        trainings[stage.key] = record
      case .evaluate(let work):
        if work.split == .train { ofTraining.insert(stage.key) }
        var record: EvaluationRecord = try store.record(OutputFile.evaluation, of: manifest)
        kernels.share(&record.implementations)
        labels.share(&record.labels)
        evaluations[stage.key] = record
      }
    }
    self.evaluations = evaluations
    self.trainings = trainings
    self.ofTraining = ofTraining
    if let written {
      table = written.table
      claims = ClaimText(written.table, comparisons: written.comparisons)
      return
    }
    var rows = ModelRows(store, results, evaluations)
    let right: [RowKey: RightExamples]
    (table, right) = try Self.table(plan, &rows)
    claims = ClaimText(table, comparisons: ModelComparisons(table, right: right))
  }

  func result(_ key: StageKey) -> StageResult {
    results[key] ?? StageResult(failed: .cancelled, reason: "never started")
  }

  /// Reads the files of all stages, as far as they are not known to be what was stored.
  func check(_ checked: CheckedStages, _ checkInterruption: () throws -> Void) throws {
    for key in plan.stages.keys {
      try checkInterruption()
      if let manifest = results[key]?.manifest { checked.check(manifest) }
    }
  }

  func split(of key: StageKey) -> EvaluationSplit { ofTraining.contains(key) ? .train : .test }

  func evaluation(_ key: StageKey) -> EvaluationRecord? { evaluations[key] }

  /// The table, and which examples the models of its rows have right.
  private static func table(
    _ plan: Plan, _ models: inout ModelRows
  ) throws -> (ResultTable, [RowKey: RightExamples]) {
    var right: [RowKey: RightExamples] = [:]
    let axes = ResultTable.axisColumns(plan.axes.map { ($0.path, $0.column) })
    var rows: [ResultRow] = []
    var known: Set<RowOfStages> = []
    let hasAttackAxis = plan.axes.contains { $0.attack != nil }
    for run in plan.runs {
      for model in run.models {
        for numbers in try models.rows(of: model) {
          let row = Self.row(plan, run, model.settings.name, numbers)
          // Points that differ in another attack's settings share the stages, and the row.
          let shared = RowOfStages(
            key: row.key.withoutRun, stages: numbers.evaluations.map(\.stage))
          if !hasAttackAxis || known.insert(shared).inserted { rows.append(row) }
          right[row.key] = numbers.right
        }
      }
    }
    return (ResultTable(axes: axes, rows: rows), right)
  }

  /// A row and the stages that its numbers are from.
  private struct RowOfStages: Hashable {
    var key: RowKey
    var stages: [StageKey]
  }

  /// All rows of a model of a run, also those that the table has with another run, and the numbers
  /// that each is made from.
  func rows(
    of model: PlannedModel, in run: PlannedRun, _ models: inout ModelRows
  ) throws -> [(row: ResultRow, numbers: ModelRows.Row)] {
    try models.rows(of: model).map { (Self.row(plan, run, model.settings.name, $0), $0) }
  }

  /// Makes the numbers of rows from what is stored.
  var modelRows: ModelRows { ModelRows(store, results, evaluations) }

  private static func row(
    _ plan: Plan, _ run: PlannedRun, _ model: String, _ row: ModelRows.Row
  ) -> ResultRow {
    // A value that one of the evaluations depends on belongs to the row.
    let points = row.evaluations.map { $0.point(run, plan.axes) }
    let point = plan.axes.indices.map { axis in
      points.map { $0[axis] }.first { $0 != .absent } ?? .absent
    }
    var key = RowKey(
      run: run.name, point: point.map(\.description), seed: run.seed,
      dataset: plan.dataset.name.rawValue, model: model)
    if let attack = row.attack {
      let columns = attack.columns
      key.attack = row.name
      key.source = row.isWorstCase ? "" : columns.source
      key.norm = columns.norm
      key.epsilon = columns.epsilon
    }
    guard let measurement = row.measurement else {
      return ResultRow(key, failed: row.status == .ok ? .crashed : row.status)
    }
    return ResultRow(key, measurement)
  }

  /// How many models of runs have rows with numbers, but no stored training any more.
  var unmadeModels: Int {
    guard plan.stages.keys.contains(where: { result($0).manifest == nil }) else { return 0 }
    return plan.runs.reduce(0) { sum, run in sum + run.models.count(where: isUnmade) }
  }

  private func isUnmade(_ model: PlannedModel) -> Bool {
    result(model.train).manifest == nil
      && model.evaluations.contains { result($0.stage).status == .ok }
  }

  /// `timings.csv`.
  package var timings: TimingTable {
    TimingTable(
      rows: plan.stages.map { stage in
        let result = result(stage.key)
        let isTraining = if case .train = stage.work { true } else { false }
        return TimingRow(
          title: stage.title, key: stage.key.hex, kind: isTraining ? "train" : "evaluate",
          status: result.status, seconds: result.seconds, examples: result.manifest?.examples ?? 0,
          peakMemoryMB: Double(result.manifest?.peakMemory ?? 0) / 1_048_576,
          cached: result.isCached, attempts: result.attempts)
      })
  }

  /// What came of each example of an evaluation; `nil` where nothing is stored.
  func outcomes(of key: StageKey) throws -> [ExampleOutcome]? {
    guard evaluations[key] != nil, let manifest = results[key]?.manifest else { return nil }
    return ExampleOutcome.decode(try store.read(OutputFile.outcomes, of: manifest))
  }

  /// The statuses of stages that have ended, or that something has kept from running.
  var ended: [StageStatus] {
    let keys = Set(results.keys.map(\.hex))
    return statuses.filter { keys.contains($0.key) }
  }

  /// Every stage's end and its reason.
  package var statuses: [StageStatus] {
    plan.stages.map { stage in
      let result = result(stage.key)
      return StageStatus(
        title: stage.title, key: stage.key.hex, status: result.status, reason: result.reason,
        attempts: result.attempts > 1 ? result.attempts : nil)
    }
  }

  /// The kernels of each model, of the first run in which it was trained.
  package var kernels: [String: [String]] {
    var kernels: [String: [String]] = [:]
    let names = plan.runs.models.map(\.name)
    for run in plan.runs {
      for model in run.models where kernels[model.settings.name] == nil {
        kernels[model.settings.name] = trainings[model.train]?.implementations
      }
      if names.allSatisfy({ kernels[$0] != nil }) { break }
    }
    return kernels
  }
}

/// Has equal values share their memory, as far as they come after each other.
private struct Shared<Value: Hashable> {
  private var values: [Value] = []
  private static var most: Int { 8 }

  mutating func share(_ value: inout Value) {
    if let known = values.first(where: { $0 == value }) {
      value = known
    } else {
      values.insert(value, at: 0)
      values = Array(values.prefix(Self.most))
    }
  }
}
