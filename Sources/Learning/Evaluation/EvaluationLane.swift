import Engine
import Settings

/// What is done with each example of an evaluation.
struct EvaluationWork {
  let model: Model
  /// `nil` for clean images.
  let attack: (any Attack)?
  /// How many examples are attacked together, at most.
  let batchSize: Int
  let seed: Int
  /// Whether parts have all images of an attack.
  let keepsImages: Bool
  let smaller: SmallerEpsilon?
}

/// What one thread needs to evaluate examples: passes and buffers of its own.
final class EvaluationLane {
  let subject: PackedModel
  /// Whose gradients the attack uses.
  let source: PackedModel?
  let batch: EvaluationBatch
  /// What the attack had asked of the model before the batch.
  private(set) var costBefore = 0.0
  private let work: EvaluationWork

  init(_ work: EvaluationWork, subject: CompiledModel, source: CompiledModel?) {
    self.work = work
    let attacked = work.attack.map { attack in
      PackedModel(
        source ?? subject, batchSize: work.batchSize, gradients: attack.wantsGradients,
        several: attack.wantsSeveralGradients)
    }
    self.source = attacked
    self.subject =
      if let attacked, source == nil { PackedModel(passesOf: attacked) } else {
        PackedModel(subject, batchSize: work.batchSize, gradients: false)
      }
    batch = EvaluationBatch(
      batchSize: work.batchSize, imageSize: work.model.inputShape.count)
  }

  /// Evaluates some examples, a batch at most.
  ///
  /// - Throws: `VerificationError` where a perturbation or a prediction does not hold when it is
  ///   measured again, `LearningError` where a clean image is outside of the attack's box.
  func evaluate(_ data: any ExampleSource, _ examples: Range<Int>) throws -> EvaluationPart {
    let before = source?.counts ?? PassCounts()
    costBefore = before.cost
    take(data, examples)
    try run(firstExample: examples.lowerBound)
    var part = try measure(firstExample: examples.lowerBound)
    part.passes = (source?.counts ?? PassCounts()) - before
    return part
  }

  /// Fills the batch with some examples.
  func take(_ data: any ExampleSource, _ examples: Range<Int>) {
    batch.fill(from: data, Array(examples)[...])
    subject.resize(to: batch.count)
    source?.resize(to: batch.count)
  }

  /// Attacks the batch and runs the subject.
  private func run(firstExample: Int) throws {
    if let attack = work.attack, let source {
      try checkBox(attack, firstExample)
      let open = work.smaller?.fill(
        batch, firstExample: firstExample, channels: work.model.architecture.inputShape[2])
      var attacked = AttackBatch(
        images: UnsafeBufferPointer(batch.clean), labels: UnsafeBufferPointer(batch.labels),
        firstExample: firstExample, seed: work.seed, examples: open ?? batch.places)
      let trace = AttackTrace(batchSize: batch.count)
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

  private func checkBox(_ attack: any Attack, _ firstExample: Int) throws(LearningError) {
    for n in 0..<batch.count {
      let image = batch.clean.example(n, size: batch.imageSize)
      if let pixel = image.first(where: { !attack.box.contains($0) }) {
        throw LearningError(
          .outsideBox,
          "clean example \(firstExample + n) has a pixel of \(pixel), outside of the attack's "
            + "\(attack.box.lowerBound)...\(attack.box.upperBound)")
      }
    }
  }

  /// Takes the subject's predictions; for an attack, all of them once more from the stored images.
  private func measure(firstExample: Int) throws -> EvaluationPart {
    let size = batch.imageSize
    var part = EvaluationPart(first: firstExample)
    let predictions = (0..<batch.count).map { subject.prediction(of: $0) }
    let losses = Array(subject.losses)
    let rounded = roundedPredictions()
    if let attack = work.attack {
      _ = subject.images.update(from: batch.seen)
      subject.forward(batch.places)
      for n in 0..<batch.count {
        try attack.verify(
          UnsafeBufferPointer(batch.seen.example(n, size: size)),
          clean: UnsafeBufferPointer(batch.clean.example(n, size: size)), example: firstExample + n)
        try verifyPrediction(
          first: predictions[n], second: subject.prediction(of: n), example: firstExample + n)
      }
      if work.keepsImages { part.kept = keptImages() }
    }
    let channels = work.model.architecture.inputShape[2]
    for n in 0..<batch.count {
      let seen = UnsafeBufferPointer(batch.seen.example(n, size: size))
      if let known = work.smaller?.outcome(of: firstExample + n) {
        part.add(
          known, seen: seen, channels: channels, linf: Double(known.linf), l2: Double(known.l2),
          lastLosses: nil)
        continue
      }
      let clean = UnsafeBufferPointer(batch.clean.example(n, size: size))
      let isFooled = isFooled(n, predictions[n])
      let (linf, l2) = (Norm.infinity.distance(seen, clean), Norm.l2.distance(seen, clean))
      var outcome = ExampleOutcome(
        label: batch.labels[n], prediction: predictions[n], roundedPrediction: rounded[n],
        loss: losses[n], linf: Float(linf), l2: Float(l2), isFooled: isFooled,
        member: batch.members?[n] ?? 0)
      if let attack = work.attack {
        let failed = attack is any MinimalNormAttack && !isFooled
        outcome.distance = failed ? .infinity : Float(attack.norm.distance(seen, clean))
      }
      let losses = batch.trace?[n].map { SIMD2($0.before, $0.after) }
      part.add(
        outcome, seen: seen, channels: channels, linf: linf, l2: l2, lastLosses: losses)
    }
    return part
  }

  /// Both images of each example; the subject has run on the attacked ones last.
  private func keptImages() -> KeptImages {
    let adversarialLogits = Array(subject.logits)
    _ = subject.images.update(from: batch.clean)
    subject.forward(batch.places)
    let shape = work.model.architecture.inputShape
    var kept = KeptImages(
      imageShape: [shape[2], shape[0], shape[1]], classes: work.model.classes)
    kept.add(
      labels: batch.labels[...], clean: batch.clean[...], adversarial: batch.seen[...],
      cleanLogits: subject.logits[...], adversarialLogits: adversarialLogits)
    return kept
  }

  /// What is predicted for images of 8 bits: all that a file or a camera can hold.
  private func roundedPredictions() -> [Int32] {
    for i in 0..<batch.count * batch.imageSize {
      subject.images[i] = (batch.seen[i] * 255).rounded() / 255
    }
    subject.forward(batch.places)
    return (0..<batch.count).map { subject.prediction(of: $0) }
  }

  /// Whether the attack got what it was after.
  private func isFooled(_ n: Int, _ prediction: Int32) -> Bool {
    guard work.attack?.target != nil, let source else { return prediction != batch.labels[n] }
    return prediction == source.labels[n]
  }
}
