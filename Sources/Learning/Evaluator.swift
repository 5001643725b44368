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

/// Asks a model about clean or attacked images and checks every adversarial number before it says it.
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
      reduction: .sum, gradients: .images)
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
    var sums = Sums(shape: model.architecture)
    let batch = BatchBuffers(batchSize: batchSize, imageSize: model.inputShape.count)
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

  /// Attacks the batch and asks the subject.
  private func run(_ batch: BatchBuffers, firstExample: Int) throws {
    if let attack, let source {
      for n in 0..<batch.count {
        let image = batch.clean.example(n, size: batch.imageSize)
        if let pixel = image.first(where: { !attack.ball.box.contains($0) }) {
          throw LearningError(
            .outsideBox,
            "clean example \(firstExample + n) has a pixel of \(pixel), outside of the attack's "
              + "\(attack.ball.box.lowerBound)...\(attack.ball.box.upperBound)")
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

  /// Takes the subject's answers; for an attack, all of them once more from the stored images.
  private func add(_ batch: BatchBuffers, _ chosen: ArraySlice<Int>, to sums: inout Sums) throws {
    let size = batch.imageSize
    let predictions = (0..<batch.count).map { subject.prediction(of: $0) }
    let losses = Array(subject.losses.prefix(batch.count))
    if let ball = attack?.ball {
      _ = subject.images.update(from: batch.seen)
      subject.run()
      for n in 0..<batch.count {
        let example = chosen[chosen.startIndex + n]
        try ball.verify(
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
        prediction: predictions[n], loss: losses[n])
    }
  }
}

/// One batch's images and labels; the last batch's empty places hold zeros.
private final class BatchBuffers {
  let imageSize: Int
  /// `[N, C, H, W]`.
  let clean: UnsafeMutableBufferPointer<Float>
  /// What the subject sees, `[N, C, H, W]`.
  let seen: UnsafeMutableBufferPointer<Float>
  /// `[N]`.
  let labels: UnsafeMutableBufferPointer<Int32>
  /// How many places hold examples.
  private(set) var count = 0

  init(batchSize: Int, imageSize: Int) {
    self.imageSize = imageSize
    clean = .allocate(capacity: batchSize * imageSize)
    seen = .allocate(capacity: batchSize * imageSize)
    labels = .allocate(capacity: batchSize)
    seen.initialize(repeating: 0)
    clean.initialize(repeating: 0)
    labels.initialize(repeating: 0)
  }

  deinit {
    clean.deallocate()
    seen.deallocate()
    labels.deallocate()
  }

  func fill(from data: any ExampleSource, _ indices: ArraySlice<Int>) {
    count = indices.count
    clean.update(repeating: 0)
    labels.update(repeating: 0)
    data.fill(images: clean, labels: labels, indices: indices)
  }
}

/// An evaluation's sums, in double precision and in the order of the examples.
private struct Sums {
  private let channels: Int
  private var examples = 0
  private(set) var correct = 0
  private var loss = 0.0
  private var linf = 0.0
  private var l2 = 0.0
  private var firstBatch: FirstBatch

  init(shape architecture: Architecture) {
    channels = architecture.inputChannels
    firstBatch = FirstBatch(
      shape: [architecture.input.height, architecture.input.width, channels], images: [],
      labels: [], predictions: [])
  }

  mutating func add(
    seen: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, label: Int32,
    prediction: Int32, loss: Float
  ) {
    examples += 1
    if prediction == label { correct += 1 }
    self.loss += Double(loss)
    linf += Norm.infinity.distance(seen, clean)
    l2 += Norm.l2.distance(seen, clean)
    guard firstBatch.images.count < 32 else { return }
    let area = seen.count / channels
    firstBatch.images.append(
      (0..<seen.count).map { seen[$0 % channels * area + $0 / channels] })
    firstBatch.labels.append(Int(label))
    firstBatch.predictions.append(Int(prediction))
  }

  func result(implementations: [String]) -> EvaluationResult {
    let count = Double(examples)
    return EvaluationResult(
      examples: examples, correct: correct, loss: loss / count, meanLinf: linf / count,
      meanL2: l2 / count, firstBatch: firstBatch, implementations: implementations)
  }
}
