package import Settings

/// One swept path and the values it takes.
package struct Axis: Hashable, Sendable {
  /// The whole path: `adversarial.adv_step_size`.
  package var path: String
  /// The shortest suffix of `path` that no other axis has: `adv_step_size`; a table's column.
  package var column: String
  /// Different values, in the order of the points that show them.
  package var values: [AxisValue]
  /// The position in `eval.attacks` of the attack that has the setting; `nil` for what is not a
  /// setting of one attack. Rows without that attack have nothing to show for it.
  package var attack: Int?

  package init(path: String, column: String, values: [AxisValue], attack: Int? = nil) {
    self.path = path
    self.column = column
    self.values = values
    self.attack = attack
  }
}

/// One row of a run's table before it has numbers.
package struct PlannedEvaluation: Hashable, Sendable {
  package var attack: AttackSettings?
  /// Of the attack in `eval.attacks`; `nil` for clean images.
  package var position: Int?
  package var stage: StageKey

  /// What the row shows of its run's point: of an attack's settings only those of its own attack.
  package func point(_ run: PlannedRun, _ axes: [Axis]) -> [AxisValue] {
    zip(axes, run.point).map { axis, value in
      axis.attack == nil || axis.attack == position ? value : .absent
    }
  }
}

/// One model of a run, its training and what it is asked.
package struct PlannedModel: Hashable, Sendable {
  package var settings: ModelSettings
  package var train: StageKey
  /// The clean evaluation first, then the spec's attacks in its order.
  package var evaluations: [PlannedEvaluation]
}

/// One point of the sweep with one seed.
package struct PlannedRun: Hashable, Sendable {
  /// From 0: the run's position in the plan.
  package var index: Int
  /// `<index>-<8 hex>`, the run's folder: the index in at least three digits, the start of a
  /// digest of the run's point, seed and trained models (not of its evaluations: a spec that gains
  /// an attack keeps its runs' names).
  package var name: String
  /// One value per axis, in the order of the plan's axes.
  package var point: [AxisValue]
  package var seed: Int
  package var models: [PlannedModel]
  /// The spec of this run alone, as YAML: every default filled in, no sweep, one seed.
  package var resolvedSpec: String
}

/// Everything that a run of a spec will do, decided before anything runs.
///
/// A plan may have very many runs and stages. Both are lists that make their elements when these
/// are asked for; what is counted over all of them (`trainings`, `pointCount`) is a property of
/// its own.
package struct Plan: Hashable, Sendable {
  package var experiment: String
  /// What the experiment is about, for people.
  package var description: String?
  package var tags: [String]
  package var dataset: ResolvedDataset
  package var axes: [Axis]
  /// How the sweep's points came about.
  package var expansion: SweepExpansion
  /// The seeds of every point, in the spec's order.
  package var seeds: [Int]
  package var runs: PlannedRuns
  /// Each stage once, every stage after its dependencies, in the order of the runs that need them.
  package var stages: PlannedStages
}

extension Plan {
  /// A run's point and its seed, for people: what the point does not use is left out.
  package func facts(of run: PlannedRun) -> [String] {
    zip(axes, run.point).filter { $1 != .absent }.map { "\($0.column)=\($1.words)" }
      + ["seed=\(run.seed)"]
  }

  package var pointCount: Int { expansion.kept }

  /// How many different trainings a model has over all runs.
  package func trainingCount(of model: String) -> Int { runs.trainingCount(of: model) }
}
