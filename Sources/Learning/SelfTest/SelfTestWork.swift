internal import Digest
import Engine
internal import Measurements
import Settings

/// What is done with a network of the self-test.
enum SelfTestWork: String, CaseIterable {
  /// Passes forward and backward over batches of several sizes, in both modes.
  case passes
  /// Trainings of a few steps, with each optimizer.
  case training
  /// Attacks of a few steps.
  case attacks

  private static let seed = 20

  /// The digest of all bits that come out.
  ///
  /// - Throws: `LearningError`, `VerificationError`: never, unless this program has a defect.
  func digest(of network: SelfTestNetwork) throws -> ContentDigest {
    var bits = SelfTestBits()
    switch self {
    case .passes: try Self.pass(network, &bits)
    case .training: try Self.train(network, &bits)
    case .attacks: try Self.attack(network, &bits)
    }
    return ContentDigest.sha256(bits.bytes)
  }

  // MARK: Passes

  private static func pass(_ network: SelfTestNetwork, _ bits: inout SelfTestBits) throws {
    let model = Model(network.architecture)
    let images = SelfTestImages(network.architecture, count: 64)
    for mode in [Mode.inference, .training] {
      for size in network.batchSizes {
        let parameters = try ParameterVector(model.initialParameters(seed: seed), for: model)
        let pass = LossPass(
          model, batchSize: size, parameters: parameters, reduction: .mean,
          gradients: [.weights, .images], mode: mode, labelSmoothing: mode == .training ? 0.1 : 0)
        images.fill(images: pass.images, labels: pass.labels, indices: 0..<size)
        pass.setStreams { RandomStream(seed: seed, purpose: .dropout, example: $0) }
        pass.run()
        bits.add(pass.logits)
        bits.add(pass.losses)
        bits.add(pass.imageGradient)
        bits.add(UnsafeBufferPointer(pass.weightGradient))
        if mode == .training {
          pass.updateMovingAverages()
          bits.add(UnsafeBufferPointer(parameters.values))
        }
      }
    }
  }

  // MARK: Training

  private static var trainings: [TrainingConfiguration] {
    var momentum = TrainingSettings()
    momentum.optimizer = Optimizer(SGD(momentum: 0.9, nesterov: true))
    (momentum.learningRate, momentum.weightDecay) = (0.01, 0.0001)
    momentum.schedule = Schedule(CosineDecay(), warmup: .epochs(0.5))
    var centered = RMSprop()
    (centered.centered, centered.momentum) = (true, 0.5)
    var squares = TrainingSettings()
    (squares.optimizer, squares.labelSmoothing) = (Optimizer(centered), 0.1)
    var sums = TrainingSettings()
    (sums.optimizer, sums.learningRate) = (Optimizer(Adagrad()), 0.01)
    var maximum = Adam()
    maximum.amsgrad = true
    var largest = TrainingSettings()
    largest.optimizer = Optimizer(maximum)
    var linf = NSL()
    (linf.advStepSize, linf.advGradNorm) = (0.1, .infinity)
    var steps = NSL()
    (steps.advStepSize, steps.pgdIterations, steps.pgdEpsilon) = (0.2, 2, 0.5)
    steps.randomInit = true
    return [
      (TrainingSettings(), TrainingMethod(linf)), (momentum, TrainingMethod(steps)),
      (squares, .none), (sums, .none), (largest, .none),
    ].map { settings, method in
      var settings = settings
      settings.epochs = 2
      return TrainingConfiguration(settings, method: method, seed: seed)
    }
  }

  private static func train(_ network: SelfTestNetwork, _ bits: inout SelfTestBits) throws {
    // Two whole batches and a smaller one.
    let images = SelfTestImages(network.architecture, count: 75)
    let others = SelfTestImages(network.architecture, count: 20, first: 75)
    for configuration in trainings {
      let result = try Trainer(
        model: Model(network.architecture), configuration: configuration, data: images,
        validation: others
      ).train()
      result.parameters.withUnsafeBufferPointer { bits.add($0) }
      for epoch in result.history {
        let numbers =
          epoch.means.map(\.value) + [epoch.learningRate, epoch.validationLoss]
          + [epoch.validationAccuracy]
        bits.add(numbers.map { $0 ?? 0 })
      }
    }
  }

  // MARK: Attacks

  private static var chosenAttacks: [AttackSettings] {
    var projected = PGD(steps: 5)
    projected.restarts = 2
    var (entropy, ratio) = (CrossEntropyAPGD(), LogitRatioAPGD())
    (entropy.steps, ratio.steps) = (10, 10)
    var (deepFool, boundary, square) = (DeepFool(), FAB(), Square())
    (deepFool.steps, boundary.steps, square.queries) = (5, 5, 50)
    var carlini = CarliniWagner()
    (carlini.steps, carlini.binarySearchSteps) = (10, 2)
    return [
      AttackSettings(FGSM(), epsilon: 0.1),
      AttackSettings(projected, epsilon: 0.1), AttackSettings(projected, norm: .l2, epsilon: 1),
      AttackSettings(projected, norm: .l1, epsilon: 5),
      AttackSettings(MIFGSM(), epsilon: 0.1), AttackSettings(entropy, epsilon: 0.1),
      AttackSettings(ratio, norm: .l2, epsilon: 1), AttackSettings(deepFool, norm: .l2),
      AttackSettings(boundary, epsilon: 0.1), AttackSettings(carlini, norm: .l2),
      AttackSettings(square, epsilon: 0.1), AttackSettings(GaussianNoise(), epsilon: 0.1),
      AttackSettings(Rotation()), AttackSettings(Blur()),
    ]
  }

  private static func attack(_ network: SelfTestNetwork, _ bits: inout SelfTestBits) throws {
    let model = Model(network.architecture)
    let subject = TrainedModel(model: model, parameters: model.initialParameters(seed: seed))
    let images = SelfTestImages(network.architecture, count: 40)
    for attack in chosenAttacks {
      let result = try Evaluator(
        subject: subject, attack: attack.computation, batchSize: images.count, seed: seed
      ).evaluate(images)
      bits.bytes += ExampleOutcome.encode(result.outcomes)
      for image in result.firstBatch.images { image.withUnsafeBufferPointer { bits.add($0) } }
    }
  }
}
