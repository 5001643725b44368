package import Engine

/// What an attack may ask of a model: its loss, its logits and the loss's gradient at the images.
package protocol AttackedModel: AnyObject {
  /// `N`.
  var batchSize: Int { get }
  /// `[N, C, H, W]`: written before ``run()``.
  var images: UnsafeMutableBufferPointer<Float> { get }
  /// `[N]`, each in `0..<K`: written before ``run()``.
  var labels: UnsafeMutableBufferPointer<Int32> { get }
  func run()
  /// `[N]`: cross-entropy of each example.
  var losses: UnsafeBufferPointer<Float> { get }
  /// `[N, K]`.
  var logits: UnsafeBufferPointer<Float> { get }
  /// `[N, C, H, W]`: gradient of the summed losses, so that no example depends on another.
  var imageGradient: UnsafeBufferPointer<Float> { get }
}

/// One pass of a model over a batch: losses and logits and, where wanted, gradients.
///
/// A batch whose activations no cache holds goes through in slices of at most 32 examples, where no
/// example depends on another. Gradients at the weights are summed up, slice after slice.
package final class LossPass: AttackedModel {
  /// What the gradients are of.
  package enum Reduction: Sendable {
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
  private let slices: BatchSlices?
  private let buffers: PassBuffers

  /// - Parameters:
  ///   - parameters: Shared; the pass reads what is in it when it runs.
  ///   - mode: How batch normalization and dropout behave.
  ///   - labelSmoothing: The share of each label that goes to all classes alike.
  /// - Throws: `EngineError` where oneDNN refuses a primitive.
  package init(
    _ model: Model, batchSize: Int, parameters: ParameterVector, reduction: Reduction,
    gradients: Gradients, mode: Mode = .inference, labelSmoothing: Float = 0
  ) throws {
    self.batchSize = batchSize
    let together = model.examplesTogether(in: batchSize, gradients, mode)
    pass = try CompiledPass(
      model, batchSize: together, parameters: parameters,
      lossFactor: reduction == .mean ? 1 / Float(batchSize) : 1, gradients: gradients, mode: mode,
      labelSmoothing: labelSmoothing)
    slices = together < batchSize ? BatchSlices(of: pass, count: batchSize / together) : nil
    buffers = slices?.buffers ?? pass.buffers
  }

  package func run() {
    if let slices { slices.run() } else { pass.run() }
  }

  /// Names the random numbers of the next run's dropout: for each place of the batch the stream of
  /// its example. Does nothing where the pass draws none.
  package func setStreams(_ stream: (_ place: Int) -> RandomStream) {
    guard let streams = buffers.streams else { return }
    for place in 0..<batchSize {
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
  package var weightWithoutGradient: String? { pass.weightWithoutGradient }

  /// Which kernel each primitive runs on.
  package var implementations: [String] { pass.implementations }
}

extension AttackedModel {
  /// Elements of one image.
  package var exampleSize: Int { images.count / batchSize }

  /// The class of the largest logit of one example, the first of equals; -1 where a logit is not a
  /// number, which is no class and so never right.
  package func prediction(of example: Int) -> Int32 {
    let logits = logits
    let classes = logits.count / batchSize
    let start = example * classes
    var best = start
    for i in start..<start + classes {
      if logits[i].isNaN { return -1 }
      if logits[i] > logits[best] { best = i }
    }
    return Int32(best - start)
  }
}
