import Engine
import Learning
import Settings
import Measurements
import Testing

/// Steps to the closest of the planes by which the classes are apart at this point.
///
/// - Source: Moosavi-Dezfooli et al. 2016, arXiv:1511.04599 (DeepFool), algorithm 2.
struct DeepFool: MinimalNormAttack {
  let norm = Norm.l2
  var box: ClosedRange<Float> = 0...1
  var steps = 50
  var overshoot: Float = 1e-4
  var target: AttackTarget?

  func search(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) {
    let (size, classes) = (model.exampleSize, model.classes)
    for _ in 0..<steps {
      model.forward()
      let labels = batch.labels
      let open = (0..<model.batchSize).filter { n in
        target == nil
          ? model.prediction(of: n) == labels[n] : model.prediction(of: n) != model.labels[n]
      }
      if open.isEmpty { break }
      let logits = Array(model.logits)
      var closest = [(distance: Float, step: [Float])?](repeating: nil, count: model.batchSize)
      for k in 0..<classes {
        // From the example's own class, or to that of the target.
        model.backward { n, _, weights in
          weights.update(repeating: 0)
          let label = Int(target == nil ? labels[n] : model.labels[n])
          weights[k] += target == nil ? 1 : -1
          weights[label] -= target == nil ? 1 : -1
        }
        for n in open {
          let label = Int(target == nil ? labels[n] : model.labels[n])
          if k == label { continue }
          let difference = abs(logits[n * classes + k] - logits[n * classes + label])
          let gradient = Array(model.imageGradient[n * size..<(n + 1) * size])
          let square = gradient.reduce(0) { $0 + $1 * $1 }
          // Nothing leads from here to that class.
          guard square > 0 else { continue }
          let distance = difference / square.squareRoot()
          if let known = closest[n], known.distance <= distance { continue }
          closest[n] = (distance, gradient.map { (difference + 1e-5) / square * $0 })
        }
      }
      for n in open {
        for (i, step) in (closest[n]?.step ?? []).enumerated() {
          let place = n * size + i
          let moved = model.images[place] + (1 + overshoot) * step
          model.images[place] = min(max(moved, box.lowerBound), box.upperBound)
        }
      }
    }
    _ = adversarial.update(from: model.images)
  }
}

/// An attack of minimal norm that returns what it was told to.
private struct Fixed: MinimalNormAttack {
  let norm = Norm.infinity
  var box: ClosedRange<Float> = 0...1
  let value: Float

  func search(
    _ batch: AttackBatch, on model: any AttackedModel,
    into adversarial: UnsafeMutableBufferPointer<Float>
  ) { adversarial[3] = value }
}

@Suite struct `An attack of minimal norm` {
  private let data = BrightBars.source(count: 50, seed: 3)

  /// Without ReLUs, behind which DeepFool's steps may leave nothing to climb.
  private static let model = Model(
    Architecture(
      input: Extent(height: 9, width: 9), inputChannels: 1, classes: 3,
      sequence: [
        .flatten, .dense(units: 12, useBias: true), .activation(.tanh),
        .dense(units: 3, useBias: true),
      ]))

  private static let trained = Result {
    try Trainer(
      model: model, configuration: BrightBars.configuration(),
      data: BrightBars.source(count: 200, seed: 2)
    ).train()
  }

  private func evaluate(_ attack: any Attack, batchSize: Int = 16) throws -> EvaluationResult {
    try Evaluator(
      subject: TrainedModel(model: Self.model, parameters: Self.trained.get().parameters),
      attack: attack, batchSize: batchSize, seed: 1
    ).evaluate(data)
  }

  @Test func `finds the distances of a linear model, which are known`() {
    let (count, size, classes) = (12, 20, 4)
    var random = RandomStream(seed: 4, purpose: .synthetic)
    let weights = (0..<classes * size).map { _ in random.normal() }
    let model = LinearModel(batchSize: count, size: size, weights: weights)
    let images = (0..<count * size).map { _ in random.uniform() }
    _ = model.images.update(from: images)
    model.forward()
    let labels = (0..<count).map { model.prediction(of: $0) }
    let logits = Array(model.logits)
    var adversarial = images
    images.withUnsafeBufferPointer { images in
      labels.withUnsafeBufferPointer { labels in
        adversarial.withUnsafeMutableBufferPointer {
          DeepFool(box: -100...100).run(
            AttackBatch(images: images, labels: labels, firstExample: 0, seed: 1), on: model,
            into: $0)
        }
      }
    }
    for n in 0..<count {
      let label = Int(labels[n])
      var expected = Float.infinity
      for k in 0..<classes where k != label {
        var square: Float = 0
        for i in 0..<size {
          let difference = weights[k * size + i] - weights[label * size + i]
          square += difference * difference
        }
        let gap = logits[n * classes + label] - logits[n * classes + k]
        expected = min(expected, gap / square.squareRoot())
      }
      var square: Float = 0
      for i in n * size..<(n + 1) * size {
        let difference = adversarial[i] - images[i]
        square += difference * difference
      }
      let distance = square.squareRoot()
      #expect((distance - expected).magnitude < 1e-3 * expected, "\(distance), not \(expected)")
    }
    _ = model.images.update(from: adversarial)
    model.forward()
    for n in 0..<count { #expect(model.prediction(of: n) != labels[n]) }
  }

  @Test func `is reported with the distance of each example`() throws {
    let result = try evaluate(DeepFool())
    let distances = try #require(result.distances)
    #expect(distances.norm == .l2 && distances.values.count == 50 && distances.successes == 50)
    #expect(result.measurement.correct == 0)
    #expect(
      (distances.values.reduce(0, +) / 50 - result.measurement.meanL2).magnitude < 1e-12)
    // A ball of every distance holds the image: no attack of that epsilon needs to be stronger.
    let largest = Float(try #require(distances.values.max()))
    let ball = PerturbationBall(norm: .l2, epsilon: largest)
    #expect(
      try evaluate(GradientAttack.pgd(ball, stepSize: largest / 10)).measurement.correct <= 2)
    let other = try #require(try evaluate(DeepFool(), batchSize: 50).distances)
    for (a, b) in zip(distances.values, other.values) { #expect((a - b).magnitude < 1e-3) }
    #expect(try evaluate(GradientAttack.fgsm(ball)).distances == nil)
  }

  @Test func `has failed where the example is still right, at no distance`() throws {
    let result = try evaluate(DeepFool(steps: 0))
    let distances = try #require(result.distances)
    #expect(distances.values.count(where: \.isInfinite) == result.measurement.correct)
    #expect(result.measurement.correct > 45 && result.measurement.meanL2 == 0)
    #expect(distances.values.filter(\.isFinite).allSatisfy { $0 == 0 })
  }

  @Test func `succeeds with a target only where that is reached`() throws {
    let reached = try #require(try evaluate(DeepFool(target: .next)).distances)
    #expect(reached.successes == 50)
    let nearest = try #require(try evaluate(DeepFool()).distances)
    #expect(reached.values != nearest.values)
    #expect(try #require(try evaluate(DeepFool(steps: 0, target: .next)).distances).successes < 5)
  }

  @Test(
    arguments: [(5, .outsideBox), (.nan, .notFinite)] as [(Float, VerificationError.Code)])
  func `is checked as any other`(value: Float, expected: VerificationError.Code) {
    let error = #expect(throws: VerificationError.self) { _ = try evaluate(Fixed(value: value)) }
    #expect(error?.code == expected && error?.example == 0)
    #expect(throws: LearningError.self) { _ = try evaluate(Fixed(box: 0.4...1, value: 1)) }
  }
}
