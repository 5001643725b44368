import Engine
import Learning
import Settings
import Testing

@Suite struct `Carlini and Wagner's attack` {
  private func settings(
    steps: Int, confidence: Double = 0, abortsEarly: Bool = true, learningRate: Double = 0.01
  ) -> CarliniWagner {
    var settings = CarliniWagner()
    settings.learningRate = learningRate
    (settings.steps, settings.confidence, settings.abortsEarly) = (steps, confidence, abortsEarly)
    return settings
  }

  private func run(
    _ attack: CarliniWagnerAttack, on model: LinearModel, images: [Float], labels: [Int32]
  ) -> [Float] {
    let adversarial = attack.images(from: images, labels: labels, on: model)
    return adversarial
  }

  private func length(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  @Test(arguments: [0, 0.5])
  func `finds the distances of a linear model, which are known`(confidence: Double) {
    let (count, size, classes) = (12, 20, 4)
    var random = RandomStream(seed: 4, purpose: .synthetic)
    let weights = (0..<classes * size).map { _ in random.normal() }
    let model = LinearModel(batchSize: count, size: size, weights: weights)
    let images = (0..<count * size).map { _ in random.uniform() }
    _ = model.images.update(from: images)
    model.forward(model.everyExample)
    let labels = (0..<count).map { model.prediction(of: $0) }
    let logits = Array(model.logits)
    // A box whose ends no example comes to.
    let attack = CarliniWagnerAttack(
      settings(steps: 1000, confidence: confidence, abortsEarly: false, learningRate: 0.001),
      box: -3...4)
    let adversarial = run(attack, on: model, images: images, labels: labels)
    for n in 0..<count {
      let label = Int(labels[n])
      var expected = Float.infinity
      for k in 0..<classes where k != label {
        let gap = logits[n * classes + label] - logits[n * classes + k] + Float(confidence)
        let slope = length(
          weights[label * size..<(label + 1) * size], weights[k * size..<(k + 1) * size])
        expected = min(expected, gap / slope)
      }
      let range = n * size..<(n + 1) * size
      let found = length(adversarial[range], images[range])
      #expect(found > 0.999 * expected && found < 1.02 * expected, "\(found), not \(expected)")
    }
    _ = model.images.update(from: adversarial)
    model.forward(model.everyExample)
    for n in 0..<count { #expect(model.prediction(of: n) != labels[n]) }
  }

  @Test func `moves pixels that are exactly 0 or 1, into the box`() {
    let size = 30
    var random = RandomStream(seed: 6, purpose: .synthetic)
    let images = (0..<size).map { _ in Float(random.integer(below: 2)) }
    // The way to the other class, whose logit is 0, leads into the box at every pixel.
    let weights = images.map { $0 == 1 ? 0.5 + random.uniform() : -0.5 - random.uniform() }
    let model = LinearModel(
      batchSize: 1, size: size, weights: weights + [Float](repeating: 0, count: size))
    _ = model.images.update(from: images)
    model.forward([0])
    let expected = model.logits[0] / weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let adversarial = run(
      CarliniWagnerAttack(settings(steps: 400)), on: model, images: images, labels: [0])
    #expect(zip(adversarial, images).allSatisfy { abs($0 - $1) > 0.1 })
    #expect(adversarial.allSatisfy { (0...1).contains($0) })
    let found = length(adversarial[...], images[...])
    #expect(found < 1.02 * expected, "\(found), not \(expected)")
  }

  private static let digits = Result { try TutorialFixture.images("synthetic-digits", count: 20) }

  private func evaluate(
    _ settings: CarliniWagner, target: AttackTarget? = nil, batchSize: Int = 7
  ) throws -> EvaluationResult {
    try Evaluator(
      subject: TrainedModel(
        model: TutorialFixture.model, parameters: TutorialFixture.values("base")),
      attack: CarliniWagnerAttack(settings, target: target), batchSize: batchSize, seed: 1
    ).evaluate(Self.digits.get())
  }

  @Test func `does not depend on the batch size`() throws {
    let result = try evaluate(settings(steps: 100))
    #expect(try evaluate(settings(steps: 100), batchSize: 20).outcomes == result.outcomes)
    #expect(result.outcomes.allSatisfy { $0.isFooled && $0.distance.isFinite })
  }

  @Test func `reaches its target, which is never closer than any class`() throws {
    let any = try evaluate(settings(steps: 100)).outcomes
    let next = try evaluate(settings(steps: 100), target: .next).outcomes
    for (any, next) in zip(any, next) {
      #expect(next.isFooled && next.prediction == (next.label + 1) % 10)
      #expect(next.distance >= 0.98 * any.distance)
    }
  }

  @Test func `asks for less where it stops early, and finds as much`() throws {
    let early = try evaluate(settings(steps: 100))
    let late = try evaluate(settings(steps: 100, abortsEarly: false))
    let attacked = late.passes.gradients / (9 * 100)
    #expect(late.passes.gradients == attacked * 9 * 100 && attacked > 10)
    #expect(early.passes.gradients < late.passes.gradients)
    for (early, late) in zip(early.outcomes, late.outcomes) {
      #expect(early.distance <= 1.02 * late.distance)
    }
    // Where a wrong class is reached, only the distance is left to lower.
    #expect(late.passes.zeroGradients == 0)
  }
}
