import CAllocations
import Engine
import Learning
import Settings
import Testing

/// The whole program counts its allocations, thread by thread.
@Suite struct `A step` {
  private static let model = Model(
    Architecture(
      inputShape: [18, 18, 1], classes: 10,
      ConvolutionalNetwork(convFilters: [16, 32], numFCUnits: [24])))
  private static let batchSize = 8

  private func parameters() -> ParameterVector {
    let initial = Self.model.initialParameters(seed: 1)
    let parameters = ParameterVector(count: initial.count)
    for i in initial.indices { parameters.values[i] = initial[i] }
    parameters.markChanged()
    return parameters
  }

  /// Of the third call; the first ones may still set things up.
  private func allocations(of work: () -> Void) -> Int {
    work()
    work()
    nsl_allocations_begin()
    work()
    return nsl_allocations_end()
  }

  @Test func `is counted`() {
    #expect(allocations { _ = Array(repeating: 1, count: 1000).reversed().map { $0 } } > 0)
  }

  /// Batch normalization, dropout, a sum, a concatenation, a mean, a border and an activation.
  private static let layers: Model = {
    func node(_ layer: any LayerDeclaration, _ inputs: Int...) -> Architecture.Node {
      Architecture.Node(Layer(layer), inputs: inputs)
    }
    return Model(
      Architecture(
        inputShape: [18, 18, 1], classes: 10,
        layers: [
          node(
            Convolution2D(
              filters: 16, kernelSize: Extent(3), strides: Extent(2), padding: .same,
              useBias: false), Architecture.images),
          node(BatchNormalization(), 0), node(ActivationLayer(.tanh), 1), node(Add(), 0, 2),
          node(Concatenate(), 2, 3), node(Dropout(rate: 0.5), 4),
          node(MaxPooling2D(poolSize: Extent(3), strides: Extent(2), padding: .same), 5),
          node(Normalization(mean: [0.5], variance: [0.25]), 6),
          node(GlobalAveragePooling2D(), 7), node(Dense(units: 10), 8),
        ]))
  }()

  @Test(arguments: methods)
  func `of training with layers of every kind allocates nothing`(method: TrainingMethod) throws {
    let model = Self.layers
    let parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
    for (i, value) in model.initialParameters(seed: 1).enumerated() {
      parameters.values[i] = value
    }
    parameters.markChanged()
    let step = try TrainingStep(
      model, batchSize: Self.batchSize, method: method, parameters: parameters)
    let context = StepContext(seed: 1, examples: Array(0..<Self.batchSize)[...])
    #expect(allocations { _ = step.run(context) } == 0)
  }

  private static let methods: [TrainingMethod] = [
    .none,
    nsl {
      $0.advStepSize = 0.1
      $0.advGradNorm = .infinity
    },
    nsl {
      ($0.advStepSize, $0.pgdIterations, $0.pgdEpsilon) = (0.05, 3, 0.1)
      ($0.clipValueMin, $0.clipValueMax, $0.randomInit) = (0, 1, true)
    },
  ]

  private static func nsl(_ change: (inout NSL) -> Void) -> TrainingMethod {
    var settings = NSL()
    change(&settings)
    return TrainingMethod(settings)
  }

  @Test(arguments: methods)
  func `of training allocates nothing`(method: TrainingMethod) throws {
    let parameters = parameters()
    let step = try TrainingStep(
      Self.model, batchSize: Self.batchSize, method: method, parameters: parameters)
    let optimizer = Optimizer(Adam())
    let state = optimizer.makeState(count: Self.model.parameterCount)
    let context = StepContext(seed: 1, examples: Array(0..<Self.batchSize)[...])
    let count = allocations {
      _ = step.run(context)
      optimizer.update(
        parameters.trainable, gradient: step.gradient, learningRate: 0.001, state: state)
      parameters.markChanged()
    }
    #expect(count == 0)
  }

  /// The tutorial's network, whose batches of 32 go through it in two slices.
  @Test(arguments: methods)
  func `of training on two threads allocates nothing`(method: TrainingMethod) throws {
    let model = Model(
      Architecture(
        inputShape: [28, 28, 1], classes: 10,
        ConvolutionalNetwork(convFilters: [32, 64, 64], numFCUnits: [64])))
    let parameters = ParameterVector(count: model.parameterCount)
    for (i, value) in model.initialParameters(seed: 1).enumerated() {
      parameters.values[i] = value
    }
    parameters.markChanged()
    let step = try TrainingStep(
      model, batchSize: 32, method: method, parameters: parameters, threads: ThreadPool(2))
    let optimizer = Optimizer(Adam())
    let state = optimizer.makeState(count: model.parameterCount)
    let context = StepContext(seed: 1, examples: Array(0..<32)[...])
    let count = allocations {
      _ = step.run(
        context, updating: parameters, with: optimizer, learningRate: 0.001, state: state)
    }
    #expect(count == 0)
  }

  @Test(arguments: [Norm.infinity, .l2, .l1])
  func `of an attack allocates nothing`(norm: Norm) throws {
    let pass = PackedModel(
      Self.model, batchSize: Self.batchSize, parameters: parameters(), gradients: true)
    let clean = [Float](repeating: 0.5, count: pass.images.count)
    let labels = [Int32](repeating: 3, count: Self.batchSize)
    let ball = PerturbationBall(norm: norm, epsilon: 0.1)
    func allocations(steps: Int) -> Int {
      let attack = GradientAttack(
        ball: ball, stepSize: 0.02, steps: steps, randomStart: true)
      return clean.withUnsafeBufferPointer { clean in
        labels.withUnsafeBufferPointer { labels in
          let batch = AttackBatch(images: clean, labels: labels, firstExample: 0, seed: 1)
          return self.allocations { attack.makeCandidate(0, for: batch, on: pass) }
        }
      }
    }
    #expect(allocations(steps: 10) == allocations(steps: 1))
  }

  @Test func `of evaluation allocates nothing`() throws {
    let pass = PackedModel(
      Self.model, batchSize: Self.batchSize, parameters: parameters(), gradients: false)
    let examples = pass.everyExample
    #expect(allocations { pass.forward(examples) } == 0)
  }
}
