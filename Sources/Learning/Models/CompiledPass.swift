import Engine

/// A model's pass over so many examples, compiled.
final class CompiledPass {
  let buffers: PassBuffers
  let executable: Executable
  private let moments: [BatchMoments]
  private let parameters: ParameterVector
  /// See ``LossPass/weightWithoutGradient``.
  private(set) var weightWithoutGradient: String?
  /// Whether gradients were computed.
  private(set) var hasGradients = false

  /// - Parameters:
  ///   - keepsForward: Whether ``backward()`` can be called several times after one ``forward()``.
  ///   - companion: A pass that never runs at the same time, whose memory may be used.
  init(
    _ model: Model, batchSize: Int, parameters: ParameterVector, gradients: LossPass.Gradients,
    mode: Mode, labelSmoothing: Float, keepsForward: Bool, companion: CompiledPass? = nil
  ) {
    var graph = Graph()
    self.parameters = parameters
    let input = graph.input("images", Shape([batchSize] + model.inputShape.dimensions))
    let targets = graph.input("labels", [batchSize], .int32)
    let draws =
      mode == .training && model.hasDropout
      ? graph.input("streams", [batchSize, 5], .int32) : nil
    var builder = ModelGraph(
      graph: graph, mode: mode, streams: draws, isTrained: gradients.contains(.weights))
    let logits = model.addLogits(to: &builder, images: input)
    graph = builder.graph
    moments = builder.moments
    let losses = graph.softmaxCrossEntropy(logits, labels: targets, smoothing: labelSmoothing)
    var outputs = [losses, logits] + moments.flatMap { [$0.mean, $0.variance] }
    var parameterGradients: [Value] = []
    var (logitWeights, atImages): (Value?, Value?)
    if !gradients.isEmpty {
      let factors = graph.input("logit weights", graph.shape(of: logits))
      let weights = gradients.contains(.weights) ? graph.parameters.map(\.value) : []
      let inputs = gradients.contains(.images) ? [input] : []
      let results = graph.gradients(of: logits, weightedBy: factors, at: weights + inputs)
      parameterGradients = Array(results.prefix(weights.count))
      atImages = gradients.contains(.images) ? results.last : nil
      logitWeights = factors
    }
    if let atImages { outputs.append(atImages) }
    let executable = Executable(
      graph, outputs: outputs, parameterGradients: parameterGradients, parameters: parameters,
      pause: logitWeights, keepsFirstPart: keepsForward, companion: companion?.executable)
    self.executable = executable
    buffers = PassBuffers(
      images: executable.floats(input), labels: executable.integers(targets),
      streams: draws.map { executable.integers($0) }, losses: executable.floats(losses),
      logits: executable.floats(logits),
      logitWeights: logitWeights.map { executable.floats($0) },
      imageGradient: atImages.map { executable.floats($0) },
      weightGradient: executable.gradient)
    findWeightWithoutGradient()
  }

  /// Makes everything as it was when the pass was new.
  func reset() {
    executable.reset()
    hasGradients = false
    findWeightWithoutGradient()
  }

  /// What it holds, in bytes.
  var byteCount: Int { executable.byteCount }

  /// See ``Executable/renewWeights()``.
  func renewWeights() { executable.renewWeights() }

  /// Computes logits and losses.
  func forward() { executable.runFirstPart() }

  /// Computes the gradients of the weighted logits.
  func backward() {
    executable.runSecondPart()
    hasGradients = true
    // Looked for once, and before what others add to the gradient.
    if weightWithoutGradient != nil { findWeightWithoutGradient() }
  }

  private func findWeightWithoutGradient() {
    weightWithoutGradient = executable.parametersWithoutGradient.first?.name
  }

  func updateMovingAverages() {
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

  func profile(repetitions: Int) -> [(step: String, seconds: Double)] {
    executable.profile(repetitions: repetitions)
  }

  var implementations: [String] { executable.implementations }
}
