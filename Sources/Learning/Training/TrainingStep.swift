package import Settings
package import Engine

/// A training method's objective for one batch size, and the numbers of its last step.
package final class TrainingStep {
  package let batchSize: Int
  package let objective: any TrainingObjective
  private let passes: [LossPass]
  private var report: StepReport
  private let threads: ThreadPool
  private let renewal: WeightRenewal
  private var update: Update?
  private lazy var finishPart: (Int, Int) -> Void = { [unowned self] part, _ in finish(part) }

  /// How the weights follow the gradient.
  struct Update {
    var parameters: ParameterVector
    var optimizer: Optimizer
    var learningRate: Float
    var weightDecay: Float
    var state: OptimizerState
  }

  /// - Parameter objective: Makes the objective; ``TrainingMethod/makeObjective(_:)``, say.
  /// - Throws: What `objective` throws.
  package init(
    _ factory: PassFactory, objective: (PassFactory) throws -> any TrainingObjective
  ) throws {
    batchSize = factory.batchSize
    self.objective = try objective(factory)
    passes = self.objective.passes
    threads = factory.threads
    renewal = WeightRenewal(
      of: passes.flatMap(\.executables), parameterCount: factory.model.parameterCount)
    report = StepReport(self.objective.metrics)
  }

  /// - Parameter labelSmoothing: Of every loss of the step, also of the one whose gradient makes
  ///   adversarial images.
  /// - Throws: `LearningError` where the method's
  ///   settings do not fit the model.
  package convenience init(
    _ model: Model, batchSize: Int, method: TrainingMethod, parameters: ParameterVector,
    labelSmoothing: Float = 0, threads: ThreadPool = ThreadPool()
  ) throws {
    try self.init(
      PassFactory(
        model: model, batchSize: batchSize, parameters: parameters, labelSmoothing: labelSmoothing,
        threads: threads),
      objective: method.makeObjective)
  }

  /// `[N, C, H, W]`: written before ``run(_:)``.
  package var images: UnsafeMutableBufferPointer<Float> { objective.images }
  /// `[N]`: written before ``run(_:)``.
  package var labels: UnsafeMutableBufferPointer<Int32> { objective.labels }
  /// `[P]`: gradient of what is minimized.
  package var gradient: UnsafeBufferPointer<Float> { objective.gradient }

  /// Computes numbers and gradient at the current weights.
  package func run(_ context: StepContext) -> StepReport { run(context, update: nil) }

  /// Computes numbers and gradient at the current weights, and updates these.
  ///
  /// - Parameters:
  ///   - parameters: Those of the passes.
  ///   - state: What `makeState` of the same optimizer returned.
  package func run(
    _ context: StepContext, updating parameters: ParameterVector, with optimizer: Optimizer,
    learningRate: Float, weightDecay: Float = 0, state: OptimizerState
  ) -> StepReport {
    optimizer.begin(state)
    return run(
      context,
      update: Update(
        parameters: parameters, optimizer: optimizer, learningRate: learningRate,
        weightDecay: weightDecay, state: state))
  }

  private func run(_ context: StepContext, update: Update?) -> StepReport {
    var context = context
    report.clear()
    renewal.renew(on: threads)
    objective.run(&context, reporting: &report)
    self.update = update
    if let update {
      update.parameters.markChanged()
      renewal.beginUpdate()
    }
    threads.run(renewal.parts.count, finishPart)
    self.update = nil
    return report
  }

  /// Completes a part of the gradient, updates its weights, and renews the copies of these.
  private func finish(_ part: Int) {
    let range = renewal.parts[part]
    objective.finishGradient(range)
    guard let update else { return }
    update.optimizer.update(
      update.parameters.trainable, gradient: gradient, range, learningRate: update.learningRate,
      weightDecay: update.weightDecay, state: update.state)
    renewal.updated(part)
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
