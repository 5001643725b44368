package import Settings
package import YAML

/// What one point of a sweep runs.
package struct RunSettings: Hashable, Sendable {
  package var dataset: DatasetSettings
  package var models: [ModelSettings]
  package var evaluation: EvaluationSettings
}

/// One point of a sweep: what it sets, and the settings that come of it.
package struct SpecPoint: Hashable, Sendable {
  /// One value per axis, in the order of the spec's axes.
  package var values: [AxisValue]
  package var settings: RunSettings
}

/// A spec without mistakes, as values.
package struct Spec: Hashable, Sendable {
  package var experiment: String
  /// What the experiment is about; `nil` where the spec does not say. No key depends on it.
  package var description: String?
  /// Words by which experiments are found again. No key depends on them.
  package var tags: [String] = []
  /// The settings without the sweep.
  package var settings: RunSettings
  package var axes: [Axis]
  /// What is run, in order; one point without a sweep.
  package var points: SpecPoints
  /// How the points came about.
  package var expansion: SweepExpansion
  package var seeds: [Int]
  package var comparison: ComparisonSettings
  /// Where stages run. No key depends on it.
  package var launcher: LauncherSettings = .local
  /// What a stage may cost before it is given up. No key depends on it.
  package var execution = ExecutionSettings()
  /// Of each stage; `nil` to divide what is idle. No key depends on it.
  package var threads: Int?
  /// Where it says what data there are.
  package var dataPlaces: DataPlaces
  /// What is possible but hardly meant, sorted by place.
  package var warnings: [Diagnostic] = []

  /// The first of the warnings, and how many more there are: a sweep may have one at each point.
  package var shownWarnings: [Diagnostic] {
    let most = 10
    guard warnings.count > most else { return warnings }
    return warnings.prefix(most) + [
      Diagnostic(
        .warning, code: warnings[most].code, "… and \(warnings.count - most) more like these")
    ]
  }

  /// The dataset that the spec asks for.
  package var dataset: DatasetSettings { settings.dataset }
}

/// One model of a run: the sections of the document with its entry of `models:` laid over them.
package struct ModelSettings: Codable, Hashable, Sendable {
  package var name: String
  package var architecture: ArchitectureSettings
  package var training: TrainingSettings
  package var adversarial: TrainingMethod
}
