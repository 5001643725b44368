import FoundationEssentials
import Learning
import TestSupport
import Testing

/// `schedules.json`, made by `make_schedule_vectors.py` beside it.
private struct ScheduleFile: Decodable {
  struct Span: Decodable {
    let steps: Double?
    let epochs: Double?
    var span: LearningRateSchedule.Span { steps.map { .steps($0) } ?? .epochs(epochs ?? 0) }
  }
  struct Settings: Decodable {
    let at: [Span]?
    let size: Span?
    let decay: Span?
    let gamma: Double?
    let rate: Double?
    let staircase: Bool?
    let alpha: Double?
    let pct_start: Double?
    let div_factor: Double?
    let final_div_factor: Double?
  }
  struct Case: Decodable {
    let library: String
    let shape: [String: Settings]
    let warmup: Span?
    let warmup_start_factor: Double?
    let rates: [Double]

    func schedule() throws -> LearningRateSchedule {
      let (name, settings) = try #require(shape.first)
      let shape: LearningRateSchedule.Shape =
        switch name {
        case "step": .step(size: try #require(settings.size).span, gamma: settings.gamma ?? 0)
        case "boundaries":
          .boundaries(try #require(settings.at).map(\.span), gamma: settings.gamma ?? 0)
        case "exponential":
          .exponential(
            decay: try #require(settings.decay).span, rate: settings.rate ?? 0,
            staircase: settings.staircase ?? false)
        case "cosine": .cosine(decay: settings.decay?.span, alpha: settings.alpha ?? 0)
        case "one_cycle":
          .oneCycle(
            pctStart: settings.pct_start ?? 0, divFactor: settings.div_factor ?? 0,
            finalDivFactor: settings.final_div_factor ?? 0)
        default: .constant
        }
      return LearningRateSchedule(
        shape, warmup: warmup?.span, warmupStartFactor: warmup_start_factor ?? 0)
    }
  }
  let base: Double
  let steps_per_epoch: Int
  let epochs: Int
  let cases: [Case]
}

@Suite struct ScheduleTests {
  @Test func `follow those of Keras and of PyTorch`() throws {
    let file = try JSONDecoder().decode(ScheduleFile.self, from: fixture("schedules.json"))
    #expect(file.cases.count == 14)
    for vector in file.cases {
      let schedule = try vector.schedule()
      #expect(vector.rates.count == file.steps_per_epoch * file.epochs)
      for (step, expected) in vector.rates.enumerated() {
        let rate = schedule.rate(
          at: step, base: file.base, stepsPerEpoch: file.steps_per_epoch, epochs: file.epochs)
        // Keras rounds some of its settings to single precision, and raises one to the fourth power.
        #expect(
          (rate - expected).magnitude <= 3e-7 * expected.magnitude + 1e-12,
          "\(vector.library) \(schedule), step \(step): \(rate), expected \(expected)")
      }
    }
  }

  private static let shapes: [LearningRateSchedule.Shape] = [
    .constant, .step(size: .epochs(1), gamma: 0.5), .boundaries([.steps(3)], gamma: 0.5),
    .exponential(decay: .steps(4), rate: 0.5, staircase: false), .cosine(decay: nil, alpha: 0),
    .oneCycle(pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4),
    .oneCycle(pctStart: 1, divFactor: 25, finalDivFactor: 1e4),
  ]

  @Test(arguments: shapes)
  func `are finite and never above their rate, however short training is`(
    shape: LearningRateSchedule.Shape
  ) {
    for warmup in [nil, LearningRateSchedule.Span.steps(2), .epochs(0.5), .steps(100)] {
      let schedule = LearningRateSchedule(shape, warmup: warmup, warmupStartFactor: 0.1)
      for (perEpoch, epochs) in [(1, 1), (1, 3), (2, 1), (7, 2)] {
        for step in 0..<perEpoch * epochs {
          let rate = schedule.rate(at: step, base: 0.1, stepsPerEpoch: perEpoch, epochs: epochs)
          #expect(
            rate >= 0 && rate <= 0.1 * (1 + 1e-12), "\(schedule) \(perEpoch) \(epochs) \(step)")
        }
      }
    }
  }

  @Test(arguments: shapes)
  func `decide the rate of every step of training`(shape: LearningRateSchedule.Shape) throws {
    var configuration = BrightBars.configuration(epochs: 3)
    configuration.optimizer = .sgd(momentum: 0, nesterov: false)
    configuration.schedule = LearningRateSchedule(shape, warmup: .steps(2), warmupStartFactor: 0.5)
    let result = try train(configuration)
    let schedule = try #require(configuration.schedule)
    #expect(result.outcome == .finished)
    // 40 examples are three steps of an epoch.
    #expect(
      result.history.map(\.learningRate)
        == [2, 5, 8].map { schedule.rate(at: $0, base: 0.01, stepsPerEpoch: 3, epochs: 3) })
    #expect(try train(configuration).parameters == result.parameters)
    configuration.schedule = nil
    #expect(try train(configuration).history.allSatisfy { $0.learningRate == nil })
  }

  @Test func `that stay where they are change nothing`() throws {
    var configuration = BrightBars.configuration(epochs: 2)
    let plain = try train(configuration)
    configuration.schedule = LearningRateSchedule(.constant)
    #expect(try train(configuration).parameters == plain.parameters)
    // The rate of the first step of a warm-up from 0 is 0.
    configuration.schedule = LearningRateSchedule(.constant, warmup: .steps(9))
    (configuration.epochs, configuration.batchSize) = (1, 64)
    let model = Model(BrightBars.architecture)
    #expect(try train(configuration).parameters == model.initialParameters(seed: 1))
  }

  private func train(_ configuration: TrainingConfiguration) throws -> TrainingResult {
    try Trainer(
      model: Model(BrightBars.architecture), configuration: configuration,
      data: BrightBars.source(count: 40, seed: 2)
    ).train()
  }
}
