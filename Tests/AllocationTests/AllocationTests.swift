import CAllocations
import Engine
import Learning
import Testing

/// The whole program counts its allocations, thread by thread.
@Suite struct `A step` {
  private static let model = Model(
    Architecture(
      input: Extent(height: 18, width: 18), inputChannels: 1, classes: 10,
      convFilters: [16, 32], denseUnits: [24]))
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
    let size = Extent(height: 3, width: 3)
    let strides = Extent(height: 2, width: 2)
    typealias Node = Architecture.Node
    return Model(
      Architecture(
        input: Extent(height: 18, width: 18), inputChannels: 1, classes: 10,
        layers: [
          Node(
            .convolution2D(
              filters: 16, kernel: size, strides: strides, padding: .same, useBias: false),
            inputs: [Architecture.images]),
          Node(.batchNormalization(momentum: 0.99, epsilon: 1e-3), inputs: [0]),
          Node(.activation(.tanh), inputs: [1]), Node(.add, inputs: [0, 2]),
          Node(.concatenate, inputs: [2, 3]), Node(.dropout(rate: 0.5), inputs: [4]),
          Node(.maxPooling2D(window: size, strides: strides, padding: .same), inputs: [5]),
          Node(.normalization(mean: [0.5], variance: [0.25]), inputs: [6]),
          Node(.globalAveragePooling2D, inputs: [7]),
          Node(.dense(units: 10, useBias: true), inputs: [8]),
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
    .standard,
    .nsl(
      multiplier: 0.2,
      neighbor: AdversarialNeighborConfiguration(stepSize: 0.1, gradientNorm: .infinity)),
    .nsl(
      multiplier: 0.2,
      neighbor: AdversarialNeighborConfiguration(
        stepSize: 0.05, gradientNorm: .l2, clipMin: 0, clipMax: 1, pgdIterations: 3,
        pgdEpsilon: 0.1, randomInit: true)),
  ]

  @Test(arguments: methods)
  func `of training allocates nothing`(method: TrainingMethod) throws {
    let parameters = parameters()
    let step = try TrainingStep(
      Self.model, batchSize: Self.batchSize, method: method, parameters: parameters)
    let optimizer = Optimizer.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7)
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

  @Test(arguments: [Norm.infinity, .l2, .l1])
  func `of an attack allocates nothing`(norm: Norm) throws {
    let pass = try LossPass(
      Self.model, batchSize: Self.batchSize, parameters: parameters(), reduction: .sum,
      gradients: .images)
    let clean = [Float](repeating: 0.5, count: pass.images.count)
    let labels = [Int32](repeating: 3, count: Self.batchSize)
    let ball = PerturbationBall(norm: norm, epsilon: 0.1)
    func allocations(steps: Int) -> Int {
      let attack = GradientAttack.pgd(ball, stepSize: 0.02, steps: steps)
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
    let pass = try LossPass(
      Self.model, batchSize: Self.batchSize, parameters: parameters(), reduction: .sum,
      gradients: [])
    #expect(allocations { pass.run() } == 0)
  }
}
