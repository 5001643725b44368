package import Settings

/// How a model is trained.
package struct TrainingConfiguration: Hashable, Sendable {
  package var settings: TrainingSettings
  package var method: TrainingMethod
  /// Decides initial weights, order of examples and random perturbations.
  package var seed: Int

  package init(_ settings: TrainingSettings, method: TrainingMethod = .none, seed: Int) {
    self.settings = settings
    self.method = method
    self.seed = seed
  }
}
