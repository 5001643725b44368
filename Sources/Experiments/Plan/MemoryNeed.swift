import Settings

/// How much memory a stage needs at least: a rule over shapes, numbers of examples and what the
/// optimizer remembers. What the engine adds (copies of weights in other layouts, scratch) is not
/// in it, so that what does not fit by this rule does not fit.
package struct MemoryNeed: Sendable {
  /// Of the largest model that the stage reads or trains: trained and other numbers.
  package var parameters: Int
  /// At least.
  package var bytes: Int

  /// The program itself, before any model. Measured: 21 MiB.
  private static let program = 20 << 20

  /// - Parameter threads: How many share the stage.
  package init(_ work: StageWork, threads: Int = 1) {
    switch work {
    case .train(let work): self.init(work, NetworkSize(work.architecture), threads: threads)
    case .evaluate(let work): self.init(work)
    }
  }

  fileprivate init(_ work: TrainWork, _ network: NetworkSize, threads: Int) {
    let passes = work.adversarial.method.gradients
    // The weights, a gradient of each pass, what the optimizer remembers; in the end the weights
    // once more and as a file.
    let batch = min(work.training.batchSize, work.dataset.trainLimit ?? .max)
    let (examples, slices) = network.examplesTogether(in: batch, threads: threads)
    let vectors =
      1 + passes.timesAtMost(slices) + work.training.optimizer.optimizer.vectors + 2
    self.init(
      network,
      floats: network.parameters.timesAtMost(vectors)
        .plusAtMost(network.kept.timesAtMost(examples).timesAtMost(passes)))
  }

  private init(_ work: EvaluateWork) {
    self.init(
      subject: NetworkSize(work.subjectArchitecture),
      source: work.source == work.subject ? nil : NetworkSize(work.sourceArchitecture))
  }

  fileprivate init(subject: NetworkSize, source: NetworkSize?) {
    // As a file, as it is decoded, and in the engine.
    let weights = [subject, source].compactMap { $0 }.reduce(0) {
      $0.plusAtMost($1.parameters.timesAtMost(3))
    }
    let larger = (source?.parameters ?? 0) > subject.parameters ? source ?? subject : subject
    self.init(larger, floats: weights)
  }

  private init(_ network: NetworkSize, floats: Int) {
    parameters = network.parameters
    bytes = floats.timesAtMost(4).plusAtMost(Self.program)
  }

  /// The greatest need of the trainings of a plan, which are all that need much.
  ///
  /// Of very many, some from all over the plan are looked at.
  package static func largest(of stages: PlannedStages) -> MemoryNeed? {
    var networks: [ArchitectureSettings: NetworkSize] = [:]
    var largest: MemoryNeed?
    let step = max(1, stages.count / 20_000)
    for index in stride(from: 0, to: stages.count, by: step) where stages.isTraining(at: index) {
      guard case .train(let work) = stages.work(at: index) else { continue }
      let network = networks[work.architecture] ?? NetworkSize(work.architecture)
      networks[work.architecture] = network
      let need = MemoryNeed(work, network, threads: 1)
      if need.bytes > largest?.bytes ?? -1 { largest = need }
    }
    return largest
  }
}

/// The needs of many stages, whose networks are few.
package struct MemoryNeeds: Sendable {
  private var networks: [ArchitectureSettings: NetworkSize] = [:]

  package init() {}

  /// - Parameter threads: How many share the stage.
  package mutating func need(of work: StageWork, threads: Int = 1) -> MemoryNeed {
    switch work {
    case .train(let work): MemoryNeed(work, size(work.architecture), threads: threads)
    case .evaluate(let work):
      MemoryNeed(
        subject: size(work.subjectArchitecture),
        source: work.source == work.subject ? nil : size(work.sourceArchitecture))
    }
  }

  private mutating func size(_ architecture: ArchitectureSettings) -> NetworkSize {
    if let known = networks[architecture] { return known }
    let size = NetworkSize(architecture)
    networks[architecture] = size
    return size
  }
}

/// What a network holds.
private struct NetworkSize {
  /// Trained and other numbers.
  let parameters: Int
  /// Numbers per example that the way back needs: results of layers that are not made in place.
  let kept: Int
  /// Numbers per example of all layers.
  private let all: Int
  private let hasBatchMoments: Bool

  init(_ architecture: ArchitectureSettings) {
    let layers = architecture.layers
    let shapes = LayerShapes(layers, inputShape: architecture.inputShape)
    var (parameters, kept) = (0, 0)
    var all = Self.count(architecture.inputShape)
    for (index, layer) in layers.enumerated() {
      let (trained, other) = shapes.parameters(of: index)
      parameters = parameters.plusAtMost(trained).plusAtMost(other)
      let output = shapes.outputs[index]?.count ?? 1
      all = all.plusAtMost(output)
      if type(of: layer.layer.layer).keepsResult { kept = kept.plusAtMost(output) }
    }
    (self.parameters, self.kept, self.all) = (parameters, kept, all)
    hasBatchMoments = layers.contains { $0.layer.word == BatchNormalization.word }
  }

  private static func count(_ shape: [Int]) -> Int {
    shape.reduce(1) { $0.timesAtMost($1) }
  }

  /// How many of a batch are in memory at a time, and in how many slices: the engine takes large batches
  /// in slices, of which each thread has one. See `Model.examplesTogether`.
  func examplesTogether(in batch: Int, threads: Int) -> (examples: Int, slices: Int) {
    guard !hasBatchMoments, parameters <= all.timesAtMost(32),
      let slice = (16...32).last(where: { batch % $0 == 0 && $0 < batch })
    else { return (batch, 1) }
    let slices = min(threads, batch / slice)
    // Small ones may go through as a whole.
    let isSmall = all.timesAtMost(batch).timesAtMost(4) <= 8 << 20
    return (isSmall ? batch : slice * slices, slices)
  }
}
