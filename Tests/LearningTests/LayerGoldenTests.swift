import Engine
import FoundationEssentials
import Learning
import Settings
import TestSupport
import Testing

/// `layers-golden.json`, made by `make_layer_golden.py` beside it.
private struct LayerFile: Decodable {
  struct Step: Decodable {
    let losses: [String: Double]
    let weights: [FixtureTensor]
  }

  struct Training: Decodable {
    let network: String
    let adv_config: GoldenFile.Regularization?
    let weights: [FixtureTensor]
    let names: [String]
    let logits_inference: FixtureTensor
    let logits_after: FixtureTensor
    let steps: [Step]
  }

  let trainings: [Training]
  let batches_x: [FixtureTensor]
  let batches_y: [[Int32]]

  static let loaded = Result {
    try decoded(LayerFile.self, "layers-golden.json")
  }
}

extension Architecture {
  /// The networks of `make_layer_golden.py`.
  fileprivate static func golden(_ name: String) -> Architecture {
    func square(_ size: Int) -> Extent { Extent(height: size, width: size) }
    func convolution(
      _ filters: Int, _ kernel: Extent, strides: Extent = Extent(height: 1, width: 1),
      _ padding: Padding = .same, useBias: Bool = true
    ) -> Layer {
      .convolution2D(
        filters: filters, kernel: kernel, strides: strides, padding: padding, useBias: useBias)
    }
    let normalization = Layer.batchNormalization(momentum: 0.99, epsilon: 1e-3)
    let nodes: [Node]
    switch name {
    case "plain":
      nodes = [
        convolution(8, square(3), useBias: false), normalization, .activation(.relu),
        .averagePooling2D(window: square(2), strides: square(2), padding: .same),
        convolution(5, square(3), strides: square(2)), .activation(.tanh), .flatten,
        .dense(units: 6, useBias: true), .batchNormalization(momentum: 0.9, epsilon: 1e-3),
        .activation(.relu), .dense(units: 3, useBias: true),
      ].enumerated().map { Node($1, inputs: [$0 - 1]) }
    case "residual":
      nodes = [
        Node(convolution(4, square(3)), inputs: [-1]), Node(.activation(.relu), inputs: [0]),
        Node(convolution(4, square(3), useBias: false), inputs: [1]),
        Node(normalization, inputs: [2]), Node(.add, inputs: [1, 3]),
        Node(.activation(.relu), inputs: [4]),
        Node(
          .maxPooling2D(window: square(3), strides: square(2), padding: .same), inputs: [5]),
        Node(convolution(3, square(1), .valid), inputs: [6]),
        Node(convolution(5, Extent(height: 3, width: 2)), inputs: [6]),
        Node(.activation(.elu), inputs: [8]), Node(.concatenate, inputs: [7, 9]),
        Node(.globalAveragePooling2D, inputs: [10]),
        Node(.dense(units: 3, useBias: true), inputs: [11]),
      ]
    default:
      nodes = [
        Node(
          convolution(3, square(3), strides: Extent(height: 2, width: 3), .valid),
          inputs: [-1]), Node(.activation(.relu), inputs: [0]), Node(.flatten, inputs: [1]),
        Node(normalization, inputs: [2]), Node(.dense(units: 4, useBias: true), inputs: [3]),
        Node(.activation(.sigmoid), inputs: [4]), Node(.concatenate, inputs: [3, 5]),
        Node(.dense(units: 3, useBias: false), inputs: [6]),
      ]
    }
    return Architecture(
      input: Extent(height: 9, width: 8), inputChannels: 2, classes: 3, layers: nodes)
  }
}

/// Three steps of small networks, against TensorFlow and NSL: losses of passes in training mode,
/// weights, and the moving averages that every pass moves.
@Suite struct LayerGoldenTests {
  private struct Replay {
    let model: Model
    let parameters: ParameterVector

    init(_ training: LayerFile.Training) {
      model = Model(.golden(training.network))
      parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
      #expect(model.weights.count + model.state.count == training.weights.count)
      var offset = 0
      for (weight, tensor) in zip(model.weights + model.state, training.weights) {
        #expect(tensor.shape == weight.kerasShape, "\(weight.name)")
        for value in KerasOrder.toOurs(tensor.data[...], shape: weight.shape) {
          parameters.values[offset] = value
          offset += 1
        }
      }
      parameters.markChanged()
    }

    func compare(_ tensors: [FixtureTensor], _ names: [String], _ when: String) {
      var offset = 0
      for (index, weight) in (model.weights + model.state).enumerated() {
        let ours = Array(parameters.values[offset..<offset + weight.shape.count])
        offset += weight.shape.count
        let expected = KerasOrder.toOurs(tensors[index].data[...], shape: weight.shape)
        let difference = largestDifference(ours, expected)
        #expect(difference < 1e-5, "\(when): \(weight.name) (\(names[index])) by \(difference)")
      }
    }

    func logits(of images: FixtureTensor) throws -> [Float] {
      let pass = LossPass(
        model, batchSize: 6, parameters: parameters, reduction: .sum, gradients: [])
      _ = pass.images.update(from: images.imagesInOurOrder)
      pass.run()
      return Array(pass.logits)
    }
  }

  @Test(arguments: 0..<6)
  func `matches the reference's losses, weights and moving averages`(index: Int) throws {
    let file = try LayerFile.loaded.get()
    #expect(file.trainings.count == 6)
    let training = file.trainings[index]
    let replay = Replay(training)
    let before = try replay.logits(of: file.batches_x[0])
    #expect(largestDifference(before, training.logits_inference.data) < 2e-5)

    let method: TrainingMethod
    if let settings = training.adv_config {
      method = .nsl(
        multiplier: settings.multiplier,
        neighbor: neighborSettings(
          stepSize: settings.adv_step_size, gradientNorm: settings.adv_grad_norm,
          pgdIterations: settings.pgd_iterations ?? 1, pgdEpsilon: settings.pgd_epsilon))
    } else {
      method = .standard
    }
    let step = try TrainingStep(
      replay.model, batchSize: 6, method: method, parameters: replay.parameters)
    let optimizer = Optimizer.sgd(momentum: 0, nesterov: false)
    let state = optimizer.makeState(count: replay.model.parameterCount)
    for (number, expected) in training.steps.enumerated() {
      _ = step.images.update(from: file.batches_x[number].imagesInOurOrder)
      _ = step.labels.update(from: file.batches_y[number])
      let losses = step.run(.first(6))
      optimizer.update(
        replay.parameters.trainable, gradient: step.gradient, learningRate: 0.05, state: state)
      replay.parameters.markChanged()
      func isClose(_ value: Double, _ name: String) -> Bool {
        guard let expected = expected.losses[name] else { return training.adv_config == nil }
        return (value - expected).magnitude <= 1e-5 * expected.magnitude
      }
      #expect(isClose(losses.loss, "loss"), "\(losses), expected \(expected.losses)")
      #expect(isClose(losses.clean, "sparse_categorical_crossentropy"))
      #expect(isClose(losses.scaledAdversarial, "scaled_adversarial_loss"))
      replay.compare(expected.weights, training.names, "after step \(number + 1)")
    }
    let after = try replay.logits(of: file.batches_x[0])
    #expect(largestDifference(after, training.logits_after.data) < 2e-5)
  }
}
