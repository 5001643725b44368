package import Settings
package import Engine

/// A training method's objective for one batch size, and the numbers of its last step.
package final class TrainingStep {
  package let batchSize: Int
  package let objective: any TrainingObjective
  private let passes: [LossPass]
  private var report: StepReport

  /// - Parameter objective: Makes the objective; ``TrainingMethod/makeObjective(_:)``, say.
  /// - Throws: What `objective` throws.
  package init(
    _ factory: PassFactory, objective: (PassFactory) throws -> any TrainingObjective
  ) throws {
    batchSize = factory.batchSize
    self.objective = try objective(factory)
    passes = self.objective.passes
    report = StepReport(self.objective.metrics)
  }

  /// - Parameter labelSmoothing: Of every loss of the step, also of the one whose gradient makes
  ///   adversarial images.
  /// - Throws: `EngineError` where oneDNN refuses a primitive, `LearningError` where the method's
  ///   settings do not fit the model.
  package convenience init(
    _ model: Model, batchSize: Int, method: TrainingMethod, parameters: ParameterVector,
    labelSmoothing: Float = 0
  ) throws {
    try self.init(
      PassFactory(
        model: model, batchSize: batchSize, parameters: parameters, labelSmoothing: labelSmoothing),
      objective: method.makeObjective)
  }

  /// `[N, C, H, W]`: written before ``run(_:)``.
  package var images: UnsafeMutableBufferPointer<Float> { objective.images }
  /// `[N]`: written before ``run(_:)``.
  package var labels: UnsafeMutableBufferPointer<Int32> { objective.labels }
  /// `[P]`: gradient of what is minimized.
  package var gradient: UnsafeBufferPointer<Float> { objective.gradient }

  /// Computes numbers and gradient at the current weights.
  package func run(_ context: StepContext) -> StepReport {
    var context = context
    report.clear()
    objective.run(&context, reporting: &report)
    return report
  }

  /// See ``LossPass/weightWithoutGradient``.
  package var weightWithoutGradient: String? {
    for pass in passes {
      if let weight = pass.weightWithoutGradient { return weight }
    }
    return nil
  }

  /// Which kernel each primitive runs on.
  package var implementations: [String] {
    var names: [String] = []
    for (index, pass) in passes.enumerated() {
      names += pass.implementations.filter { index == 0 || !names.contains($0) }
    }
    return names
  }
}
