package import Settings

/// A search for images inside a ball that a model gets wrong.
package protocol FixedEpsilonAttack: Attack {
  var ball: PerturbationBall { get }
  /// How often the attack is repeated. At least 1.
  var restarts: Int { get }
  /// How many candidates are made for a model of so many classes; the worst is kept, for each example
  /// by itself. By default one in each restart.
  func candidates(classes: Int) -> Int

  /// Writes one candidate for each of the batch's examples into `model.images`. Labels are there
  /// already: the examples' own, or those of the target.
  func makeCandidate(_ candidate: Int, for batch: AttackBatch, on model: any AttackedModel)
}

extension FixedEpsilonAttack {
  package var norm: Norm { ball.norm }
  package var box: ClosedRange<Float> { ball.box }
  package func candidates(classes: Int) -> Int { restarts }

  package func verify(
    _ image: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, example: Int
  ) throws(VerificationError) {
    try ball.verify(image, clean: clean, example: example)
  }

  /// Attacks a batch.
  ///
  /// Of several candidates the first that `model` gets wrong is kept, else that of the
  /// highest loss. With a target it is the first that `model` takes for the target, else one that it
  /// gets wrong, else one that it gets right; of equals that of the lowest loss of the target. A
  /// further candidate never makes an attack weaker, and is made only for the examples that need it.
  /// Examples whose own class is the target stay clean.
  package func run(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(restarts > 0, "at least one start")
    let candidates = candidates(classes: model.classes)
    var batch = begin(batch, on: model, into: adversarial)
    let size = model.exampleSize
    var best = [Outcome?](repeating: nil, count: model.batchSize)
    for candidate in 0..<candidates where !batch.examples.isEmpty {
      makeCandidate(candidate, for: batch, on: model)
      if candidates > 1 { model.forward(batch.examples) }
      for n in batch.examples {
        if candidates > 1 {
          let outcome = outcome(of: n, batch, model)
          if let best = best[n], !outcome.isWorse(than: best) { continue }
          best[n] = outcome
        }
        _ = adversarial.example(n, size: size).update(from: model.images.example(n, size: size))
      }
      batch.examples.removeAll { best[$0]?.success == .complete }
    }
  }

  private func outcome(of n: Int, _ batch: AttackBatch, _ model: any AttackedModel) -> Outcome {
    let prediction = model.prediction(of: n)
    let isWrong = prediction != batch.labels[n]
    guard target != nil else {
      return Outcome(success: isWrong ? .complete : .none, strength: model.losses[n])
    }
    let success: Outcome.Success =
      prediction == model.labels[n] ? .complete : isWrong ? .partial : .none
    return Outcome(success: success, strength: -model.losses[n])
  }
}

/// What a candidate does to the model.
private struct Outcome {
  enum Success: Int {
    case none
    /// Wrong, but not the target.
    case partial
    case complete
  }

  var success: Success
  /// Of equal success the larger is the worse for the model.
  var strength: Float

  /// Whether the model does worse on it than on `other`.
  func isWorse(than other: Outcome) -> Bool {
    if success != other.success { return success.rawValue > other.success.rawValue }
    return success != .complete && strength > other.strength
  }
}
