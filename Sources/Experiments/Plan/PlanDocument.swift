import Settings
internal import YAML

/// A plan as JSON: what `plan --json` prints and `results.json` keeps.
///
/// It says everything that the plan does, in the words and values of specs, with the key of every
/// stage. What is stored and how long it may take changes from day to day and stands in
/// `plan --json` only.
package struct PlanDocument: Codable, Hashable, Sendable {
  package var experiment: String
  /// What the experiment is about; `nil` where the spec does not say.
  package var description: String?
  package var tags: [String]?
  package var dataset: DatasetEntry
  package var axes: [AxisEntry]
  package var runs: [RunEntry]
  package var stages: [StageEntry]

  /// The dataset that is used, which may be the spec's fallback.
  package struct DatasetEntry: Codable, Hashable, Sendable {
    package var name: String
    package var digest: String
  }

  /// One swept path and the values it takes.
  package struct AxisEntry: Codable, Hashable, Sendable {
    package var path: String
    /// The path's column in the tables.
    package var column: String
    package var values: [JSONValue]
  }

  /// One point with one seed.
  package struct RunEntry: Codable, Hashable, Sendable {
    package var index: Int
    package var name: String
    /// The value of each swept path.
    package var point: [String: JSONValue]
    package var seed: Int
    /// The spec of this run alone, every default filled in; a spec itself, for JSON is YAML.
    package var spec: JSONValue
    /// In the order of the tables.
    package var models: [ModelEntry]
  }

  /// One model of a run.
  package struct ModelEntry: Codable, Hashable, Sendable {
    package var name: String
    /// The key of its training.
    package var train: String
    package var evaluations: [EvaluationEntry]
  }

  /// One row of the tables, by their columns.
  package struct EvaluationEntry: Codable, Hashable, Sendable {
    package var attack: String
    package var source: String
    package var norm: String
    package var epsilon: Double
    /// The key of the evaluation.
    package var stage: String
  }

  /// One stage.
  package struct StageEntry: Codable, Hashable, Sendable {
    package var key: String
    /// `train` or `evaluate`.
    package var kind: String
    package var title: String
    /// The keys of the stages whose outputs it reads.
    package var dependencies: [String]
    /// Whether its output is stored already.
    package var stored: Bool?
    package var estimate: Estimate?
  }

  /// How long a stage will take.
  package struct Estimate: Codable, Hashable, Sendable {
    package var seconds: Double
    /// What is known of: `same` architecture and method or attack, or `architecture` alone.
    package var basis: String
    /// Stored stages that it is made from.
    package var stages: Int

    package init(seconds: Double, basis: String, stages: Int) {
      self.seconds = seconds
      self.basis = basis
      self.stages = stages
    }
  }
}

extension PlanDocument {
  package init(_ plan: Plan) {
    experiment = plan.experiment
    description = plan.description
    tags = plan.tags.isEmpty ? nil : plan.tags
    dataset = DatasetEntry(name: plan.dataset.name.rawValue, digest: plan.dataset.digest)
    axes = plan.axes.map {
      AxisEntry(path: $0.path, column: $0.column, values: $0.values.map(JSONValue.init))
    }
    let paths = plan.axes.map(\.path)
    runs = plan.runs.map { RunEntry($0, paths) }
    stages = plan.stages.map { stage in
      StageEntry(
        key: stage.key.hex, kind: stage.isTraining ? "train" : "evaluate", title: stage.title,
        dependencies: stage.dependencies.map(\.hex))
    }
  }
}

extension PlanDocument.RunEntry {
  init(_ run: PlannedRun, _ paths: [String]) {
    index = run.index
    name = run.name
    point = Dictionary(uniqueKeysWithValues: zip(paths, run.point.map(JSONValue.init)))
    seed = run.seed
    let document = YAMLDocument(SourceText(name: "spec.yaml", text: run.resolvedSpec))
    spec = document.root.map(JSONValue.init) ?? .null
    models = run.models.map { model in
      PlanDocument.ModelEntry(
        name: model.settings.name, train: model.train.hex,
        evaluations: model.evaluations.map(PlanDocument.EvaluationEntry.init))
    }
  }
}

extension PlanDocument.EvaluationEntry {
  init(_ evaluation: PlannedEvaluation) {
    stage = evaluation.stage.hex
    let columns = evaluation.attack?.columns ?? AttackColumns(attack: "clean")
    attack = columns.attack
    norm = columns.norm
    epsilon = columns.epsilon
    source = columns.source
  }
}
