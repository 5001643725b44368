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
  /// - Throws: `LearningError` where the method's
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
    self.validation = validation.map {
      Validation(compiled, batchSize: settings.batchSize, data: $0)
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
  ///   - snapshot: Where to go on, of a training with the same settings and data that
  ///     ``accepts(_:)`` takes; `nil` to begin. The result is the same.
  ///   - keep: Gets an epoch, from 1, and the weights after it, `[P + S]`, for each checkpoint of the
  ///     configuration.
  ///   - progress: Called after every step; must be quick.
  ///   - betweenSteps: Called after every step but the last. May make a snapshot, and may throw to end
  ///     the training there.
  package func train(
    from snapshot: TrainingSnapshot? = nil,
    keep: (_ epoch: Int, _ parameters: [Float]) -> Void = { _, _ in },
    progress: (TrainingProgress) -> Void = { _ in },
    betweenSteps: (_ snapshot: () -> TrainingSnapshot) throws -> Void = { _ in }
  ) rethrows -> TrainingResult {
    var loop = snapshot.map(restore) ?? firstLoop
    var (outcome, stops) = (TrainingOutcome.finished, false)
    training: while loop.epoch < settings.epochs, !stops {
      let order = ShuffledOrder(count: data.count, seed: configuration.seed, epoch: loop.epoch)
      while loop.step < stepsPerEpoch {
        if let failure = takeBatch(order.batch(loop.step, size: whole.batchSize), &loop) {
          outcome = failure
          break training
        }
        loop.step += 1
        // The last step is told of when all about its epoch is known.
        if loop.step < stepsPerEpoch {
          progress(position(loop))
          try betweenSteps { self.snapshot(loop) }
        }
      }
      guard parameters.values.allSatisfy(\.isFinite) else {
        progress(position(loop))
        outcome = .diverged(
          epoch: loop.epoch + 1, step: stepsPerEpoch, what: "a weight is infinite or not a number")
        break training
      }
      let metrics = metrics(loop)
      progress(position(loop, metrics))
      let decision = loop.endEpoch(metrics, weights: parameters.values, next: noMeans)
      if let every = settings.checkpointEvery, loop.epoch % every == 0 {
        keep(loop.epoch, Array(parameters.values))
      }
      stops = decision.stops
      if loop.epoch < settings.epochs, !stops { try betweenSteps { self.snapshot(loop) } }
    }
    let restoredEpoch =
      outcome == .finished && !loop.best.isEmpty ? loop.stopping?.bestEpoch : nil
    if restoredEpoch != nil { setParameters(loop.best) }
    return TrainingResult(
      outcome: outcome, history: loop.history, stoppedEpoch: stops ? loop.epoch : nil,
      restoredEpoch: restoredEpoch,
      parameters: Array(parameters.values), implementations: whole.implementations)
  }

  private var noMeans: RunningMeans { RunningMeans(whole.objective.metrics) }

  private var firstLoop: TrainingLoop {
    TrainingLoop(
      means: noMeans, stopping: settings.earlyStopping.map(EarlyStoppingState.init),
      best: settings.earlyStopping?.restoreBest == true ? Array(parameters.values) : [])
  }

  /// All updates on one batch.
  ///
  /// - Returns: Why training cannot go on; `nil` where it can.
  private func takeBatch(
    _ indices: ArraySlice<Int>, _ loop: inout TrainingLoop
  ) -> TrainingOutcome? {
    let step = step(for: indices)
    let rate = learningRate(loop.epoch, loop.step)
    data.fill(images: step.images, labels: step.labels, indices: indices)
    for update in 0..<step.objective.updatesPerBatch {
      let report = take(
        step,
        StepContext(
          seed: configuration.seed, epoch: loop.epoch, examples: indices, update: update),
        learningRate: rate)
      if let weight = step.weightWithoutGradient { return .untrained(weight: weight) }
      loop.means.add(report, examples: indices.count)
      if !report.loss.isFinite {
        let value = report.loss.isNaN ? "not a number (NaN)" : "infinite"
        return .diverged(epoch: loop.epoch + 1, step: loop.step + 1, what: "loss is \(value)")
      }
    }
    return nil
  }

  private func position(_ loop: TrainingLoop, _ metrics: EpochMetrics? = nil) -> TrainingProgress {
    TrainingProgress(
      epoch: loop.epoch + 1, epochs: settings.epochs, step: loop.step,
      stepsPerEpoch: stepsPerEpoch, loss: loop.means.loss, accuracy: loop.means.accuracy,
      validationLoss: metrics?.validationLoss, validationAccuracy: metrics?.validationAccuracy)
  }

  /// An epoch's numbers, with what is measured at its end.
  private func metrics(_ loop: TrainingLoop) -> EpochMetrics {
    var metrics = loop.means.metrics(epoch: loop.epoch + 1)
    if settings.schedule != nil {
      metrics.learningRate = learningRate(loop.epoch, stepsPerEpoch - 1)
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
    step.run(
      context, updating: parameters, with: settings.optimizer, learningRate: Float(learningRate),
      weightDecay: Float(settings.weightDecay), state: state)
  }

  private func setParameters(_ values: [Float]) {
    _ = parameters.values.update(from: values)
    parameters.markChanged()
  }
}

/// Going on after a break.
extension Trainer {
  private func snapshot(_ loop: TrainingLoop) -> TrainingSnapshot {
    TrainingSnapshot(
      loop: loop, parameters: Array(parameters.values), optimizer: state.contents)
  }

  private func restore(_ snapshot: TrainingSnapshot) -> TrainingLoop {
    precondition(accepts(snapshot), "a snapshot of another training")
    setParameters(snapshot.parameters)
    state.contents = snapshot.optimizer
    return snapshot.loop
  }

  /// Whether a snapshot can be one of this training.
  package func accepts(_ snapshot: TrainingSnapshot) -> Bool {
    let (loop, first) = (snapshot.loop, firstLoop)
    return (0..<settings.epochs).contains(loop.epoch) && (0..<stepsPerEpoch).contains(loop.step)
      && loop.history.map(\.epoch) == Array(1..<loop.epoch + 1)
      && loop.means.fits(first.means) && loop.best.count == first.best.count
      && loop.stopping?.settings == first.stopping?.settings
      && snapshot.parameters.count == parameters.values.count
      && snapshot.optimizer.values.count == state.valueCount
      && snapshot.optimizer.updates
        == (loop.epoch * stepsPerEpoch + loop.step) * whole.objective.updatesPerBatch
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
