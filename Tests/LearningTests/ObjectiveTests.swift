import Engine
import Glibc
import Learning
import Settings
import Measurements
import Testing

/// A training method as one would add it: cross-entropy of the clean images, and `beta` times the
/// divergence of the predictions on perturbed images from those on clean ones.
///
/// - Source: Zhang et al. 2019, arXiv:1901.08573 (TRADES), equation 5.
private final class Trades: TrainingObjective {
  static let divergence = "scaled_divergence"
  let metrics: [StepMetric] = [
    .loss(.ofExamples), StepMetric("sparse_categorical_crossentropy", .ofExamples),
    StepMetric(divergence, .ofExamples), .accuracy,
  ]
  private let beta: Float
  private let steps: Int
  private let clean: LossPass
  private let adversarial: LossPass
  private let ascent: LossPass

  init(beta: Float, steps: Int, _ factory: PassFactory) throws {
    (self.beta, self.steps) = (beta, steps)
    clean = factory.pass(.weights)
    adversarial = factory.pass(.weights)
    ascent = factory.pass(.images, mode: .inference)
  }

  var images: UnsafeMutableBufferPointer<Float> { clean.images }
  var labels: UnsafeMutableBufferPointer<Int32> { clean.labels }
  var gradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(clean.weightGradient) }
  var passes: [LossPass] { [clean, adversarial, ascent] }

  func run(_ step: inout StepContext, reporting report: inout StepReport) {
    step.forward(clean)
    let count = clean.batchSize
    let classes = clean.logits.count / count
    func row(_ pass: LossPass, _ n: Int) -> [Double] {
      logSoftmax(Array(pass.logits[n * classes..<(n + 1) * classes]))
    }
    let size = images.count / count
    for n in 0..<count {
      var stream = step.perturbation(n)
      for i in n * size..<(n + 1) * size { ascent.images[i] = images[i] + 0.1 * stream.normal() }
    }
    for _ in 0..<steps {
      ascent.run { n, logits, weights in
        let (p, q) = (row(clean, n), logSoftmax(Array(logits)))
        for k in 0..<classes { weights[k] = Float(exp(q[k]) - exp(p[k])) }
      }
      for i in images.indices { ascent.images[i] += ascent.imageGradient[i] > 0 ? 0.01 : -0.01 }
    }
    _ = adversarial.images.update(from: ascent.images)
    _ = adversarial.labels.update(from: labels)
    step.forward(adversarial)

    let divergences = (0..<count).map { n in
      zip(row(clean, n), row(adversarial, n)).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
    }
    let factor = beta / Float(count)
    adversarial.backward { n, _, weights in
      let (p, q) = (row(clean, n), row(adversarial, n))
      for k in 0..<classes { weights[k] = factor * Float(exp(q[k]) - exp(p[k])) }
    }
    clean.backward { n, logits, weights in
      crossEntropyGradient(
        logits, label: labels[n], times: 1 / Float(count), into: weights)
      let (p, q) = (row(clean, n), row(adversarial, n))
      for k in 0..<classes {
        weights[k] += factor * Float(exp(p[k]) * (p[k] - q[k] - divergences[n]))
      }
    }
    let (total, more) = (clean.weightGradient, adversarial.weightGradient)
    for i in total.indices { total[i] += more[i] }

    let crossEntropy = clean.losses.reduce(0) { $0 + Double($1) } / Double(count)
    let divergence = Double(beta) * divergences.reduce(0, +) / Double(count)
    report.loss = crossEntropy + divergence
    report["sparse_categorical_crossentropy"] = crossEntropy
    report[Self.divergence] = divergence
    report.correct = (0..<count).count { clean.prediction(of: $0) == labels[$0] }
  }

  private func logSoftmax(_ logits: [Float]) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let sum = log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
    return logits.map { Double($0) - largest - sum }
  }
}

/// Adversarial training "for free": several updates on each batch.
final class Repeating: TrainingObjective {
  let metrics: [StepMetric] = [.loss(.ofBatches), .accuracy]
  let updatesPerBatch = 3
  private let pass: LossPass
  private let note: (Int, RandomStream) -> Void

  init(_ factory: PassFactory, note: @escaping (Int, RandomStream) -> Void) throws {
    pass = factory.pass(.weights)
    self.note = note
  }

  var images: UnsafeMutableBufferPointer<Float> { pass.images }
  var labels: UnsafeMutableBufferPointer<Int32> { pass.labels }
  var gradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(pass.weightGradient) }
  var passes: [LossPass] { [pass] }

  func run(_ step: inout StepContext, reporting report: inout StepReport) {
    step.run(pass)
    note(step.update, step.perturbation(0))
    report.loss = pass.losses.reduce(0) { $0 + Double($1) } / Double(pass.batchSize)
  }
}

@Suite struct `A training objective of one's own` {
  private let model = Model(BrightBars.architecture)

  private func train(
    _ configuration: TrainingConfiguration, count: Int = 40,
    _ objective: @escaping (PassFactory) throws -> any TrainingObjective
  ) throws -> TrainingResult {
    try Trainer(
      model: model, configuration: configuration, data: BrightBars.source(count: count, seed: 2),
      objective: objective
    ).train()
  }

  @Test func `differentiates what follows from the logits of two passes`() throws {
    let parameters = ParameterVector(count: model.parameterCount)
    for (i, value) in model.initialParameters(seed: 1).enumerated() {
      parameters.values[i] = value
    }
    parameters.markChanged()
    // Without steps the perturbed images do not depend on the weights.
    let step = try TrainingStep(PassFactory(model: model, batchSize: 6, parameters: parameters)) {
      try Trades(beta: 3, steps: 0, $0)
    }
    BrightBars.source(count: 6, seed: 2)
      .fill(images: step.images, labels: step.labels, indices: 0..<6)
    let loss = step.run(.first(6)).loss
    #expect(loss > 0.1)
    let gradient = Array(step.gradient)
    let largest = gradient.map(abs).max() ?? 0
    var random = RandomStream(seed: 7, purpose: .noise)
    let width: Float = 1e-2
    for _ in 0..<12 {
      // The slope in a random direction.
      let direction = gradient.map { _ in random.normal() }
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      func loss(_ t: Float) -> Double {
        for i in direction.indices { parameters.values[i] += t * direction[i] / length }
        parameters.markChanged()
        defer { for i in direction.indices { parameters.values[i] -= t * direction[i] / length } }
        return step.run(.first(6)).loss
      }
      let slope = (loss(width) - loss(-width)) / Double(2 * width)
      let expected = zip(gradient, direction).reduce(0) { $0 + Double($1.0 * $1.1 / length) }
      #expect((slope - expected).magnitude < 0.02 * Double(largest), "\(slope), \(expected)")
    }
  }

  @Test func `has its own columns, and is learned, stopped and repeated like any other`() throws {
    var configuration = BrightBars.configuration(epochs: 4)
    configuration.settings.earlyStopping = EarlyStopping(
      monitor: .init(Trades.divergence), patience: 1, minDelta: 1e3, isMaximized: false,
      restoresBest: false, startFromEpoch: 0)
    let objective: (PassFactory) throws -> any TrainingObjective = {
      try Trades(beta: 1, steps: 2, $0)
    }
    let stopped = try train(configuration, count: 200, objective)
    #expect(stopped.stoppedEpoch == 2)
    configuration.settings.earlyStopping = nil
    let result = try train(configuration, count: 200, objective)
    #expect(try train(configuration, count: 200, objective).history == result.history)
    let last = try #require(result.history.last)
    #expect(
      last.means.map(\.name) == [
        "loss", "sparse_categorical_crossentropy", "scaled_divergence",
        "sparse_categorical_accuracy",
      ])
    #expect(last.accuracy > 0.9)
    let divergence = try #require(last[Trades.divergence])
    let clean = try #require(last["sparse_categorical_crossentropy"])
    #expect(divergence > 0 && (last.loss - clean - divergence).magnitude < 1e-9)
  }

  @Test func `may update the weights several times on one batch`() throws {
    var updates: [Int] = []
    var draws: [Float] = []
    let result = try train(BrightBars.configuration(epochs: 1)) {
      try Repeating($0) { update, stream in
        var stream = stream
        updates.append(update)
        draws.append(stream.uniform())
      }
    }
    #expect(updates == [0, 1, 2, 0, 1, 2, 0, 1, 2])
    #expect(Set(draws).count == 9)
    let once = try train(BrightBars.configuration(epochs: 1)) { StandardTraining($0) }
    #expect(result.history[0].loss < once.history[0].loss)
    #expect(result.history[0]["sparse_categorical_accuracy"] == nil)
  }

  @Test func `is not monitored for numbers that it does not report`() {
    var configuration = BrightBars.configuration()
    for name in ["scaled_divergence", "val_loss"] {
      configuration.settings.earlyStopping = EarlyStopping(
        monitor: .init(name), patience: 1, minDelta: 0, isMaximized: false, restoresBest: false,
        startFromEpoch: 0)
      let error = #expect(throws: LearningError.self) {
        _ = try train(configuration) { try StandardTraining($0) }
      }
      #expect(error?.code == .unknownMonitor)
    }
  }
}
