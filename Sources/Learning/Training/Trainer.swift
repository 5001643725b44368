import Engine
import Settings
import Measurements

/// Trains a model. Makes everything it needs when it is made; a step allocates nothing.
package final class Trainer {
  private let configuration: TrainingConfiguration
  private let settings: TrainingSettings
  private let data: any ExampleSource
  private let parameters: ParameterVector
  private let state: OptimizerState
  private let whole: TrainingStep
  /// For the last batch of an epoch, where the batch size does not divide the examples: Keras takes
  /// a smaller batch.
  private let rest: TrainingStep?
  private let stepsPerEpoch: Int
  private let validation: Validation?

  /// - Parameters:
  ///   - validation: Examples that are evaluated after each epoch and never trained on.
  ///   - initialParameters: `[P + S]`; by default drawn from the configuration's seed.
  ///   - compiled: Where a compiled model is taken from.
  ///   - objective: Makes what is minimized; by default what the configuration's method says.
  /// - Throws: `EngineError` where oneDNN refuses a primitive, `LearningError` where the method's
  ///   settings do not fit the model, or where early stopping monitors what this training does not
  ///   report.
  package init(
    model: Model, configuration: TrainingConfiguration, data: any ExampleSource,
    validation: (any ExampleSource)? = nil, initialParameters: [Float]? = nil,
    compiled: CompiledModels = CompiledModels(limit: 0),
    objective: ((PassFactory) throws -> any TrainingObjective)? = nil
  ) throws {
    let settings = configuration.settings
    precondition(settings.batchSize > 0 && data.count > 0, "nothing to train on")
    self.configuration = configuration
    self.settings = settings
    self.data = data
    let compiled = try compiled.take(
      TrainedModel(
        model: model,
        parameters: initialParameters ?? model.initialParameters(seed: configuration.seed)))
    parameters = compiled.parameters
    state = settings.optimizer.makeState(count: model.parameterCount)
    let size = min(settings.batchSize, data.count)
    stepsPerEpoch = (data.count + size - 1) / size
    self.validation = try validation.map {
      try Validation(compiled, batchSize: settings.batchSize, data: $0)
    }
    func step(_ size: Int) throws -> TrainingStep {
      try TrainingStep(
        PassFactory(
          compiled, batchSize: size, labelSmoothing: Float(settings.labelSmoothing)),
        objective: objective ?? configuration.method.makeObjective)
    }
    whole = try step(size)
    rest = data.count % size == 0 ? nil : try step(data.count % size)
    if let monitor = settings.earlyStopping?.watched { try check(monitor) }
  }

  private func check(_ monitor: Monitor) throws(LearningError) {
    var names = whole.objective.metrics.map(\.name)
    if validation != nil {
      names += [Monitor.validationLoss, .validationAccuracy].map(\.name)
    }
    guard names.contains(monitor.name) else {
      throw LearningError(
        .unknownMonitor,
        "early stopping monitors \(monitor.name), but this training reports "
          + names.joined(separator: ", "))
    }
  }

  /// Trains for all epochs, or until a number is not finite or a weight is left without a gradient.
  ///
  /// - Parameters:
  ///   - keep: Gets an epoch, from 1, and the weights after it, `[P + S]`, for each checkpoint of the
  ///     configuration.
  ///   - progress: Called after every step; must be quick.
  package func train(
    keep: (_ epoch: Int, _ parameters: [Float]) -> Void = { _, _ in },
    progress: (TrainingProgress) -> Void = { _ in }
  ) -> TrainingResult {
    var history: [EpochMetrics] = []
    var outcome = TrainingOutcome.finished
    var stopping = settings.earlyStopping.map { (settings: $0, state: EarlyStoppingState($0)) }
    var best = stopping?.settings.restoreBest == true ? Array(parameters.values) : []
    var stoppedEpoch: Int?
    epochs: for epoch in 0..<settings.epochs {
      let order = ShuffledOrder(count: data.count, seed: configuration.seed, epoch: epoch)
      var means = RunningMeans(whole.objective.metrics)
      func tell(_ step: Int, _ metrics: EpochMetrics? = nil) {
        progress(
          TrainingProgress(
            epoch: epoch + 1, epochs: settings.epochs, step: step,
            stepsPerEpoch: stepsPerEpoch, loss: means.loss, accuracy: means.accuracy,
            validationLoss: metrics?.validationLoss, validationAccuracy: metrics?.validationAccuracy
          ))
      }
      for step in 0..<stepsPerEpoch {
        let indices = order.batch(step, size: whole.batchSize)
        let (examples, rate) = (self.step(for: indices), learningRate(epoch, step))
        data.fill(images: examples.images, labels: examples.labels, indices: indices)
        for update in 0..<examples.objective.updatesPerBatch {
          let report = take(
            examples,
            StepContext(seed: configuration.seed, epoch: epoch, examples: indices, update: update),
            learningRate: rate)
          if let weight = examples.weightWithoutGradient {
            outcome = .untrained(weight: weight)
            break epochs
          }
          means.add(report, examples: indices.count)
          if !report.loss.isFinite {
            let value = report.loss.isNaN ? "not a number (NaN)" : "infinite"
            outcome = .diverged(epoch: epoch + 1, step: step + 1, what: "loss is \(value)")
            break epochs
          }
        }
        // The last step is told of when all about its epoch is known.
        if step + 1 < stepsPerEpoch { tell(step + 1) }
      }
      guard parameters.values.allSatisfy(\.isFinite) else {
        tell(stepsPerEpoch)
        outcome = .diverged(
          epoch: epoch + 1, step: stepsPerEpoch, what: "a weight is infinite or not a number")
        break epochs
      }
      let metrics = metrics(means, epoch: epoch)
      tell(stepsPerEpoch, metrics)
      history.append(metrics)
      if let every = settings.checkpointEvery, (epoch + 1) % every == 0 {
        keep(epoch + 1, Array(parameters.values))
      }
      guard let value = stopping.flatMap({ metrics.value($0.settings.watched) }),
        let decision = stopping?.state.observe(value, epoch: epoch + 1)
      else { continue }
      if decision.isBest {
        for i in best.indices { best[i] = parameters.values[i] }
      }
      if decision.stops {
        stoppedEpoch = epoch + 1
        break epochs
      }
    }
    let restoredEpoch =
      outcome == .finished && !best.isEmpty ? stopping?.state.bestEpoch : nil
    if restoredEpoch != nil {
      for i in best.indices { parameters.values[i] = best[i] }
      parameters.markChanged()
    }
    return TrainingResult(
      outcome: outcome, history: history, stoppedEpoch: stoppedEpoch,
      restoredEpoch: restoredEpoch,
      parameters: Array(parameters.values), implementations: whole.implementations)
  }

  /// An epoch's numbers, with what is measured at its end.
  private func metrics(_ means: RunningMeans, epoch: Int) -> EpochMetrics {
    var metrics = means.metrics(epoch: epoch + 1)
    if settings.schedule != nil {
      metrics.learningRate = learningRate(epoch, stepsPerEpoch - 1)
    }
    if let (loss, accuracy) = validation?.run() {
      (metrics.validationLoss, metrics.validationAccuracy) = (loss, accuracy)
    }
    return metrics
  }

  private func learningRate(_ epoch: Int, _ step: Int) -> Double {
    settings.schedule?.rate(
      at: epoch * stepsPerEpoch + step, base: settings.learningRate,
      stepsPerEpoch: stepsPerEpoch, epochs: settings.epochs) ?? settings.learningRate
  }

  private func step(for indices: ArraySlice<Int>) -> TrainingStep {
    indices.count == whole.batchSize ? whole : (rest ?? whole)
  }

  /// One update on the examples that the step holds.
  private func take(
    _ step: TrainingStep, _ context: StepContext, learningRate: Double
  ) -> StepReport {
    let report = step.run(context)
    settings.optimizer.update(
      parameters.trainable, gradient: step.gradient, learningRate: Float(learningRate),
      weightDecay: Float(settings.weightDecay), state: state)
    parameters.markChanged()
    return report
  }
}

extension ParameterVector {
  /// A vector with these values.
  ///
  /// - Throws: `LearningError` where `values` has another length than the model's parameters.
  convenience init(_ values: [Float], for model: Model) throws(LearningError) {
    let (trained, kept) = (model.parameterCount, model.stateCount)
    self.init(count: trained, stateCount: kept)
    try write(values, for: model)
  }

  /// Writes other values over these.
  ///
  /// - Throws: `LearningError` where `values` has another length than the model's parameters.
  func write(_ values: [Float], for model: Model) throws(LearningError) {
    let (trained, kept) = (model.parameterCount, model.stateCount)
    guard values.count == trained + kept else {
      let words = kept == 0 ? "" : " and \(kept) moving averages"
      throw LearningError(
        .parameterCount,
        "\(values.count) weights given to a model of \(trained) parameters\(words)")
    }
    _ = self.values.update(from: values)
    markChanged()
  }
}
