import Engine

/// Trains a model. Makes everything it needs when it is made; a step allocates nothing.
package final class Trainer {
  private let configuration: TrainingConfiguration
  private let data: any ExampleSource
  private let parameters: ParameterVector
  private let state: OptimizerState
  private let whole: TrainingStep
  /// For the last batch of an epoch, where the batch size does not divide the examples: Keras takes
  /// a smaller batch.
  private let rest: TrainingStep?
  private let stepsPerEpoch: Int

  /// - Parameter initialParameters: `[P + S]`; by default drawn from the configuration's seed.
  /// - Throws: `EngineError` where oneDNN refuses a primitive, `LearningError` where the method's
  ///   settings do not fit the model.
  package init(
    model: Model, configuration: TrainingConfiguration, data: any ExampleSource,
    initialParameters: [Float]? = nil
  ) throws {
    precondition(configuration.batchSize > 0 && data.count > 0, "nothing to train on")
    self.configuration = configuration
    self.data = data
    parameters = try ParameterVector(
      initialParameters ?? model.initialParameters(seed: configuration.seed), for: model)
    state = configuration.optimizer.makeState(count: model.parameterCount)
    let size = min(configuration.batchSize, data.count)
    stepsPerEpoch = (data.count + size - 1) / size
    func step(_ size: Int, _ parameters: ParameterVector) throws -> TrainingStep {
      try TrainingStep(
        model, batchSize: size, method: configuration.method, parameters: parameters,
        labelSmoothing: configuration.labelSmoothing)
    }
    whole = try step(size, parameters)
    rest = data.count % size == 0 ? nil : try step(data.count % size, parameters)
  }

  /// Trains for all epochs, or until a number is not finite.
  ///
  /// - Parameter progress: Called after every step; must be quick.
  package func train(progress: (TrainingProgress) -> Void = { _ in }) -> TrainingResult {
    var history: [EpochMetrics] = []
    var outcome = TrainingOutcome.finished
    epochs: for epoch in 0..<configuration.epochs {
      let order = ShuffledOrder(count: data.count, seed: configuration.seed, epoch: epoch)
      var means = RunningMeans(method: configuration.method)
      for step in 0..<stepsPerEpoch {
        let indices = order.batch(step, size: whole.batchSize)
        let losses = take(indices, epoch: epoch, learningRate: learningRate(epoch, step))
        means.add(losses, examples: indices.count)
        if !losses.total.isFinite {
          outcome = .diverged(epoch: epoch + 1, step: step + 1, what: "loss is \(losses.total)")
          break epochs
        }
        progress(
          TrainingProgress(
            epoch: epoch + 1, epochs: configuration.epochs, step: step + 1,
            stepsPerEpoch: stepsPerEpoch, loss: means.loss, accuracy: means.accuracy))
      }
      guard parameters.values.allSatisfy(\.isFinite) else {
        outcome = .diverged(
          epoch: epoch + 1, step: stepsPerEpoch, what: "a weight is infinite or not a number")
        break epochs
      }
      var metrics = means.metrics(epoch: epoch + 1)
      if configuration.schedule != nil {
        metrics.learningRate = learningRate(epoch, stepsPerEpoch - 1)
      }
      history.append(metrics)
    }
    return TrainingResult(
      outcome: outcome, history: history, parameters: Array(parameters.values),
      implementations: whole.implementations)
  }

  private func learningRate(_ epoch: Int, _ step: Int) -> Double {
    configuration.schedule?.rate(
      at: epoch * stepsPerEpoch + step, base: configuration.learningRate,
      stepsPerEpoch: stepsPerEpoch, epochs: configuration.epochs) ?? configuration.learningRate
  }

  /// One step on these examples.
  private func take(
    _ indices: ArraySlice<Int>, epoch: Int, learningRate: Double
  ) -> StepLosses {
    let step = indices.count == whole.batchSize ? whole : (rest ?? whole)
    data.fill(images: step.images, labels: step.labels, indices: indices)
    func stream(_ purpose: RandomStream.Purpose, _ place: Int, _ draw: Int = 0) -> RandomStream {
      RandomStream(
        seed: configuration.seed, purpose: purpose, epoch: epoch,
        example: indices[indices.startIndex + place], draw: draw)
    }
    let losses = step.run(
      stream: { stream(.perturbation, $0) },
      // Layers count from there.
      dropout: { stream(.dropout, $0, $1 << 16) })
    configuration.optimizer.update(
      parameters.trainable, gradient: step.gradient, learningRate: Float(learningRate),
      weightDecay: configuration.weightDecay, state: state)
    parameters.markChanged()
    return losses
  }
}

/// The sums behind an epoch's metrics.
///
/// Keras weights a batch's mean loss by its examples. NSL adds its losses as metrics of their own, so
/// that every batch counts the same, a smaller last one too; its accuracy counts examples.
private struct RunningMeans {
  let countsBatches: Bool
  var weight = 0.0
  var total = 0.0
  var clean = 0.0
  var adversarial = 0.0
  var examples = 0
  var correct = 0

  init(method: TrainingMethod) {
    if case .nsl = method { countsBatches = true } else { countsBatches = false }
  }

  mutating func add(_ losses: StepLosses, examples count: Int) {
    let share = countsBatches ? 1 : Double(count)
    weight += share
    total += share * losses.total
    clean += share * losses.clean
    adversarial += share * losses.scaledAdversarial
    examples += count
    correct += losses.correct
  }

  var loss: Double { total / weight }
  var accuracy: Double { Double(correct) / Double(examples) }

  func metrics(epoch: Int) -> EpochMetrics {
    EpochMetrics(
      epoch: epoch, loss: loss, sparseCategoricalCrossentropy: clean / weight,
      sparseCategoricalAccuracy: accuracy,
      scaledAdversarialLoss: countsBatches ? adversarial / weight : nil)
  }
}

extension ParameterVector {
  /// A vector with these values.
  ///
  /// - Throws: `LearningError` where `values` has another length than the model's parameters.
  convenience init(_ values: [Float], for model: Model) throws(LearningError) {
    let (trained, kept) = (model.parameterCount, model.stateCount)
    guard values.count == trained + kept else {
      let words = kept == 0 ? "" : " and \(kept) moving averages"
      throw LearningError(
        .parameterCount,
        "\(values.count) weights given to a model of \(trained) parameters\(words)")
    }
    self.init(count: trained, stateCount: kept)
    for i in 0..<values.count { self.values[i] = values[i] }
    markChanged()
  }
}
