package import Settings

/// Makes the objective of a training method: each method is in the file of its objective.
struct ObjectiveFactory: MethodBuilder {
  typealias Objective = (PassFactory) throws -> any TrainingObjective
}

extension TrainingMethod {
  /// The method's objective for one model and one batch size.
  ///
  /// - Throws: `LearningError` where the settings do
  ///   not fit the model.
  package func makeObjective(_ factory: PassFactory) throws -> any TrainingObjective {
    try method.build(with: ObjectiveFactory())(factory)
  }
}
