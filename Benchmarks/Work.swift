import Engine
import Learning
import Settings

/// A network with one batch of noise in `0...1`.
struct Work {
  static let nsl: TrainingMethod = {
    var settings = NSL()
    settings.advStepSize = 0.2
    settings.advGradNorm = .infinity
    return TrainingMethod(settings)
  }()

  let model: Model
  let parameters: ParameterVector
  let batchSize: Int
  let threads: ThreadPool

  init(_ network: Network, batchSize: Int, threads: ThreadPool = ThreadPool()) {
    model = network.model
    self.threads = threads
    self.batchSize = batchSize
    let initial = model.initialParameters(seed: 1)
    parameters = ParameterVector(count: model.parameterCount, stateCount: model.stateCount)
    for index in initial.indices { parameters.values[index] = initial[index] }
    parameters.markChanged()
  }

  private func load(
    _ images: UnsafeMutableBufferPointer<Float>, _ labels: UnsafeMutableBufferPointer<Int32>
  ) {
    var random = RandomStream(seed: 1, purpose: .noise)
    for index in images.indices { images[index] = random.uniform() }
    for index in labels.indices { labels[index] = Int32(random.integer(below: 10)) }
  }

  /// One training step with Adam, as the trainer takes it.
  func trainingStep(_ method: TrainingMethod) throws -> () -> Void {
    let step = try TrainingStep(
      model, batchSize: batchSize, method: method, parameters: parameters, threads: threads)
    load(step.images, step.labels)
    let optimizer = Optimizer(Adam())
    let state = optimizer.makeState(count: model.parameterCount)
    let context = StepContext(seed: 1, examples: Array(0..<batchSize)[...])
    return {
      // No learning, so that every step does the same work on the same numbers.
      _ = step.run(
        context, updating: parameters, with: optimizer, learningRate: 0, state: state)
    }
  }

  /// A pass with the given gradients.
  func pass(_ gradients: LossPass.Gradients, _ mode: Mode = .inference) throws -> LossPass {
    let pass = LossPass(
      model, batchSize: batchSize, parameters: parameters, reduction: .mean, gradients: gradients,
      mode: mode)
    load(pass.images, pass.labels)
    return pass
  }

  /// An evaluation of images of noise, attacked or not, with all its checks.
  func evaluation(of examples: Int, attack: (any Attack)?) throws -> () -> Void {
    let evaluator = try Evaluator(
      subject: TrainedModel(model: model, parameters: Array(parameters.values)), attack: attack,
      batchSize: batchSize, seed: 1, compiled: CompiledModels(limit: 0, threads: threads))
    let source = Noise(count: examples, imageSize: model.inputShape.count)
    return {
      do {
        _ = try evaluator.evaluate(source)
      } catch {
        fatalError("an evaluation of noise failed: \(error)")
      }
    }
  }
}

/// Images of noise, as bytes like a data set's.
private final class Noise: ExampleSource {
  let count: Int
  private let imageSize: Int
  private let images: [UInt8]

  init(count: Int, imageSize: Int) {
    self.count = count
    self.imageSize = imageSize
    var random = RandomStream(seed: 2, purpose: .noise)
    images = (0..<count * imageSize).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  func fill(
    images target: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>,
    indices: some Sequence<Int>
  ) -> Int {
    var place = 0
    for index in indices {
      for pixel in 0..<imageSize {
        target[place * imageSize + pixel] = Float(images[index * imageSize + pixel]) / 255
      }
      labels[place] = Int32(index % 10)
      place += 1
    }
    return place
  }
}
