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
  private let subject: PackedModel
  /// Whose gradients the attack uses.
  private let source: PackedModel?
  private let attack: (any Attack)?
  private let model: Model
  private let batchSize: Int
  private let seed: Int
  private let keepsImages: Bool
  private let smaller: SmallerEpsilon?
  /// What an attack is expected to ask of the model for each example, as `Passes.cost`; `nil` where
  /// that is not known. From the second batch on it is what it did ask.
  package var expectedCost: Double?
  /// Told often while a batch is attacked how far the evaluation is; must be quick.
  package var onAttackProgress: ((EvaluationProgress) -> Void)?
  /// Examples of the batches that have begun.
  private var attacked = 0

  /// - Parameters:
  ///   - source: The model whose gradients make the perturbations; `nil` for the subject's own.
  ///   - attack: `nil` for clean images.
  ///   - batchSize: How many examples are attacked together, at most; fewer, where an attack is slow. It
  ///     does not change results.
  ///   - seed: Decides the attack's random draws.
  ///   - keepsImages: Whether the result has all images of an attack; no number depends on it.
  ///   - smaller: What the same attack has found at a smaller epsilon, with all images if these are
  ///     kept; `nil` to attack every example.
  ///   - compiled: Where compiled models are taken from.
  /// - Throws: `EngineError` where oneDNN refuses a primitive, `LearningError` where the weights do
  ///   not fit the model.
  package init(
    subject: TrainedModel, source: TrainedModel? = nil, attack: (any Attack)?, batchSize: Int,
    seed: Int, keepsImages: Bool = false, smaller: SmallerEpsilon? = nil,
    compiled: CompiledModels = CompiledModels(limit: 0)
  ) throws {
    precondition(batchSize > 0, "an empty batch")
    precondition(
      source == nil || source?.model.inputShape == subject.model.inputShape,
      "source and subject see images of different shape")
    model = subject.model
    self.batchSize = batchSize
    self.attack = attack
    self.seed = seed
    self.keepsImages = keepsImages && attack != nil
    self.smaller = smaller
    precondition(
      smaller == nil || attack != nil && (!keepsImages || smaller?.hasAllImages == true),
      "a smaller epsilon without an attack, or without its images")
    let asked = try compiled.take(subject)
    self.subject = try PackedModel(asked, batchSize: batchSize, gradients: false)
    self.source = try attack.map { attack in
      try PackedModel(
        try source.map { try compiled.take($0) } ?? asked, batchSize: batchSize,
        gradients: attack.wantsGradients, several: attack.wantsSeveralGradients)
    }
  }

  /// Evaluates the first `limit` examples; all, where there are fewer.
  ///
  /// - Parameters:
  ///   - parts: What an evaluation with the same settings has made before of the first examples, in
  ///     their order; the result is the same with and without them.
  ///   - progress: Called after every batch; must be quick.
  ///   - keep: Called after every batch but the last. May make a part of the examples since it last
  ///     returned true, and returns whether it has kept that. May throw to end the evaluation.
  /// - Throws: `VerificationError` where a perturbation or a prediction does not hold when it is
  ///   measured again, `LearningError` where a clean image is outside of the attack's box.
  package func evaluate(
    _ data: any ExampleSource, limit: Int? = nil, after parts: [EvaluationPart] = [],
    progress: (EvaluationProgress) -> Void = { _ in },
    keep: (_ part: () -> EvaluationPart) throws -> Bool = { _ in false }
  ) throws -> EvaluationResult {
    let examples = min(limit ?? data.count, data.count)
    precondition(examples > 0, "nothing to evaluate")
    precondition(smaller.map { $0.count == examples } ?? true, "other examples than before")
    let indices = Array(0..<examples)
    var sums = EvaluationSums(model.architecture, keepsImages: keepsImages)
    let batch = EvaluationBatch(batchSize: batchSize, imageSize: model.inputShape.count)
    for part in parts { sums.add(part) }
    var (kept, keptCounts) = (sums.count, source?.counts ?? PassCounts())
    let clock = ContinuousClock()
    var pace = firstPace(data, indices[kept...], batch)
    while sums.count < examples {
      let (first, start) = (sums.count, clock.now)
      let chosen = indices[first...].prefix(pace.next)
      watchAttack(
        EvaluationProgress(done: first, examples: examples, correct: sums.correct), chosen.count)
      batch.fill(from: data, chosen)
      try run(batch, firstExample: first)
      try add(batch, chosen, to: &sums)
      progress(EvaluationProgress(done: chosen.endIndex, examples: examples, correct: sums.correct))
      pace.add(chosen.count, seconds: (clock.now - start) / .seconds(1))
      useSmallPasses(&pace)
      let counts = source?.counts ?? PassCounts()
      if chosen.endIndex < examples,
        try keep({ sums.part(from: kept, passes: counts - keptCounts) })
      {
        (kept, keptCounts) = (chosen.endIndex, counts)
      }
    }
    return sums.result(source?.counts ?? PassCounts(), implementations: implementations)
  }

  /// The pace before the first batch: from the time that a few examples take without an attack.
  private func firstPace(
    _ data: any ExampleSource, _ indices: ArraySlice<Int>, _ batch: EvaluationBatch
  ) -> BatchPace {
    var pace = BatchPace(
      largest: batchSize, smallest: min(PassSizes.largest, batchSize), expecting: nil)
    guard let expectedCost, source != nil, batchSize > PassSizes.largest, !indices.isEmpty else {
      return pace
    }
    let few = indices.prefix(PassSizes.largest)
    batch.fill(from: data, few)
    _ = subject.images.update(from: batch.clean)
    _ = subject.labels.update(from: batch.labels)
    var shortest = Duration.seconds(1000)
    for _ in 0..<3 {
      let duration = ContinuousClock().measure { subject.forward(batch.places) }
      shortest = min(shortest, duration)
    }
    pace = BatchPace(
      largest: batchSize, smallest: PassSizes.largest,
      expecting: expectedCost * (shortest / .seconds(1)) / Double(PassSizes.largest))
    useSmallPasses(&pace)
    return pace
  }

  /// Has small passes ready where a batch of one large pass would take too long.
  private func useSmallPasses(_ pace: inout BatchPace) {
    guard let source, pace.wanted < pace.smallest else { return }
    pace.smallest = min(source.useSmallPasses(), pace.smallest)
  }

  /// Which kernel each primitive runs on.
  package var implementations: [String] {
    var implementations = subject.implementations
    for name in source?.implementations ?? [] where !implementations.contains(name) {
      implementations.append(name)
    }
    return implementations
  }

  /// Has the model tell, while it is attacked, how much of the batch is done.
  private func watchAttack(_ progress: EvaluationProgress, _ examples: Int) {
    guard let source, let report = onAttackProgress else { return }
    let before = source.counts.cost
    let each = before > 0 ? before / Double(attacked) : expectedCost
    attacked += examples
    guard let each, each > 0 else { return }
    source.onPass = { [unowned source] in
      var progress = progress
      progress.underWay = min((source.counts.cost - before) / each, Double(examples))
      report(progress)
    }
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
      let open = smaller?.fill(
        batch, firstExample: firstExample, channels: model.architecture.inputShape[2])
      var attacked = AttackBatch(
        images: UnsafeBufferPointer(batch.clean), labels: UnsafeBufferPointer(batch.labels),
        firstExample: firstExample, seed: seed, examples: open ?? batch.places)
      let trace = AttackTrace(batchSize: batchSize)
      attacked.trace = trace
      batch.trace = trace
      if let ensemble = attack as? EnsembleAttack {
        batch.members = ensemble.runMembers(attacked, on: source, into: batch.seen)
      } else {
        attack.run(attacked, on: source, into: batch.seen)
      }
    } else {
      _ = batch.seen.update(from: batch.clean)
    }
    _ = subject.labels.update(from: batch.labels)
    _ = subject.images.update(from: batch.seen)
    subject.forward(batch.places)
  }

  /// Takes the subject's predictions; for an attack, all of them once more from the stored images.
  private func add(
    _ batch: EvaluationBatch, _ chosen: ArraySlice<Int>, to sums: inout EvaluationSums
  ) throws {
    let size = batch.imageSize
    let predictions = (0..<batch.count).map { subject.prediction(of: $0) }
    let losses = Array(subject.losses.prefix(batch.count))
    let rounded = roundedPredictions(batch)
    if let attack {
      _ = subject.images.update(from: batch.seen)
      subject.forward(batch.places)
      for n in 0..<batch.count {
        let example = chosen[chosen.startIndex + n]
        try attack.verify(
          UnsafeBufferPointer(batch.seen.example(n, size: size)),
          clean: UnsafeBufferPointer(batch.clean.example(n, size: size)), example: example)
        try verifyPrediction(
          first: predictions[n], second: subject.prediction(of: n), example: example)
      }
      if keepsImages { keep(batch, in: &sums) }
    }
    for n in 0..<batch.count {
      let seen = UnsafeBufferPointer(batch.seen.example(n, size: size))
      if let known = smaller?.outcome(of: chosen[chosen.startIndex + n]) {
        sums.add(
          known, seen: seen, linf: Double(known.linf), l2: Double(known.l2), lastLosses: nil)
        continue
      }
      let clean = UnsafeBufferPointer(batch.clean.example(n, size: size))
      let isFooled = isFooled(n, batch, predictions[n])
      let (linf, l2) = (Norm.infinity.distance(seen, clean), Norm.l2.distance(seen, clean))
      var outcome = ExampleOutcome(
        label: batch.labels[n], prediction: predictions[n], roundedPrediction: rounded[n],
        loss: losses[n], linf: Float(linf), l2: Float(l2), isFooled: isFooled,
        member: batch.members?[n] ?? 0)
      if let attack {
        let failed = attack is any MinimalNormAttack && !isFooled
        outcome.distance = failed ? .infinity : Float(attack.norm.distance(seen, clean))
      }
      let losses = batch.trace?[n].map { SIMD2($0.before, $0.after) }
      sums.add(outcome, seen: seen, linf: linf, l2: l2, lastLosses: losses)
    }
  }

  /// Keeps both images of each example; the subject has run on the attacked ones last.
  private func keep(_ batch: EvaluationBatch, in sums: inout EvaluationSums) {
    let adversarialLogits = Array(subject.logits.prefix(batch.count * subject.classes))
    _ = subject.images.update(from: batch.clean)
    subject.forward(batch.places)
    sums.kept?.add(
      labels: batch.labels.prefix(batch.count),
      clean: batch.clean.prefix(batch.count * batch.imageSize),
      adversarial: batch.seen.prefix(batch.count * batch.imageSize),
      cleanLogits: subject.logits.prefix(batch.count * subject.classes),
      adversarialLogits: adversarialLogits)
  }

  /// What is predicted for images of 8 bits: all that a file or a camera can hold.
  private func roundedPredictions(_ batch: EvaluationBatch) -> [Int32] {
    for i in 0..<batch.count * batch.imageSize {
      subject.images[i] = (batch.seen[i] * 255).rounded() / 255
    }
    subject.forward(batch.places)
    return (0..<batch.count).map { subject.prediction(of: $0) }
  }

  /// Whether the attack got what it was after.
  private func isFooled(_ n: Int, _ batch: EvaluationBatch, _ prediction: Int32) -> Bool {
    guard attack?.target != nil, let source else { return prediction != batch.labels[n] }
    return prediction == source.labels[n]
  }
}
