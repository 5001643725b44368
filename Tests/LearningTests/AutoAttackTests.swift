import Engine
import Learning
import Measurements
import Settings
import Testing

/// The tutorial's network on some digits.
@Suite struct `AutoAttack on digits` {
  private static let count = 100
  private static let digits = Result {
    try TutorialFixture.images("synthetic-digits", count: count)
  }

  /// With few steps, so that each of its attacks leaves some for the next.
  private static func settings(
    _ version: AutoAttackVersion, _ norm: Norm, eot: Int? = nil
  ) -> AutoAttack {
    var settings = AutoAttack()
    settings.version = version
    settings.steps = 3
    settings.restarts = 2
    settings.targets = version == .rand ? nil : 3
    settings.queries = 60
    settings.eot = eot
    settings.complete(norm: norm, epsilon: 0.1)
    return settings
  }

  private static func ball(_ norm: Norm) -> PerturbationBall {
    PerturbationBall(norm: norm, epsilon: norm == .infinity ? 0.1 : norm == .l2 ? 1 : 6)
  }

  private static let cases: [(version: AutoAttackVersion, norm: Norm)] = [
    (.standard, .infinity), (.standard, .l2), (.standard, .l1), (.plus, .infinity),
    (.plus, .l1), (.rand, .infinity),
  ]

  private func model(_ attack: any Attack) throws -> PackedModel {
    PackedModel(
      TutorialFixture.model, batchSize: Self.count,
      parameters: try TutorialFixture.parameters("adv-regularized"), gradients: true,
      several: attack.wantsSeveralGradients)
  }

  /// Calls `body` with the digits that are left, and where attacked ones are written.
  private func attack(
    _ examples: [Int],
    _ body: (AttackBatch, UnsafeMutableBufferPointer<Float>) -> Void
  ) throws -> [Float] {
    let digits = try Self.digits.get()
    var result = digits.images
    digits.images.withUnsafeBufferPointer { images in
      digits.labels.withUnsafeBufferPointer { labels in
        result.withUnsafeMutableBufferPointer {
          body(
            AttackBatch(
              images: images, labels: labels, firstExample: 0, seed: 1, examples: examples), $0)
        }
      }
    }
    return result
  }

  private func evaluate(
    _ attack: (any Attack)?, batchSize: Int = count
  ) throws -> EvaluationResult {
    let parameters = try TutorialFixture.parameters("adv-regularized")
    return try Evaluator(
      subject: TrainedModel(model: TutorialFixture.model, parameters: Array(parameters.values)),
      attack: attack, batchSize: batchSize, seed: 1
    ).evaluate(try Self.digits.get())
  }

  /// Each attack is run alone, with the same seed, on the examples that those before it have left.
  @Test(arguments: cases)
  func `runs each attack on what is left, as it runs alone, and on nothing else`(
    version: AutoAttackVersion, norm: Norm
  ) throws {
    let (settings, ball) = (Self.settings(version, norm), Self.ball(norm))
    let ensemble = try #require(
      AttackFactory(ball: ball).build(settings) as? EnsembleAttack)
    try #require(ensemble.members.count == settings.members.count)
    let whole = try model(ensemble)
    var fooledBy: [UInt8] = []
    let images = try attack(Array(0..<Self.count)) {
      fooledBy = ensemble.runMembers($0, on: whole, into: $1)
    }
    let digits = try Self.digits.get()
    let size = whole.exampleSize
    let alone = try model(ensemble)
    func wrong(_ seen: [Float], of examples: [Int]) -> [Int] {
      _ = alone.images.update(from: seen)
      alone.forward(examples)
      return examples.filter { alone.prediction(of: $0) != digits.labels[$0] }
    }
    let wrongAtOnce = wrong(digits.images, of: Array(0..<Self.count))
    var left = (0..<Self.count).filter { !wrongAtOnce.contains($0) }
    for (index, declaration) in settings.attacks.enumerated() {
      let member = declaration.build(with: AttackFactory(ball: ball, staysInBall: true))
      let found = try attack(left) { member.run($0, on: alone, into: $1) }
      let fooled = wrong(found, of: left).filter { n in
        let place = n * size..<(n + 1) * size
        let distance = found[place].withUnsafeBufferPointer { image in
          digits.images[place].withUnsafeBufferPointer { norm.distance(image, $0) }
        }
        return distance <= Double(ball.epsilon) + PerturbationBall.tolerance
      }
      for n in fooled {
        #expect(fooledBy[n] == UInt8(index + 1))
        let place = n * size..<(n + 1) * size
        #expect(images[place] == found[place], "\(settings.members[index]), example \(n)")
      }
      left.removeAll { fooled.contains($0) }
    }
    for n in left + wrongAtOnce { #expect(fooledBy[n] == 0) }
    #expect(!left.isEmpty && Set(fooledBy).count > 2, "\(fooledBy)")
    #expect(whole.counts == alone.counts)
  }

  @Test(arguments: cases)
  func `leaves fewer right after each attack, and in the end what its row says`(
    version: AutoAttackVersion, norm: Norm
  ) throws {
    let settings = Self.settings(version, norm)
    let clean = try evaluate(nil).measurement.correct
    let result = try evaluate(AttackFactory(ball: Self.ball(norm)).build(settings))
    let counts = settings.members.indices.map { member in
      result.outcomes.count { Int($0.member) == member + 1 }
    }
    #expect(clean - counts.reduce(0, +) == result.measurement.correct)
    for outcome in result.outcomes where outcome.member > 0 {
      #expect(!outcome.isCorrect && outcome.isFooled)
    }
    // Its first attack alone leaves the same.
    let first = try evaluate(settings.attacks[0].build(with: AttackFactory(ball: Self.ball(norm))))
    #expect(first.measurement.correct == clean - counts[0])
  }

  /// Those of `standard` are in the table of attacks.
  @Test(arguments: cases.filter { $0.version == .plus })
  func `comes to the same at every batch size`(version: AutoAttackVersion, norm: Norm) throws {
    let attack = AttackFactory(ball: Self.ball(norm)).build(Self.settings(version, norm))
    let one = try evaluate(attack, batchSize: 7)
    for batchSize in [32, 250] {
      let other = try evaluate(attack, batchSize: batchSize)
      #expect(other.outcomes == one.outcomes)
      #expect(other.passes == one.passes)
    }
  }

  /// Our models have no randomness while they are attacked.
  @Test func `averages equal gradients in rand, and counts them all`() throws {
    func result(eot: Int) throws -> EvaluationResult {
      try evaluate(
        AttackFactory(ball: Self.ball(.infinity)).build(Self.settings(.rand, .infinity, eot: eot)))
    }
    let (one, five) = (try result(eot: 1), try result(eot: 5))
    #expect(five.outcomes == one.outcomes)
    #expect(one.passes.gradients > 0 && five.passes.gradients == 5 * one.passes.gradients)
  }
}

/// A model whose gradients point backwards in one run and are three times too long in the next: their
/// mean is right.
private final class UnsteadyModel: AttackedModel {
  private let model: LinearModel
  private let gradients: UnsafeMutableBufferPointer<Float>
  private var runs = 0

  init(_ model: LinearModel) {
    self.model = model
    gradients = .allocate(capacity: model.images.count)
    gradients.initialize(repeating: 0)
  }

  deinit { gradients.deallocate() }

  var batchSize: Int { model.batchSize }
  var imageShape: Shape { model.imageShape }
  var images: UnsafeMutableBufferPointer<Float> { model.images }
  var labels: UnsafeMutableBufferPointer<Int32> { model.labels }
  var losses: UnsafeBufferPointer<Float> { model.losses }
  var logits: UnsafeBufferPointer<Float> { model.logits }
  var imageGradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(gradients) }

  func forward(_ examples: [Int]) { model.forward(examples) }
  func run(_ examples: [Int]) { model.run(examples) }
  func run(_ examples: [Int], _ weights: LogitWeights) {
    model.run(examples, weights)
    let factor: Float = runs % 2 == 0 ? -1 : 3
    for i in gradients.indices { gradients[i] = factor * model.imageGradient[i] }
    runs += 1
  }
  func run(
    _ examples: [Int], functions: Int,
    _ weights: (Int, Int, UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void,
    take: (Int, Int, UnsafeBufferPointer<Float>) -> Void
  ) { model.run(examples, functions: functions, weights, take: take) }
}

@Suite struct `Attacks of an ensemble` {
  private let count = 8
  private let size = 20

  private func images(
    _ attack: any Attack, on model: any AttackedModel, labels: [Int32]
  ) -> [Float] {
    let clean = [Float](repeating: 0.5, count: count * size)
    let found = attack.images(from: clean, labels: labels, on: model)
    return found
  }

  /// Nothing moves an image of a model without gradients from where it starts.
  @Test(arguments: Norm.allCases) func `start at different points`(norm: Norm) {
    let ball = PerturbationBall(norm: norm, epsilon: 0.3)
    let starts = [
      AutoPGD(.crossEntropy, ball: ball, steps: 1), AutoPGD(.logitRatio, ball: ball, steps: 1),
      AutoPGD(.targetedLogitRatio, ball: ball, steps: 1, rivals: 1),
    ].map { attack in
      images(
        attack,
        on: LinearModel(
          batchSize: count, size: size, weights: [Float](repeating: 0, count: 4 * size)),
        labels: [Int32](repeating: 0, count: count))
    }
    let clean = [Float](repeating: 0.5, count: count * size)
    #expect(Set(starts + [clean]).count == 4)
  }

  @Test func `follow the mean of gradients that differ`() {
    let plain = LinearModel(batchSize: count, size: size)
    for i in plain.images.indices { plain.images[i] = 0.5 }
    plain.forward(plain.everyExample)
    let labels = (0..<count).map { plain.prediction(of: $0) }
    func found(eot: Int, isSteady: Bool) -> [Float] {
      let model = LinearModel(batchSize: count, size: size)
      let attack = AutoPGD(
        .crossEntropy, ball: PerturbationBall(norm: .infinity, epsilon: 0.02), steps: 1,
        randomStart: false, eot: eot)
      return images(attack, on: isSteady ? model : UnsteadyModel(model), labels: labels)
    }
    let right = found(eot: 1, isSteady: true)
    #expect(found(eot: 2, isSteady: false) == right)
    #expect(found(eot: 1, isSteady: false) != right)
  }
}
