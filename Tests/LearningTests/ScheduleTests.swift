import FoundationEssentials
import Learning
import Settings
import Measurements
import TestSupport
import Testing

private typealias WarmupSpan = Settings.Span

/// Settings with some of them changed.
private func change<Value>(
  _ settings: Value, _ change: (inout Value) throws -> Void
) rethrows -> Value {
  var settings = settings
  try change(&settings)
  return settings
}

/// `schedules.json`, made by `make_schedule_vectors.py` beside it.
private struct ScheduleFile: Decodable {
  struct Span: Decodable {
    let steps: Double?
    let epochs: Double?
    var count: Int? { steps.map { Int($0) } }
    var span: WarmupSpan { steps.map { .steps($0) } ?? .epochs(epochs ?? 0) }
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

    func shape(named name: String) throws -> any ShapeDeclaration {
      switch name {
      case "step":
        try change(StepDecay()) {
          let size = try #require(size)
          ($0.stepSizeSteps, $0.stepSizeEpochs) = (size.count, size.epochs.map { Int($0) })
          $0.gamma = gamma ?? 0
        }
      case "boundaries":
        try change(StepDecay()) {
          let places = try #require(at)
          if places.allSatisfy({ $0.steps != nil }) {
            $0.boundariesSteps = places.compactMap(\.count)
          } else {
            $0.boundariesEpochs = places.compactMap { $0.epochs.map { Int($0) } }
          }
          $0.gamma = gamma ?? 0
        }
      case "exponential":
        try change(ExponentialDecay()) {
          let length = try #require(decay)
          ($0.decaySteps, $0.decayEpochs) = (length.count, length.epochs)
          ($0.decayRate, $0.staircase) = (rate ?? 0, staircase ?? false)
        }
      case "cosine":
        change(CosineDecay()) {
          ($0.decaySteps, $0.decayEpochs) = (decay?.count, decay?.epochs)
          $0.alpha = alpha ?? 0
        }
      case "one_cycle":
        change(OneCycle()) {
          ($0.pctStart, $0.divFactor) = (pct_start ?? 0, div_factor ?? 0)
          $0.finalDivFactor = final_div_factor ?? 0
        }
      default: ConstantRate()
      }
    }
  }
  struct Case: Decodable {
    let library: String
    let shape: [String: Settings]
    let warmup: Span?
    let warmup_start_factor: Double?
    let rates: [Double]

    func schedule() throws -> Schedule {
      let (name, settings) = try #require(shape.first)
      return Schedule(
        try settings.shape(named: name), warmup: warmup?.span,
        warmupStartFactor: warmup_start_factor ?? 0)
    }
  }
  let base: Double
  let steps_per_epoch: Int
  let epochs: Int
  let cases: [Case]
}

@Suite struct ScheduleTests {
  @Test func `follow those of Keras and of PyTorch`() throws {
    let file = try decoded(ScheduleFile.self, "schedules.json")
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

  private static let shapes: [any ShapeDeclaration] = [
    ConstantRate(),
    change(StepDecay()) { ($0.stepSizeEpochs, $0.gamma) = (1, 0.5) },
    change(StepDecay()) { ($0.boundariesSteps, $0.gamma) = ([3], 0.5) },
    change(ExponentialDecay()) { ($0.decaySteps, $0.decayRate) = (4, 0.5) },
    CosineDecay(), OneCycle(), change(OneCycle()) { $0.pctStart = 1 },
  ]

  @Test(arguments: shapes.indices)
  func `are finite and never above their rate, however short training is`(
    index: Int
  ) {
    for warmup in [nil, WarmupSpan.steps(2), .epochs(0.5), .steps(100)] {
      let schedule = Schedule(Self.shapes[index], warmup: warmup, warmupStartFactor: 0.1)
      for (perEpoch, epochs) in [(1, 1), (1, 3), (2, 1), (7, 2)] {
        for step in 0..<perEpoch * epochs {
          let rate = schedule.rate(at: step, base: 0.1, stepsPerEpoch: perEpoch, epochs: epochs)
          #expect(
            rate >= 0 && rate <= 0.1 * (1 + 1e-12), "\(schedule) \(perEpoch) \(epochs) \(step)")
        }
      }
    }
  }

  @Test(arguments: shapes.indices)
  func `decide the rate of every step of training`(index: Int) throws {
    var configuration = BrightBars.configuration(epochs: 3)
    configuration.settings.optimizer = .sgd(momentum: 0, nesterov: false)
    configuration.settings.schedule = Schedule(
      Self.shapes[index], warmup: .steps(2), warmupStartFactor: 0.5)
    let result = try train(configuration)
    let schedule = try #require(configuration.settings.schedule)
    #expect(result.outcome == .finished)
    // 40 examples are three steps of an epoch.
    #expect(
      result.history.map(\.learningRate)
        == [2, 5, 8].map { schedule.rate(at: $0, base: 0.01, stepsPerEpoch: 3, epochs: 3) })
    #expect(try train(configuration).parameters == result.parameters)
    configuration.settings.schedule = nil
    #expect(try train(configuration).history.allSatisfy { $0.learningRate == nil })
  }

  @Test func `that stay where they are change nothing`() throws {
    var configuration = BrightBars.configuration(epochs: 2)
    let plain = try train(configuration)
    configuration.settings.schedule = Schedule(ConstantRate())
    #expect(try train(configuration).parameters == plain.parameters)
    // The rate of the first step of a warm-up from 0 is 0.
    configuration.settings.schedule = Schedule(ConstantRate(), warmup: .steps(9))
    (configuration.settings.epochs, configuration.settings.batchSize) = (1, 64)
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
