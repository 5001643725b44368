import Settings
import Engine

/// A model with its weights.
package struct TrainedModel: Sendable {
  package let model: Model
  /// `[P + S]`, our order: what is trained, then moving averages.
  package let parameters: [Float]

  package init(model: Model, parameters: [Float]) {
    self.model = model
    self.parameters = parameters
  }
}

/// Evaluates a model on clean or attacked images, and checks every adversarial number before it reports
/// it.
package final class Evaluator {
  private let subject: LossPass
  /// Whose gradients the attack uses.
  private let source: LossPass?
  private let attack: (any Attack)?
  private let model: Model
  private let batchSize: Int
  private let seed: Int

  /// - Parameters:
  ///   - source: The model whose gradients make the perturbations; `nil` for the subject's own.
  ///   - attack: `nil` for clean images.
  ///   - batchSize: Examples per pass. It changes results by no more than the rounding of other
  ///     kernels.
  ///   - seed: Decides the attack's random draws.
  /// - Throws: `EngineError` where oneDNN refuses a primitive, `LearningError` where the weights do
  ///   not fit the model.
  package init(
    subject: TrainedModel, source: TrainedModel? = nil, attack: (any Attack)?, batchSize: Int,
    seed: Int
  ) throws {
    precondition(batchSize > 0, "an empty batch")
    precondition(
      source == nil || source?.model.inputShape == subject.model.inputShape,
      "source and subject see images of different shape")
    model = subject.model
    self.batchSize = batchSize
    self.attack = attack
    self.seed = seed
    let parameters = try ParameterVector(subject.parameters, for: subject.model)
    self.subject = try LossPass(
      subject.model, batchSize: batchSize, parameters: parameters, reduction: .sum, gradients: [])
    guard attack != nil else {
      self.source = nil
      return
    }
    self.source = try LossPass(
      source?.model ?? subject.model, batchSize: batchSize,
      parameters: source.map { try ParameterVector($0.parameters, for: $0.model) } ?? parameters,
      reduction: .sum, gradients: .images,
      // These ask for the gradients of several logits at one point.
      keepsForward: attack is any MinimalNormAttack)
  }

  /// Evaluates the first `limit` examples; all, where there are fewer.
  ///
  /// - Parameter progress: Called after every batch; must be quick.
  /// - Throws: `VerificationError` where a perturbation or a prediction does not hold when it is
  ///   measured again, `LearningError` where a clean image is outside of the attack's box.
  package func evaluate(
    _ data: any ExampleSource, limit: Int? = nil,
    progress: (EvaluationProgress) -> Void = { _ in }
  ) throws -> EvaluationResult {
    let examples = min(limit ?? data.count, data.count)
    precondition(examples > 0, "nothing to evaluate")
    let indices = Array(0..<examples)
    var sums = EvaluationSums(
      model.architecture, distances: (attack as? any MinimalNormAttack)?.norm)
    let batch = EvaluationBatch(batchSize: batchSize, imageSize: model.inputShape.count)
    for start in stride(from: 0, to: examples, by: batchSize) {
      let chosen = indices[start..<min(start + batchSize, examples)]
      batch.fill(from: data, chosen)
      try run(batch, firstExample: start)
      try add(batch, chosen, to: &sums)
      progress(EvaluationProgress(done: chosen.endIndex, examples: examples, correct: sums.correct))
    }
    var implementations = subject.implementations
    for name in source?.implementations ?? [] where !implementations.contains(name) {
      implementations.append(name)
    }
    return sums.result(implementations: implementations)
  }

  /// Attacks the batch and runs the subject.
  private func run(_ batch: EvaluationBatch, firstExample: Int) throws {
    if let attack, let source {
      for n in 0..<batch.count {
        let image = batch.clean.example(n, size: batch.imageSize)
        if let pixel = image.first(where: { !attack.box.contains($0) }) {
          throw LearningError(
            .outsideBox,
            "clean example \(firstExample + n) has a pixel of \(pixel), outside of the attack's "
              + "\(attack.box.lowerBound)...\(attack.box.upperBound)")
        }
      }
      attack.run(
        AttackBatch(
          images: UnsafeBufferPointer(batch.clean), labels: UnsafeBufferPointer(batch.labels),
          firstExample: firstExample, seed: seed),
        on: source, into: batch.seen)
    } else {
      _ = batch.seen.update(from: batch.clean)
    }
    _ = subject.labels.update(from: batch.labels)
    _ = subject.images.update(from: batch.seen)
    subject.run()
  }

  /// Takes the subject's predictions; for an attack, all of them once more from the stored images.
  private func add(
    _ batch: EvaluationBatch, _ chosen: ArraySlice<Int>, to sums: inout EvaluationSums
  ) throws {
    let size = batch.imageSize
    let predictions = (0..<batch.count).map { subject.prediction(of: $0) }
    let losses = Array(subject.losses.prefix(batch.count))
    if let attack {
      _ = subject.images.update(from: batch.seen)
      subject.run()
      for n in 0..<batch.count {
        let example = chosen[chosen.startIndex + n]
        try attack.verify(
          UnsafeBufferPointer(batch.seen.example(n, size: size)),
          clean: UnsafeBufferPointer(batch.clean.example(n, size: size)), example: example)
        try verifyPrediction(
          first: predictions[n], second: subject.prediction(of: n), example: example)
      }
    }
    for n in 0..<batch.count {
      sums.add(
        seen: UnsafeBufferPointer(batch.seen.example(n, size: size)),
        clean: UnsafeBufferPointer(batch.clean.example(n, size: size)), label: batch.labels[n],
        prediction: predictions[n], loss: losses[n], isFooled: isFooled(n, batch, predictions[n]))
    }
  }

  /// Whether the attack got what it was after.
  private func isFooled(_ n: Int, _ batch: EvaluationBatch, _ prediction: Int32) -> Bool {
    guard attack?.target != nil, let source else { return prediction != batch.labels[n] }
    return prediction == source.labels[n]
  }
}
