package import Settings

/// Minimizes `‖x' - x‖₂² + c max(f(x') + confidence, 0)`, where f is how far the logit of the image's
/// class is above the others, or with a target how far the others are above that of the target. For
/// each example the smallest c is searched for that leads to a wrong class.
///
/// - Source: Carlini and Wagner 2017, arXiv:1608.04644, sections V and VI.
package struct CarliniWagnerAttack: MinimalNormAttack {
  package let settings: CarliniWagner
  package let box: ClosedRange<Float>
  package let target: AttackTarget?

  package init(
    _ settings: CarliniWagner = CarliniWagner(), box: ClosedRange<Float> = 0...1,
    target: AttackTarget? = nil
  ) {
    self.settings = settings
    self.box = box
    self.target = target
  }

  package var norm: Norm { .l2 }
  package var wantsSeveralGradients: Bool { false }

  package func search(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    // Where nothing has to be moved, the clean image stays.
    model.forward(batch.examples)
    var rest = batch
    rest.examples.removeAll { isReached($0, batch, model) }
    var distances = [Double](repeating: .infinity, count: model.batchSize)
    var constants = [ConstantSearch](
      repeating: ConstantSearch(first: settings.initialConstant), count: model.batchSize)
    let descent = TanhDescent(
      count: model.images.count, exampleSize: model.exampleSize, box: box,
      learningRate: Float(settings.learningRate))
    for _ in 0..<settings.binarySearchSteps where !rest.examples.isEmpty {
      let found = minimize(
        rest, weights: constants.map { Float($0.constant) }, descent, model, &distances,
        adversarial)
      for n in rest.examples { constants[n].update(wasFound: found[n]) }
    }
  }

  /// Minimizes for one constant of each example.
  ///
  /// - Returns: For each place of the batch whether an image of the wanted class was found.
  private func minimize(
    _ batch: AttackBatch, weights: [Float], _ descent: TanhDescent, _ model: any AttackedModel,
    _ distances: inout [Double], _ adversarial: UnsafeMutableBufferPointer<Float>
  ) -> [Bool] {
    let size = model.exampleSize
    var found = [Bool](repeating: false, count: model.batchSize)
    var progress = [Progress](repeating: Progress(), count: model.batchSize)
    for n in batch.examples {
      let clean = batch.images.example(n, size: size)
      descent.start(n, at: clean)
      _ = model.images.example(n, size: size).update(from: clean)
    }
    let interval = (settings.steps + 9) / 10
    var open = batch.examples
    for step in 0..<settings.steps where !open.isEmpty {
      model.run(open) { n, logits, factors in
        factors.update(repeating: 0)
        let (own, other) = classes(n, logits, model)
        guard excess(logits[own] - logits[other]) > 0, own != other else { return }
        factors[own] = weights[n]
        factors[other] = -weights[n]
      }
      open.removeAll { n in
        let image = model.images.example(n, size: size)
        let clean = batch.images.example(n, size: size)
        let distance = norm.distance(UnsafeBufferPointer(image), clean)
        if isReached(n, batch, model) {
          found[n] = true
          if distance < distances[n] {
            distances[n] = distance
            _ = adversarial.example(n, size: size).update(from: image)
          }
        }
        let (own, other) = classes(n, model.logits(of: n), model)
        let difference = model.logits(of: n)[own] - model.logits(of: n)[other]
        progress[n].add(distance * distance + Double(weights[n] * excess(difference)))
        if settings.abortsEarly, step % interval == 0, !progress[n].goesOn() { return true }
        descent.step(
          n, gradient: model.imageGradient.example(n, size: size), clean: clean, into: image)
        return false
      }
    }
    return found
  }

  /// The class whose logit shall fall, and the one whose logit shall rise.
  private func classes(
    _ n: Int, _ logits: UnsafeBufferPointer<Float>, _ model: any AttackedModel
  ) -> (own: Int, other: Int) {
    let label = Int(model.labels[n])
    let strongest = strongestClass(logits, besides: label)
    return target == nil ? (label, strongest) : (strongest, label)
  }

  private func excess(_ difference: Float) -> Float {
    max(difference + Float(settings.confidence), 0)
  }

  private func isReached(_ n: Int, _ batch: AttackBatch, _ model: any AttackedModel) -> Bool {
    let prediction = model.prediction(of: n)
    guard target == nil ? prediction != batch.labels[n] : prediction == model.labels[n] else {
      return false
    }
    let logits = model.logits(of: n)
    let (own, other) = classes(n, logits, model)
    // A logit that is not a number is no class, and so wrong.
    return prediction < 0 || excess(logits[own] - logits[other]) == 0
  }
}

/// The search for one example's constant: ten times as large until it leads to a wrong class, then
/// between the largest that does not and the smallest that does.
private struct ConstantSearch {
  private(set) var constant: Double
  private var lower = 0.0
  private var upper: Double?

  init(first: Double) { constant = first }

  mutating func update(wasFound: Bool) {
    if wasFound { upper = constant } else { lower = constant }
    constant = upper.map { (lower + $0) / 2 } ?? constant * 10
  }
}

/// Whether the lowest loss so far still falls.
private struct Progress {
  private var lowest = Double.infinity
  private var last = Double.infinity

  mutating func add(_ loss: Double) { lowest = min(lowest, loss) }

  /// Whether it has fallen by more than a ten thousandth since it was asked last.
  mutating func goesOn() -> Bool {
    defer { last = lowest }
    return lowest <= 0.9999 * last
  }
}
