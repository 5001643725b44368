package import Engine

/// One pass of a model over a batch: losses and logits and, where wanted, gradients: of the losses, or
/// of what else follows from the logits.
///
/// A large batch goes through in slices of at most 32 examples, where no example depends on another: by a
/// rule over shapes (``Model/examplesTogether(in:_:_:)``), so that no number depends on how many threads
/// take slices. Gradients at the weights are summed up in the order of the slices.
///
/// - Runs: ``forward()``, ``run()``, ``run(_:)``, ``backward(_:)``; slice by slice, ``run(slice:on:)``
/// - Training mode: ``setStreams(_:)``, ``updateMovingAverages()``
package final class LossPass {
  /// What the gradients are of.
  package enum Reduction: Hashable, Sendable {
    case mean
    case sum
  }

  /// What the gradients are at.
  package struct Gradients: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let weights = Gradients(rawValue: 1)
    package static let images = Gradients(rawValue: 2)
  }

  package let batchSize: Int
  /// Of one slice; of the whole batch where there are none.
  private let pass: CompiledPass
  /// All, the first one among them.
  private let compiled: [CompiledPass]
  private let slices: BatchSlices?
  private let buffers: PassBuffers
  private let threads: ThreadPool
  /// What the sum of the losses is multiplied with before it is differentiated.
  private let lossFactor: Float
  private let labelSmoothing: Float
  private let keepsForward: Bool
  /// Whether the activations of the last forward pass are still there.
  private var hasActivations = false
  private lazy var forwardTask: (Int, Int) -> Void = { [unowned self] in
    slices?.forward($0, on: $1)
  }
  private lazy var runTask: (Int, Int) -> Void = { [unowned self] in run(slice: $0, on: $1) }
  private lazy var sumTask: (Int, Int) -> Void = { [unowned self] part, _ in
    sumWeightGradients(ThreadPool.part(part, of: sumParts, weightGradient.count))
  }
  private var sumParts: Int { threads.parts(of: weightGradient.count, smallest: 4096) }

  /// - Parameters:
  ///   - parameters: Shared; the pass reads what is in it when it runs.
  ///   - reduction: What ``run()`` differentiates.
  ///   - mode: How batch normalization and dropout behave.
  ///   - labelSmoothing: The share of each label that goes to all classes alike.
  ///   - keepsForward: Whether ``backward(_:)`` shall be cheap when it is called several times after
  ///     one forward pass, which takes memory.
  ///   - threads: Those that take slices; by default the calling one alone.
  package init(
    _ model: Model, batchSize: Int, parameters: ParameterVector, reduction: Reduction,
    gradients: Gradients, mode: Mode = .inference, labelSmoothing: Float = 0,
    keepsForward: Bool = false, threads: ThreadPool = ThreadPool()
  ) {
    self.batchSize = batchSize
    self.threads = threads
    lossFactor = reduction == .mean ? 1 / Float(batchSize) : 1
    self.labelSmoothing = labelSmoothing
    self.keepsForward = keepsForward
    let together = model.examplesTogether(in: batchSize, gradients, mode)
    let count = batchSize / together
    // Two slices have passes of their own also on one thread, which saves copying gradients.
    var compiled: [CompiledPass] = []
    for _ in 0..<(count == 2 ? 2 : min(threads.count, count)) {
      compiled.append(
        CompiledPass(
          model, batchSize: together, parameters: parameters, gradients: gradients, mode: mode,
          labelSmoothing: labelSmoothing, keepsForward: keepsForward,
          companion: threads.count == 1 ? compiled.first : nil))
    }
    self.compiled = compiled
    pass = compiled[0]
    slices = count > 1 ? BatchSlices(of: compiled, count: count) : nil
    buffers = slices?.buffers ?? pass.buffers
  }

  /// Makes everything as it was when the pass was new: what it computes does not depend on what it has
  /// computed.
  func reset() {
    for pass in compiled { pass.reset() }
    slices?.reset()
    hasActivations = false
  }

  /// What it holds, in bytes.
  var byteCount: Int { compiled.reduce(slices?.byteCount ?? 0) { $0 + $1.byteCount } }

  /// What its passes compute with.
  var executables: [Executable] { compiled.map(\.executable) }

  /// See ``Executable/renewWeights()``.
  func renewWeights() {
    for pass in compiled { pass.renewWeights() }
  }

  /// In how many slices a batch goes through, at least 1.
  package var sliceCount: Int { slices?.count ?? 1 }

  /// The places of a slice's examples in the batch.
  package func places(of slice: Int) -> Range<Int> {
    slices?.places(of: slice) ?? 0..<batchSize
  }

  package func forward() {
    if let slices {
      pass.renewWeights()
      threads.run(slices.count, forwardTask)
    } else {
      pass.forward()
    }
    hasActivations = slices == nil
  }

  package func run() {
    guard pass.buffers.logitWeights != nil else { return forward() }
    pass.renewWeights()
    threads.run(sliceCount, runTask)
    if slices != nil { threads.run(sumParts, sumTask) }
  }

  /// Runs one slice, as ``run()`` does; all of them make a run, with ``sumWeightGradients(_:)`` of all
  /// elements behind it. Slices may run on several threads at the same time, where the copies of weights
  /// are new.
  package func run(slice: Int, on thread: Int) {
    if let slices {
      slices.run(slice, on: thread) { differentiateLosses($0, slices.places(of: slice).lowerBound) }
    } else {
      pass.forward()
      differentiateLosses(pass, 0)
      hasActivations = keepsForward
    }
  }

  /// Adds up elements of the slices' gradients at the weights. Different elements may be added up on
  /// several threads at the same time.
  package func sumWeightGradients(_ range: Range<Int>) { slices?.sumWeightGradients(range) }

  private func differentiateLosses(_ pass: CompiledPass, _ first: Int) {
    differentiate(
      { [labels, labelSmoothing, lossFactor] example, logits, weights in
        crossEntropyGradient(
          logits, label: labels[example], smoothing: labelSmoothing, times: lossFactor,
          into: weights)
      }, pass, first)
  }

  package func run(_ weights: LogitWeights) {
    if let slices {
      for slice in 0..<slices.count {
        slices.run(slice, on: 0) { differentiate(weights, $0, slices.places(of: slice).lowerBound) }
      }
      sumWeightGradients(weightGradient.indices)
    } else {
      forward()
      backward(weights)
    }
  }

  /// In training mode the random numbers and the weights must be those of the forward pass.
  package func backward(_ weights: LogitWeights) {
    guard slices == nil else { return run(weights) }
    if !hasActivations { forward() }
    differentiate(weights, pass, 0)
    hasActivations = keepsForward
  }

  /// Differentiates what went through a compiled pass last.
  ///
  /// - Parameter first: The place of its first example in the batch.
  private func differentiate(_ weights: LogitWeights, _ pass: CompiledPass, _ first: Int) {
    guard let factors = pass.buffers.logitWeights else {
      preconditionFailure("the pass was made without gradients")
    }
    let (logits, count) = (UnsafeBufferPointer(pass.buffers.logits), pass.buffers.labels.count)
    let classes = logits.count / count
    for n in 0..<count {
      weights(
        first + n, logits.example(n, size: classes), factors.example(n, size: classes))
    }
    pass.backward()
  }

  /// Names the random numbers of the next run's dropout: for each place of the batch the stream of
  /// its example. Does nothing where the pass draws none.
  ///
  /// - Parameter places: Those to name; by default all.
  package func setStreams(
    _ places: Range<Int>? = nil, _ stream: (_ place: Int) -> RandomStream
  ) {
    guard let streams = buffers.streams else { return }
    for place in places ?? 0..<batchSize {
      let name = stream(place).words
      streams[place * 5] = Int32(bitPattern: name.0)
      streams[place * 5 + 1] = Int32(bitPattern: name.1)
      streams[place * 5 + 2] = Int32(bitPattern: name.2)
      streams[place * 5 + 3] = Int32(bitPattern: name.3)
      streams[place * 5 + 4] = Int32(bitPattern: name.4)
    }
  }

  /// Moves the moving averages towards the moments of the batch that was run last, as Keras does:
  /// `moving -= (moving - batch) * (1 - momentum)`.
  package func updateMovingAverages() { pass.updateMovingAverages() }

  /// Each step of one slice with its shortest time in seconds; for benchmarks.
  package func profile(repetitions: Int) -> [(step: String, seconds: Double)] {
    pass.profile(repetitions: repetitions)
  }

  package var images: UnsafeMutableBufferPointer<Float> { buffers.images }
  package var labels: UnsafeMutableBufferPointer<Int32> { buffers.labels }
  package var losses: UnsafeBufferPointer<Float> { UnsafeBufferPointer(buffers.losses) }
  package var logits: UnsafeBufferPointer<Float> { UnsafeBufferPointer(buffers.logits) }
  /// As ``predictedClass(_:)``, of one example.
  package func prediction(of example: Int) -> Int32 {
    predictedClass(logits.example(example, size: logits.count / batchSize))
  }

  package var imageGradient: UnsafeBufferPointer<Float> {
    guard let gradient = buffers.imageGradient else {
      preconditionFailure("the pass was made without a gradient at the images")
    }
    return UnsafeBufferPointer(gradient)
  }

  /// `[P]`, empty where the pass was made without a gradient at the weights.
  package var weightGradient: UnsafeMutableBufferPointer<Float> { buffers.weightGradient }

  /// The name of a weight whose gradient was asked for and has not been written, or not all of it. After
  /// a run that is a defect of the engine: the weight would never be trained.
  package var weightWithoutGradient: String? {
    // A thread may have taken no slice yet.
    let used = compiled.first { $0.hasGradients && $0.weightWithoutGradient != nil }
    return compiled.contains(where: \.hasGradients)
      ? used?.weightWithoutGradient : pass.weightWithoutGradient
  }

  /// Which kernel each primitive runs on.
  package var implementations: [String] { pass.implementations }
}
