import Dispatch
import Engine
import Learning
import Settings
import Synchronization
import Testing

/// A race or a choice by timing would show here as other bytes, sooner or later.
@Suite struct DeterminismTests {
  private static let architecture = Architecture(
    input: Extent(height: 18, width: 18), inputChannels: 1, classes: 3, convFilters: [16, 32],
    denseUnits: [16])

  /// A residual block with batch normalization.
  private static let residual: Architecture = {
    let convolution = Layer.convolution2D(
      filters: 16, kernel: Extent(height: 3, width: 3), strides: Extent(height: 1, width: 1),
      padding: .same, useBias: true)
    let normalization = Layer.batchNormalization(momentum: 0.9, epsilon: 1e-3)
    typealias Node = Architecture.Node
    return Architecture(
      input: Extent(height: 18, width: 18), inputChannels: 1, classes: 3,
      layers: [
        Node(convolution, inputs: [Architecture.images]), Node(normalization, inputs: [0]),
        Node(.activation(.relu), inputs: [1]), Node(convolution, inputs: [2]),
        Node(normalization, inputs: [3]), Node(.add, inputs: [4, 2]),
        Node(.activation(.relu), inputs: [5]), Node(.globalAveragePooling2D, inputs: [6]),
        Node(.dense(units: 3, useBias: true), inputs: [7]),
      ])
  }()

  private static let source: MemorySource = {
    var random = RandomStream(seed: 4, purpose: .synthetic)
    return MemorySource(
      images: (0..<90 * 18 * 18).map { _ in random.uniform() },
      labels: (0..<90).map { Int32($0 % 3) })
  }()

  private static func train(
    _ architecture: Architecture = architecture, seed: Int = 1,
    progress: (TrainingProgress) -> Void = { _ in }
  ) throws -> TrainingResult {
    let method = TrainingMethod.nsl(
      multiplier: 0.2,
      neighbor: neighborSettings(stepSize: 0.1, gradientNorm: .infinity))
    let configuration = TrainingConfiguration(
      batchSize: 16, epochs: 2, optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7),
      learningRate: 0.001, method: method, seed: seed)
    return try Trainer(model: Model(architecture), configuration: configuration, data: source)
      .train(progress: progress)
  }

  @Test(arguments: [architecture, residual])
  func `gives the same bytes beside as many others as there is room for`(
    architecture: Architecture
  ) throws {
    let alone = try Self.train(architecture)
    let others = Mutex<[TrainingResult]>([])
    DispatchQueue.concurrentPerform(iterations: 6) { place in
      // Every second one is another training, so that not all do the same at the same time.
      guard let result = try? Self.train(architecture, seed: place % 2 == 0 ? 1 : place) else {
        return
      }
      if place % 2 == 0 { others.withLock { $0.append(result) } }
    }
    let results = others.withLock { $0 }
    #expect(results.count == 3)
    for result in results {
      #expect(result.parameters.map(\.bitPattern) == alone.parameters.map(\.bitPattern))
      #expect(result.history == alone.history)
      #expect(result.implementations == alone.implementations)
    }
  }

  @Test(arguments: [architecture, residual])
  func `gives the same bytes in turn with another model's passes`(
    architecture: Architecture
  ) throws {
    let alone = try Self.train(architecture)
    let model = Model(architecture)
    let initial = model.initialParameters(seed: 9)
    let parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
    for i in initial.indices { parameters.values[i] = initial[i] }
    parameters.markChanged()
    let other = LossPass(
      model, batchSize: 5, parameters: parameters, reduction: .sum, gradients: [.weights, .images])
    let result = try Self.train(architecture) { _ in other.run() }
    #expect(result.parameters.map(\.bitPattern) == alone.parameters.map(\.bitPattern))
  }

  @Test func `takes its kernels by shapes, not by chance`() throws {
    func implementations() throws -> [String] {
      try Self.train { _ in }.implementations
    }
    #expect(try implementations() == implementations())
  }
}
