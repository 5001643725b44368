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

/// One compiled pass of a model over a batch: losses and logits and, where wanted, gradients.
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
  private let executable: Executable
  private let imagesValue: Value
  private let labelsValue: Value
  private let lossesValue: Value
  private let logitsValue: Value
  private let imageGradientValue: Value?
  private let streamsValue: Value?
  private let moments: [BatchMoments]
  private let parameters: ParameterVector

  /// - Parameters:
  ///   - parameters: Shared; the pass reads what is in it when it runs.
  ///   - mode: How batch normalization and dropout behave.
  ///   - labelSmoothing: The share of each label that goes to all classes alike.
  /// - Throws: `EngineError` where oneDNN refuses a primitive.
  package init(
    _ model: Model, batchSize: Int, parameters: ParameterVector, reduction: Reduction,
    gradients: Gradients, mode: Mode = .inference, labelSmoothing: Float = 0
  ) throws {
    var graph = Graph()
    self.batchSize = batchSize
    self.parameters = parameters
    let input = graph.input("images", Shape([batchSize] + model.inputShape.dimensions))
    let targets = graph.input("labels", [batchSize], .int32)
    streamsValue =
      mode == .training && model.hasDropout
      ? graph.input("streams", [batchSize, 5], .int32) : nil
    var builder = ModelGraph(
      graph: graph, mode: mode, streams: streamsValue, isTrained: gradients.contains(.weights))
    let logits = model.addLogits(to: &builder, images: input)
    graph = builder.graph
    moments = builder.moments
    let losses = graph.softmaxCrossEntropy(logits, labels: targets, smoothing: labelSmoothing)
    var outputs = [losses, logits] + moments.flatMap { [$0.mean, $0.variance] }
    var parameterGradients: [Value] = []
    var imageGradient: Value?
    if !gradients.isEmpty {
      let loss = reduction == .mean ? graph.mean(losses) : graph.sum(losses)
      let weights = gradients.contains(.weights) ? graph.parameters.map(\.value) : []
      let inputs = gradients.contains(.images) ? [input] : []
      let results = graph.gradients(of: loss, at: weights + inputs)
      parameterGradients = Array(results.prefix(weights.count))
      imageGradient = gradients.contains(.images) ? results.last : nil
    }
    if let imageGradient { outputs.append(imageGradient) }
    executable = try Executable(
      graph, outputs: outputs, parameterGradients: parameterGradients, parameters: parameters)
    imagesValue = input
    labelsValue = targets
    lossesValue = losses
    logitsValue = logits
    imageGradientValue = imageGradient
  }

  package func run() { executable.run() }

  /// Names the random numbers of the next run's dropout: for each place of the batch the stream of
  /// its example. Does nothing where the pass draws none.
  package func setStreams(_ stream: (_ place: Int) -> RandomStream) {
    guard let streamsValue else { return }
    let words = executable.integers(streamsValue)
    for place in 0..<batchSize {
      let name = stream(place).words
      words[place * 5] = Int32(bitPattern: name.0)
      words[place * 5 + 1] = Int32(bitPattern: name.1)
      words[place * 5 + 2] = Int32(bitPattern: name.2)
      words[place * 5 + 3] = Int32(bitPattern: name.3)
      words[place * 5 + 4] = Int32(bitPattern: name.4)
    }
  }

  /// Moves the moving averages towards the moments of the batch that was run last, as Keras does:
  /// `moving -= (moving - batch) * (1 - momentum)`.
  package func updateMovingAverages() {
    let state = parameters.state
    for moment in moments {
      let (mean, variance) = (executable.floats(moment.mean), executable.floats(moment.variance))
      let rest = Float(1 - moment.momentum)
      let correction = Float(moment.correction)
      for c in 0..<moment.channels {
        let (first, second) = (moment.offset + c, moment.offset + moment.channels + c)
        state[first] -= (state[first] - mean[c]) * rest
        state[second] -= (state[second] - variance[c] * correction) * rest
      }
    }
    if !moments.isEmpty { parameters.markStateChanged() }
  }

  /// Each step with its shortest time in seconds; for benchmarks.
  package func profile(repetitions: Int) -> [(step: String, seconds: Double)] {
    executable.profile(repetitions: repetitions)
  }

  package var images: UnsafeMutableBufferPointer<Float> { executable.floats(imagesValue) }
  package var labels: UnsafeMutableBufferPointer<Int32> { executable.integers(labelsValue) }
  package var losses: UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(executable.floats(lossesValue))
  }
  package var logits: UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(executable.floats(logitsValue))
  }
  package var imageGradient: UnsafeBufferPointer<Float> {
    guard let imageGradientValue else {
      preconditionFailure("the pass was made without a gradient at the images")
    }
    return UnsafeBufferPointer(executable.floats(imageGradientValue))
  }

  /// `[P]`, empty where the pass was made without a gradient at the weights.
  var weightGradient: UnsafeMutableBufferPointer<Float> { executable.gradient }

  /// Which kernel each primitive runs on.
  package var implementations: [String] { executable.implementations }
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
