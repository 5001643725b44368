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
  /// Of all stages that ended well.
  private let evaluations: [StageKey: EvaluationRecord]
  let trainings: [StageKey: TrainingRecord]

  /// Reads the stored outputs.
  ///
  /// - Parameters:
  ///   - results: Of every stage of the plan.
  ///   - classNames: What pictures call the dataset's classes; `nil` for their numbers.
  /// - Throws: `FileError` or `StoreError` where what was stored a moment ago is not there.
  package init(
    plan: Plan, results: [StageKey: StageResult], store: ContentStore, classNames: [String]?
  ) throws {
    self.classNames = classNames
    self.plan = plan
    self.results = results
    self.store = store
    var evaluations: [StageKey: EvaluationRecord] = [:]
    var trainings: [StageKey: TrainingRecord] = [:]
    for stage in plan.stages {
      guard let manifest = results[stage.key]?.manifest else { continue }
      switch stage.work {
      case .train:
        trainings[stage.key] = try store.record(OutputFile.training, of: manifest)
      case .evaluate:
        evaluations[stage.key] = try store.record(OutputFile.evaluation, of: manifest)
      }
    }
    self.evaluations = evaluations
    self.trainings = trainings
  }

  func result(_ key: StageKey) -> StageResult {
    results[key] ?? StageResult(failed: .cancelled, reason: "never started")
  }

  func evaluation(_ key: StageKey) -> EvaluationRecord? { evaluations[key] }

  /// `results.csv`.
  package var table: ResultTable {
    let axes = ResultTable.axisColumns(plan.axes.map { ($0.path, $0.column) })
    var rows: [ResultRow] = []
    var known: Set<RowOfStage> = []
    let hasAttackAxis = plan.axes.contains { $0.attack != nil }
    for run in plan.runs {
      for model in run.models {
        for evaluation in model.evaluations {
          let row = row(run, model, evaluation)
          // Points that differ in another attack's settings share the stage, and its row.
          let shared = RowOfStage(key: row.key.withoutRun, stage: evaluation.stage)
          if !hasAttackAxis || known.insert(shared).inserted { rows.append(row) }
        }
      }
    }
    return ResultTable(axes: axes, rows: rows)
  }

  /// A row and the stage that its numbers are from.
  private struct RowOfStage: Hashable {
    var key: RowKey
    var stage: StageKey
  }

  private func row(
    _ run: PlannedRun, _ model: PlannedModel, _ evaluation: PlannedEvaluation
  ) -> ResultRow {
    var key = RowKey(
      run: run.name, point: evaluation.point(run, plan.axes).map(\.description),
      seed: run.seed,
      dataset: plan.dataset.name.rawValue, model: model.settings.name)
    if let attack = evaluation.attack {
      key.attack = attack.name
      key.source = attack.source.name
      key.norm = attack.norm.name
      key.epsilon = attack.epsilon
    }
    let result = result(evaluation.stage)
    guard result.status == .ok, let record = evaluations[evaluation.stage] else {
      return ResultRow(key, failed: result.status == .ok ? .crashed : result.status)
    }
    return ResultRow(key, record.measurement)
  }

  /// How many models of runs have rows with numbers, but no stored training any more.
  var unmadeModels: Int {
    plan.runs.flatMap(\.models).count { model in
      result(model.train).manifest == nil
        && model.evaluations.contains { result($0.stage).status == .ok }
    }
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
          cached: result.isCached)
      })
  }

  /// Every stage's end and its reason.
  package var statuses: [StageStatus] {
    plan.stages.map { stage in
      let result = result(stage.key)
      return StageStatus(
        title: stage.title, key: stage.key.hex, status: result.status, reason: result.reason)
    }
  }

  /// The kernels of each model, of the first run in which it was trained.
  package var kernels: [String: [String]] {
    var kernels: [String: [String]] = [:]
    for model in plan.runs.flatMap(\.models) where kernels[model.settings.name] == nil {
      kernels[model.settings.name] = trainings[model.train]?.implementations
    }
    return kernels
  }
}
