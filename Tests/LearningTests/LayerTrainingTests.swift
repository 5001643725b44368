import Engine
import Learning
import Settings
import Measurements
import Testing

extension Architecture {
  /// A residual block with batch normalization and dropout, on 9x9 images.
  static func small(
    normalization: Bool = true, dropout: Double = 0.25
  ) -> Architecture {
    let convolution = Layer.convolution2D(
      filters: 8, kernel: Extent(height: 3, width: 3), strides: Extent(height: 1, width: 1),
      padding: .same, useBias: false)
    let normalized =
      normalization ? Layer.batchNormalization(momentum: 0.9, epsilon: 1e-3) : .activation(.tanh)
    return Architecture(
      input: Extent(height: 9, width: 9), inputChannels: 1, classes: 3,
      layers: [
        Node(convolution, inputs: [images]), Node(normalized, inputs: [0]),
        Node(.activation(.relu), inputs: [1]), Node(convolution, inputs: [2]),
        Node(normalized, inputs: [3]), Node(.add, inputs: [2, 4]),
        Node(.activation(.relu), inputs: [5]), Node(.flatten, inputs: [6]),
        Node(.dropout(rate: dropout), inputs: [7]),
        Node(.dense(units: 12, useBias: true), inputs: [8]),
        Node(.activation(.relu), inputs: [9]), Node(.dropout(rate: dropout), inputs: [10]),
        Node(.dense(units: 3, useBias: true), inputs: [11]),
      ])
  }
}

/// Normalization and dropout in training and outside of it.
@Suite struct LayerTrainingTests {
  private func train(_ architecture: Architecture, seed: Int = 1) throws -> TrainingResult {
    var configuration = BrightBars.configuration(
      method: .nsl(
        multiplier: 0.2,
        neighbor: neighborSettings(stepSize: 0.05, gradientNorm: .infinity)))
    configuration.seed = seed
    return try Trainer(
      model: Model(architecture), configuration: configuration,
      data: BrightBars.source(count: 200, seed: 2)
    ).train()
  }

  @Test func `learn, the same way every time, and hold their moving averages`() throws {
    let architecture = Architecture.small()
    let model = Model(architecture)
    let result = try train(architecture)
    #expect(result.outcome == .finished)
    #expect(try train(architecture).parameters == result.parameters)
    #expect(try train(architecture, seed: 2).parameters != result.parameters)
    #expect(result.parameters.count == model.parameterCount + model.stateCount)
    // Moving averages have left where they started.
    let state = result.parameters.suffix(model.stateCount)
    #expect(model.stateCount == 32 && !state.contains(0) && !state.contains(1))
    let evaluator = try Evaluator(
      subject: TrainedModel(model: model, parameters: result.parameters), attack: nil,
      batchSize: 32, seed: 0)
    let evaluation = try evaluator.evaluate(BrightBars.source(count: 90, seed: 3))
    #expect(evaluation.measurement.correct > 81, "\(evaluation.measurement.correct)")
  }

  /// Equal layers on the same input, whose results are added: twice by convolutions and by dense
  /// layers, on images and behind a normalization.
  private static let twins: Architecture = {
    typealias Node = Architecture.Node
    func convolution(_ filters: Int) -> Layer {
      .convolution2D(
        filters: filters, kernel: Extent(height: 3, width: 3),
        strides: Extent(height: 1, width: 1), padding: .same, useBias: true)
    }
    return Architecture(
      input: Extent(height: 9, width: 9), inputChannels: 1, classes: 3,
      layers: [
        Node(convolution(16), inputs: [Architecture.images]),
        Node(convolution(16), inputs: [Architecture.images]), Node(.add, inputs: [0, 1]),
        Node(.activation(.relu), inputs: [2]),
        Node(convolution(16), inputs: [3]), Node(convolution(16), inputs: [3]),
        Node(.add, inputs: [4, 5]),
        Node(.batchNormalization(momentum: 0.9, epsilon: 1e-3), inputs: [6]),
        Node(.batchNormalization(momentum: 0.9, epsilon: 1e-3), inputs: [6]),
        Node(.add, inputs: [7, 8, 3]), Node(.flatten, inputs: [9]),
        Node(.dense(units: 3, useBias: true), inputs: [10]),
        Node(.dense(units: 3, useBias: true), inputs: [10]), Node(.add, inputs: [11, 12]),
      ])
  }()

  @Test func `train every weight of equal layers`() throws {
    let model = Model(Self.twins)
    let initial = model.initialParameters(seed: 1)
    let result = try train(Self.twins)
    #expect(result.outcome == .finished)
    var offset = 0
    for weight in model.weights {
      let range = offset..<offset + weight.shape.count
      offset = range.upperBound
      #expect(initial[range] != result.parameters[range], "\(weight.name) was never trained")
    }
  }

  /// Images standardized inside of a model, and outside.
  @Test func `standardize images inside of a model, and let gradients through`() throws {
    func model(_ first: [Layer]) -> Model {
      Model(
        Architecture(
          input: Extent(height: 9, width: 9), inputChannels: 1, classes: 3,
          sequence: first + [
            .convolution2D(
              filters: 8, kernel: Extent(height: 3, width: 3),
              strides: Extent(height: 1, width: 1), padding: .valid, useBias: true),
            .activation(.relu), .flatten, .dense(units: 3, useBias: true),
          ]))
    }
    let inside = model([
      .normalization(mean: [0.25], variance: [0.0625]), .rescaling(scale: [2], offset: [-0.5]),
    ])
    let outside = model([])
    #expect(inside.parameterCount == outside.parameterCount && inside.stateCount == 0)
    let initial = outside.initialParameters(seed: 3)
    #expect(inside.initialParameters(seed: 3) == initial)
    func run(_ model: Model, _ map: (Float) -> Float) throws -> (logits: [Float], gradient: [Float])
    {
      let parameters = ParameterVector(count: model.parameterCount)
      _ = parameters.values.update(from: initial)
      parameters.markChanged()
      let pass = LossPass(
        model, batchSize: 6, parameters: parameters, reduction: .sum,
        gradients: [.weights, .images])
      BrightBars.source(count: 6, seed: 2)
        .fill(images: pass.images, labels: pass.labels, indices: 0..<6)
      for i in pass.images.indices { pass.images[i] = map(pass.images[i]) }
      pass.run()
      return (Array(pass.logits), Array(pass.imageGradient))
    }
    let first = try run(inside) { $0 }
    let second = try run(outside) { ($0 - 0.25) * 8 - 0.5 }
    #expect(largestDifference(first.logits, second.logits) < 1e-5)
    // In units of a pixel.
    let scaled = second.gradient.map { $0 * 8 }
    #expect(largestDifference(first.gradient, scaled) < 1e-5 * (scaled.max() ?? 0) + 1e-6)
  }

  @Test func `know of a weight whose gradient no step has written`() throws {
    let model = Model(Self.twins)
    let parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
    for (i, value) in model.initialParameters(seed: 1).enumerated() {
      parameters.values[i] = value
    }
    parameters.markChanged()
    let step = try TrainingStep(
      model, batchSize: 6,
      method: .nsl(
        multiplier: 1,
        neighbor: neighborSettings(stepSize: 0.1, gradientNorm: .infinity)),
      parameters: parameters)
    #expect(step.weightWithoutGradient == "conv2d/kernel")
    BrightBars.source(count: 6, seed: 2)
      .fill(images: step.images, labels: step.labels, indices: 0..<6)
    _ = step.run(.first(6))
    #expect(step.weightWithoutGradient == nil)
  }

  /// A pass over the first images, and their losses.
  private func losses(
    _ model: Model, _ order: [Int], mode: Mode, draw: Int = 0
  ) throws -> [Float] {
    let data = BrightBars.source(count: 6, seed: 2)
    let parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
    for (i, value) in model.initialParameters(seed: 3).enumerated() {
      parameters.values[i] = value
    }
    parameters.markChanged()
    let pass = LossPass(
      model, batchSize: 6, parameters: parameters, reduction: .mean, gradients: [], mode: mode)
    data.fill(images: pass.images, labels: pass.labels, indices: order[...])
    pass.setStreams {
      RandomStream(seed: 1, purpose: .dropout, epoch: 2, example: order[$0], draw: draw)
    }
    pass.run()
    return Array(pass.losses)
  }

  @Test func `drop by example, not by place in the batch`() throws {
    let model = Model(.small(normalization: false))
    let first = try losses(model, [0, 1, 2, 3, 4, 5], mode: .training)
    let turned = try losses(model, [5, 4, 3, 2, 1, 0], mode: .training)
    #expect(largestDifference(first, turned.reversed()) < 1e-6)
    let other = try losses(model, [0, 1, 2, 3, 4, 5], mode: .training, draw: 1 << 16)
    #expect(largestDifference(first, other) > 1e-3)
  }

  @Test func `drop nothing outside of training`() throws {
    let order = [0, 1, 2, 3, 4, 5]
    let dropping = try losses(Model(.small()), order, mode: .inference)
    let whole = try losses(Model(.small(dropout: 0)), order, mode: .inference)
    #expect(dropping == whole)
    #expect(try losses(Model(.small()), order, mode: .training) != whole)
  }

  @Test func `drop other elements in each pass of a step`() throws {
    func step(_ architecture: Architecture) throws -> StepReport {
      let model = Model(architecture)
      let parameters = ParameterVector(
        count: model.parameterCount, stateCount: model.stateCount)
      for (i, value) in model.initialParameters(seed: 3).enumerated() {
        parameters.values[i] = value
      }
      parameters.markChanged()
      let step = try TrainingStep(
        model, batchSize: 6,
        method: .nsl(
          multiplier: 1,
          // Neighbors that are the images themselves.
          neighbor: neighborSettings(stepSize: 0, gradientNorm: .infinity)),
        parameters: parameters)
      BrightBars.source(count: 6, seed: 2)
        .fill(images: step.images, labels: step.labels, indices: 0..<6)
      return step.run(.first(6))
    }
    let dropping = try step(.small())
    #expect((dropping.clean - dropping.scaledAdversarial).magnitude > 1e-4)
    let whole = try step(.small(dropout: 0))
    #expect(whole.clean == whole.scaledAdversarial)
  }

  @Test func `are kept by a checkpoint under Keras's names`() throws {
    let architecture = Architecture.small()
    let model = Model(architecture)
    #expect(
      model.weights.map(\.name) == [
        "conv2d/kernel", "batch_normalization/gamma", "batch_normalization/beta",
        "conv2d_1/kernel", "batch_normalization_1/gamma", "batch_normalization_1/beta",
        "dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias",
      ])
    #expect(
      model.state.map(\.name) == [
        "batch_normalization/moving_mean", "batch_normalization/moving_variance",
        "batch_normalization_1/moving_mean", "batch_normalization_1/moving_variance",
      ])
    var parameters = model.initialParameters(seed: 4)
    for i in parameters.indices { parameters[i] += Float(i) * 0x1p-10 }
    let checkpoint = Checkpoint(architecture: architecture, seed: 4, parameters: parameters)
    let bytes = checkpoint.encoded()
    #expect(try Checkpoint(decoding: bytes, origin: "w") == checkpoint)
    let header = String(decoding: bytes, as: UTF8.self)
    #expect(header.contains(#""batch_normalization_1/moving_variance":{"dtype":"F32","shape":[8]"#))
  }

  @Test(arguments: [
    // Inputs that are not there, in a circle, none; a layer that its input does not fit.
    (#"\"inputs\":[5]"#, #"\"inputs\":[6]"#), (#"\"inputs\":[2,4]"#, #"\"inputs\":[2,9]"#),
    (#"\"inputs\":[0]"#, #"\"inputs\":[ ]"#), (#"\"flatten\":{}"#, #"\"add\":{}    "#),
    (#"\"units\":3,"#, #"\"units\":4,"#), (#"\"rate\":0.25"#, #"\"rate\":1.25"#),
  ])
  func `of a damaged checkpoint are refused`(old: String, new: String) throws {
    let architecture = Architecture.small()
    let parameters = Model(architecture).initialParameters(seed: 4)
    var bytes = Checkpoint(architecture: architecture, seed: 4, parameters: parameters).encoded()
    let pattern = Array(old.utf8)
    let start = try #require(
      bytes.indices.first { bytes[$0...].prefix(pattern.count).elementsEqual(pattern) })
    #expect(old.utf8.count == new.utf8.count)
    bytes.replaceSubrange(start..<start + pattern.count, with: Array(new.utf8))
    #expect(throws: CheckpointError.self) { try Checkpoint(decoding: bytes, origin: "w") }
  }
}
