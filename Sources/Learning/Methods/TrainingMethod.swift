/// How a model is trained: a method with its settings.
package enum TrainingMethod: Codable, Hashable, Sendable {
  /// See ``StandardTraining``.
  case standard
  /// See ``AdversarialRegularization``.
  case nsl(multiplier: Float, neighbor: AdversarialNeighborConfiguration)

  /// The method's objective for one model and one batch size.
  ///
  /// - Throws: `EngineError` where oneDNN refuses a primitive, `LearningError` where the settings do
  ///   not fit the model.
  package func makeObjective(_ factory: PassFactory) throws -> any TrainingObjective {
    switch self {
    case .standard: try StandardTraining(factory)
    case .nsl(let multiplier, let neighbor):
      try AdversarialRegularization(multiplier: multiplier, neighbor: neighbor, factory)
    }
  }
}
