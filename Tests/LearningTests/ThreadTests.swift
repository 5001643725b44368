import Engine
import Learning
import Measurements
import Settings
import Testing

/// The tutorial's network: a batch of 32 goes through it in two slices, one of 96 in three.
@Suite struct `Any number of threads` {
  private static let counts = [2, 3, 8]
  private static let digits = Result {
    try TutorialFixture.images("synthetic-digits", count: 200)
  }

  private func nsl(_ change: (inout NSL) -> Void = { _ in }) -> TrainingMethod {
    var settings = neighborSettings(stepSize: 0.1, gradientNorm: .infinity)
    settings.advMultiplier = 0.2
    change(&settings)
    return TrainingMethod(settings)
  }

  private static let adam = Optimizer.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7)

  private func train(
    _ model: Model, _ method: TrainingMethod, optimizer: Optimizer = adam, batchSize: Int,
    weightDecay: Double = 0, threads: Int
  ) throws -> TrainingResult {
    let configuration = TrainingConfiguration(
      batchSize: batchSize, epochs: 1, optimizer: optimizer, learningRate: 0.001,
      weightDecay: weightDecay, method: method, seed: 1)
    let digits = try Self.digits.get()
    // The last batch is a smaller one.
    return try Trainer(
      model: model, configuration: configuration,
      data: ExampleSelection(digits, Array(0..<136)),
      validation: ExampleSelection(digits, Array(136..<200)),
      compiled: CompiledModels(limit: 0, threads: ThreadPool(threads))
    ).train()
  }

  private func expectSame(
    _ model: Model, _ method: TrainingMethod, optimizer: Optimizer = adam, batchSize: Int = 32,
    weightDecay: Double = 0
  ) throws {
    func result(_ threads: Int) throws -> TrainingResult {
      try train(
        model, method, optimizer: optimizer, batchSize: batchSize, weightDecay: weightDecay,
        threads: threads)
    }
    let alone = try result(1)
    #expect(alone.outcome == .finished)
    for threads in Self.counts {
      let shared = try result(threads)
      #expect(shared.parameters.map(\.bitPattern) == alone.parameters.map(\.bitPattern))
      #expect(shared.history == alone.history)
      #expect(shared.implementations == alone.implementations)
    }
  }

  @Test(arguments: [32, 96, 64, 33])
  func `trains to the same bytes, plain and with NSL`(batchSize: Int) throws {
    let slices = TutorialFixture.model.examplesTogether(in: batchSize, .weights, .training)
    #expect(slices == [32: 16, 96: 32, 64: 32, 33: 33][batchSize])
    try expectSame(TutorialFixture.model, .none, batchSize: batchSize)
    try expectSame(TutorialFixture.model, nsl(), batchSize: batchSize)
  }

  @Test func `trains to the same bytes with neighbors of several iterations`() throws {
    try expectSame(
      TutorialFixture.model,
      nsl {
        ($0.advStepSize, $0.pgdIterations, $0.pgdEpsilon) = (0.05, 3, 0.1)
        ($0.clipValueMin, $0.clipValueMax, $0.randomInit) = (0, 1, true)
      })
  }

  private static let optimizers: [Optimizer] = [
    .sgd(momentum: 0, nesterov: false), .sgd(momentum: 0.9, nesterov: true),
    .rmsprop(rho: 0.9, momentum: 0.5, epsilon: 1e-7, centered: true),
    .adagrad(initialAccumulator: 0.1, epsilon: 1e-7),
    .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: true),
  ]

  @Test(arguments: optimizers)
  func `trains to the same bytes with every optimizer`(optimizer: Optimizer) throws {
    try expectSame(TutorialFixture.model, .none, optimizer: optimizer, weightDecay: 0.01)
  }

  private static let convolution = Layer.convolution2D(
    filters: 32, kernel: Extent(height: 3, width: 3), strides: Extent(height: 1, width: 1),
    padding: .same, useBias: true)

  private static func model(_ layers: [Layer]) -> Model {
    Model(
      Architecture(
        input: Extent(height: 28, width: 28), inputChannels: 1, classes: 10,
        layers: layers.enumerated().map { Architecture.Node($1, inputs: [$0 - 1]) }))
  }

  @Test func `trains to the same bytes with dropout and with batch normalization`() throws {
    let head: [Layer] = [.globalAveragePooling2D, .dense(units: 10, useBias: true)]
    let dropout = Self.model(
      [Self.convolution, .activation(.relu), .dropout(rate: 0.3), Self.convolution] + head)
    #expect(dropout.examplesTogether(in: 32, .weights, .training) == 16)
    try expectSame(dropout, nsl())
    let normalized = Self.model(
      [
        Self.convolution, .batchNormalization(momentum: 0.9, epsilon: 1e-3), .activation(.relu),
        Self.convolution,
      ] + head)
    #expect(normalized.examplesTogether(in: 32, .weights, .training) == 32)
    try expectSame(normalized, nsl())
  }

  private func evaluate(
    _ attack: (any Attack)?, threads: Int, keepsImages: Bool = false,
    progress: @escaping (EvaluationProgress) -> Void = { _ in }
  ) throws -> EvaluationResult {
    let evaluator = try Evaluator(
      subject: TrainedModel(
        model: TutorialFixture.model, parameters: try TutorialFixture.values("adv-regularized")),
      attack: attack, batchSize: 200, seed: 1, keepsImages: keepsImages,
      compiled: CompiledModels(limit: 0, threads: ThreadPool(threads)))
    // As much work for each thread as it takes to be worth it.
    evaluator.expectedCost = 40
    evaluator.onAttackProgress = progress
    return try evaluator.evaluate(try Self.digits.get(), progress: progress)
  }

  private static let attacks: [(any Attack)?] = {
    let ball = PerturbationBall(norm: .infinity, epsilon: 0.1)
    var autoAttack = AutoAttack()
    (autoAttack.steps, autoAttack.restarts, autoAttack.targets) = (3, 1, 2)
    autoAttack.queries = 60
    autoAttack.complete(norm: .infinity, epsilon: 0.1)
    return [
      nil, GradientAttack.pgd(ball, steps: 12),
      GradientAttack.pgd(ball, steps: 12, restarts: 2, target: .random, earlyStop: true),
      AutoPGD(.crossEntropy, ball: ball, steps: 12, restarts: 2),
      FABAttack(norm: .l2, steps: 6, targets: 2), SquareAttack(ball: ball, queries: 60),
      AttackSettings(autoAttack, epsilon: 0.1).computation,
    ]
  }()

  @Test(arguments: attacks.indices)
  func `attacks to the same bytes`(index: Int) throws {
    let attack = Self.attacks[index]
    let alone = try evaluate(attack, threads: 1, keepsImages: attack != nil)
    for threads in Self.counts {
      #expect(try evaluate(attack, threads: threads, keepsImages: attack != nil) == alone)
    }
  }

  @Test func `tells of all examples, in their order`() throws {
    var done: [Int] = []
    _ = try evaluate(Self.attacks[1], threads: 3) { progress in
      done.append(progress.done)
      #expect(progress.underWay >= 0 && Double(progress.done) + progress.underWay <= 200)
    }
    #expect(done.last == 200 && done == done.sorted())
  }

  @Test func `goes on after what was kept, to the same result`() throws {
    struct Stop: Error {}
    let data = try Self.digits.get()
    func evaluator() throws -> Evaluator {
      let evaluator = try Evaluator(
        subject: TrainedModel(
          model: TutorialFixture.model, parameters: try TutorialFixture.values("adv-regularized")),
        attack: Self.attacks[1], batchSize: 32, seed: 1,
        compiled: CompiledModels(limit: 0, threads: ThreadPool(3)))
      evaluator.expectedCost = 40
      return evaluator
    }
    var kept: [EvaluationPart] = []
    #expect(throws: Stop.self) {
      let keep: (() -> EvaluationPart) throws -> Bool = { part in
        kept.append(part())
        throw Stop()
      }
      _ = try evaluator().evaluate(data, keep: keep)
    }
    #expect(kept.count == 1 && (1..<200).contains(kept[0].end))
    let whole = try evaluator().evaluate(data)
    #expect(try evaluator().evaluate(data, after: kept) == whole)
  }

  /// What the last of them says would come first if it went by the clock.
  @Test func `fails at the first example that is wrong`() throws {
    struct Wrong: FixedEpsilonAttack {
      let ball = PerturbationBall(norm: .infinity, epsilon: 0.1)
      let restarts = 1
      func makeCandidate(_ restart: Int, for batch: AttackBatch, on model: any AttackedModel) {
        _ = model.images.update(from: batch.images)
        for n in batch.examples where batch.firstExample + n >= 100 {
          model.images[n * 784] = 2
        }
      }
    }
    for threads in Self.counts {
      let error = #expect(throws: VerificationError.self) {
        _ = try evaluate(Wrong(), threads: threads)
      }
      #expect(error?.example == 100)
    }
  }
}
