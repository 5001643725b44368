package import Engine

/// A model's weights and the passes over them. Compiling costs more than small stages of work: a
/// compiled model can be given other weights and is then as good as a new one.
package final class CompiledModel {
  package let model: Model
  /// Of the work at hand.
  package let parameters: ParameterVector
  /// Those that share a pass over a large batch.
  let threads: ThreadPool
  private let lock = Lock()
  private var passes: [Kind: [LossPass]] = [:]
  /// How many passes of each kind the work at hand has.
  private var taken: [Kind: Int] = [:]

  /// What a pass is compiled for.
  private struct Kind: Hashable {
    var batchSize: Int
    var reduction: LossPass.Reduction
    var gradients: Int
    var mode: Mode
    var labelSmoothing: Float
    var keepsForward: Bool
    var threads: Int
  }

  /// - Parameter parameters: Shared; the passes read what is in it when they run.
  package init(
    _ model: Model, parameters: ParameterVector, threads: ThreadPool = ThreadPool()
  ) {
    self.model = model
    self.parameters = parameters
    self.threads = threads
  }

  /// - Parameter values: `[P + S]`.
  /// - Throws: `LearningError` where `values` has another length than the model's parameters.
  package convenience init(
    _ model: Model, values: [Float], threads: ThreadPool = ThreadPool()
  ) throws(LearningError) {
    self.init(model, parameters: try ParameterVector(values, for: model), threads: threads)
  }

  /// Makes all passes as they were when they were new, free to be asked for again, over other weights.
  ///
  /// - Parameter values: `[P + S]`.
  /// - Throws: `LearningError` where `values` has another length than the model's parameters.
  func renew(_ values: [Float]) throws(LearningError) {
    try parameters.write(values, for: model)
    for pass in passes.values.joined() { pass.reset() }
    taken = [:]
  }

  /// A pass that nobody else has: an earlier work's, or a new one. The parameters are those of
  /// ``LossPass``. May be called on any thread; the copies of weights that the pass reads are new.
  ///
  /// - Parameter isShared: Whether the threads share it; else it runs on the one that runs it.
  func pass(
    batchSize: Int, reduction: LossPass.Reduction, gradients: LossPass.Gradients,
    mode: Mode = .inference, labelSmoothing: Float = 0, keepsForward: Bool = false,
    isShared: Bool = true
  ) -> LossPass {
    let threads = isShared ? threads : ThreadPool()
    let kind = Kind(
      batchSize: batchSize, reduction: reduction, gradients: gradients.rawValue, mode: mode,
      labelSmoothing: labelSmoothing, keepsForward: keepsForward, threads: threads.count)
    return lock.withLock {
      let number = taken[kind, default: 0]
      taken[kind] = number + 1
      if let known = passes[kind], number < known.count {
        known[number].renewWeights()
        return known[number]
      }
      let pass = LossPass(
        model, batchSize: batchSize, parameters: parameters, reduction: reduction,
        gradients: gradients, mode: mode, labelSmoothing: labelSmoothing,
        keepsForward: keepsForward, threads: threads)
      pass.renewWeights()
      passes[kind, default: []].append(pass)
      return pass
    }
  }

  /// What the weights and the passes hold, in bytes.
  var byteCount: Int {
    parameters.byteCount + passes.values.joined().reduce(0) { $0 + $1.byteCount }
  }
}

/// Compiled models that wait for work, so many bytes at most: those that were used last stay.
///
/// Work takes models and, when it has come to a good end, has them kept. What was taken for work that
/// has failed is gone.
package final class CompiledModels {
  private let limit: Int
  /// Those that share the work; the models are compiled for their number.
  package let threads: ThreadPool
  /// The one that was used last is last.
  private var waiting: [CompiledModel] = []
  private var taken: [CompiledModel] = []

  /// - Parameter limit: In bytes, of those that wait.
  package init(limit: Int, threads: ThreadPool = ThreadPool()) {
    self.limit = limit
    self.threads = threads
  }

  /// A compiled model that nobody else has.
  ///
  /// - Throws: `LearningError` where the weights do not fit the model.
  package func take(_ model: TrainedModel) throws(LearningError) -> CompiledModel {
    let (architecture, names) = (model.model.architecture, model.model.layerNames)
    let place = waiting.lastIndex {
      $0.model.architecture == architecture && $0.model.layerNames == names
    }
    let compiled: CompiledModel
    if let place {
      compiled = waiting.remove(at: place)
      try compiled.renew(model.parameters)
    } else {
      compiled = try CompiledModel(model.model, values: model.parameters, threads: threads)
    }
    taken.append(compiled)
    return compiled
  }

  /// Forgets what was taken.
  package func drop() { taken = [] }

  /// Keeps what was taken, whose work is done.
  package func keep() {
    waiting += taken.reversed()
    taken = []
    var bytes = waiting.reduce(0) { $0 + $1.byteCount }
    while bytes > limit, !waiting.isEmpty { bytes -= waiting.removeFirst().byteCount }
  }
}
