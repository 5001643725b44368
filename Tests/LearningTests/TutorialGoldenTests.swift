import Engine
import FoundationEssentials
import Learning
import Settings
import Testing

/// Attacks and training steps of the tutorial's network on real digits and on drawn ones, against
/// PyTorch in double precision and TensorFlow with NSL. Real digits are skipped without `NSL_DATA_DIR`.
@Suite struct `The tutorial's network` {
  private struct Outcome {
    var correct = 0
    var loss = 0.0
    var images: [Float] = []
  }

  private let batchSize = 25

  /// Attacks all images and evaluates the model on them; clean ones where there is no attack.
  private func run(
    _ attack: GradientAttack?, _ data: MemorySource, _ parameters: ParameterVector
  ) throws -> Outcome {
    let pass = PackedModel(
      TutorialFixture.model, batchSize: batchSize, parameters: parameters, gradients: true)
    let size = 784 * batchSize
    let adversarial = UnsafeMutableBufferPointer<Float>.allocate(capacity: size)
    defer { adversarial.deallocate() }
    var outcome = Outcome()
    for start in stride(from: 0, to: data.count, by: batchSize) {
      let images = Array(data.images[start * 784..<start * 784 + size])
      let labels = Array(data.labels[start..<start + batchSize])
      images.withUnsafeBufferPointer { images in
        labels.withUnsafeBufferPointer { labels in
          let batch = AttackBatch(images: images, labels: labels, firstExample: start, seed: 1)
          guard let attack else { return _ = adversarial.update(from: images) }
          attack.run(batch, on: pass, into: adversarial)
        }
      }
      _ = pass.images.update(from: adversarial)
      _ = pass.labels.update(from: labels)
      pass.forward(pass.everyExample)
      outcome.images += adversarial
      for n in 0..<batchSize {
        outcome.loss += Double(pass.losses[n]) / Double(data.count)
        if pass.prediction(of: n) == labels[n] { outcome.correct += 1 }
      }
    }
    return outcome
  }

  /// Signs of the loss's gradient at the images' pixels, as the fixture packs them: 0, 1, 2 are
  /// below, at and above zero.
  private func signs(_ data: MemorySource, _ count: Int, _ parameters: ParameterVector) throws
    -> [UInt8]
  {
    // A step that no box cuts shows every sign.
    let ball = PerturbationBall(norm: .infinity, epsilon: 1, box: -2...2)
    let part = MemorySource(
      images: Array(data.images[..<(count * 784)]), labels: Array(data.labels[..<count]))
    let outcome = try run(.fgsm(ball), part, parameters)
    return zip(outcome.images, part.images).map { $0 > $1 ? 2 : $0 < $1 ? 0 : 1 }
  }

  @Test(arguments: ["base", "adv-regularized"])
  func `gives what PyTorch in double precision gives under attack`(model: String) throws {
    try compareAttacks(on: model, "synthetic-digits")
  }

  @Test(TutorialFixture.wantsDigits, arguments: ["base", "adv-regularized"])
  func `gives what PyTorch in double precision gives under attack on real digits`(
    model: String
  ) throws {
    try compareAttacks(on: model, "mnist")
  }

  private func compareAttacks(on model: String, _ dataset: String) throws {
    let file = try TutorialAttacks.loaded.get()
    let vector = try #require(file.cases.first { $0.model == model && $0.dataset == dataset })
    #expect(vector.attacks.count == 10)
    let data = try TutorialFixture.images(vector.dataset, count: file.images)
    let parameters = try TutorialFixture.parameters(vector.model)
    let name = "\(vector.model) on \(vector.dataset)"

    let clean = try run(nil, data, parameters)
    #expect(clean.correct == vector.correct, "\(name)")
    #expect(abs(clean.loss - vector.loss) < 1e-6 * vector.loss, "\(name)")

    let packed = [UInt8](try #require(Data(base64Encoded: vector.gradientSigns)))
    let ours = try signs(data, file.signs, parameters)
    let wrong = ours.indices.filter { ours[$0] != packed[$0 / 4] >> (UInt8($0 % 4) * 2) & 3 }.count
    #expect(
      wrong * 1000 <= ours.count, "\(name): \(wrong) of \(ours.count) signs of the gradient differ")

    for attack in vector.attacks {
      let ball = PerturbationBall(norm: attack.norm, epsilon: attack.epsilon)
      let outcome = try run(
        GradientAttack(
          ball: ball, stepSize: attack.stepSize, steps: attack.steps, randomStart: false,
          target: attack.targeted ? .next : nil), data,
        parameters)
      let title = "\(name), \(attack.name) \(attack.norm) \(attack.epsilon)"
      // After one step nothing may differ, after many the luck of single precision: PyTorch's own
      // moves one image in a thousand.
      #expect(
        abs(outcome.correct - attack.correct) <= (attack.steps == 1 ? 0 : 1),
        "\(title): \(outcome.correct) right, expected \(attack.correct)")
      let tolerance = attack.steps == 1 ? 1e-4 : 3e-4
      let difference = abs(outcome.loss - attack.loss) / attack.loss
      #expect(difference < tolerance, "\(title): loss off by \(difference)")
    }
  }

  @Test(arguments: 0..<8)
  func `takes the steps that TensorFlow with NSL takes`(index: Int) throws {
    try compareTraining(index, "synthetic-digits")
  }

  @Test(TutorialFixture.wantsDigits, arguments: 0..<8)
  func `takes the steps that TensorFlow with NSL takes on real digits`(index: Int) throws {
    try compareTraining(index, "mnist")
  }

  private func compareTraining(_ index: Int, _ dataset: String) throws {
    let file = try TutorialTraining.loaded.get()
    let vectors = file.trainings.filter { $0.dataset == dataset }
    try #require(vectors.count == 8)
    let vector = vectors[index]
    let data = try TutorialFixture.images(vector.dataset, count: 160)
    let parameters = try TutorialFixture.parameters("base")
    let method: TrainingMethod =
      vector.settings.map {
        .nsl(
          multiplier: $0.multiplier,
          neighbor: neighborSettings(
            stepSize: $0.adv_step_size, gradientNorm: $0.adv_grad_norm,
            pgdIterations: $0.pgd_iterations ?? 1, pgdEpsilon: $0.pgd_epsilon))
      } ?? .standard
    let optimizer: Optimizer =
      vector.optimizer == "adam"
      ? .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7) : .sgd(momentum: 0, nesterov: false)
    let state = optimizer.makeState(count: parameters.values.count)
    // Steps along signs follow rounding where a gradient is nearly zero, and a rate of 0.1 multiplies
    // what differs: both libraries work in single precision.
    let goesBySigns = vector.settings?.adv_grad_norm == .infinity
    let tolerance = goesBySigns ? 5e-3 : 2e-4
    let step = try TrainingStep(
      TutorialFixture.model, batchSize: 32, method: method, parameters: parameters)
    for (number, expected) in vector.steps.prefix(goesBySigns ? 2 : 5).enumerated() {
      _ = step.images.update(from: data.images[number * 32 * 784..<(number + 1) * 32 * 784])
      _ = step.labels.update(from: data.labels[number * 32..<(number + 1) * 32])
      let losses = step.run(.first(32))
      optimizer.update(
        parameters.values, gradient: step.gradient, learningRate: vector.learningRate, state: state)
      parameters.markChanged()
      let total = try #require(expected["loss"])
      #expect(abs(losses.loss - total) < tolerance * total, "step \(number)")
      if let adversarial = expected["scaled_adversarial_loss"] {
        #expect(
          abs(losses.scaledAdversarial - adversarial) < tolerance * adversarial, "step \(number)")
      }
    }
    if goesBySigns { return }
    var offset = 0
    for (weight, expected) in zip(TutorialFixture.model.weights, vector.weights) {
      let count = weight.shape.count
      let own = Array(parameters.values[offset..<offset + count])
      let all = KerasOrder.fromOurs(own[...], shape: weight.shape)
      offset += count
      let step = max(1, count / file.elements)
      let ours = stride(from: 0, to: count, by: step).prefix(file.elements).map { all[$0] }
      let difference = largestDifference(ours, expected)
      #expect(difference < 1e-4, "\(weight.name): \(difference)")
    }
  }
}
