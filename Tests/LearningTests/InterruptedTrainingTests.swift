import Engine
import Learning
import Settings
import Measurements
import TestSupport
import Testing

/// What a training comes to, to the last bit.
private struct Ending: Equatable {
  var weights: [UInt32]
  var history: [EpochMetrics]
  var outcome: TrainingOutcome
  var epochs: [Int?]
  /// Weights that were kept, by epoch.
  var kept: [Int: [UInt32]]

  init(_ result: TrainingResult, kept: [Int: [UInt32]]) {
    weights = result.parameters.map(\.bitPattern)
    history = result.history
    outcome = result.outcome
    epochs = [result.stoppedEpoch, result.restoredEpoch]
    self.kept = kept
  }
}

/// A small training: 40 examples in batches of 16, so that the last one is smaller.
private struct Case: CustomTestStringConvertible {
  let name: String
  var architecture = BrightBars.architecture
  var configuration = BrightBars.configuration(epochs: 3)
  var count = 40
  var hasValidation = false
  var objective: (@Sendable (PassFactory) throws -> any TrainingObjective)?

  var testDescription: String { name }

  init(_ name: String, _ change: (inout Case) -> Void) {
    self.name = name
    change(&self)
  }

  var steps: Int { configuration.settings.epochs * ((count + 15) / 16) }

  func trainer() throws -> Trainer {
    try Trainer(
      model: Model(architecture), configuration: configuration,
      data: BrightBars.source(count: count, seed: 2),
      validation: hasValidation ? BrightBars.source(count: 20, seed: 3) : nil,
      objective: objective)
  }

  private struct Stopped: Error {}

  /// Trains in several processes, as it were: each but the last is stopped after so many steps, and what
  /// goes from one to the next are bytes.
  ///
  /// - Parameter stops: Numbers of steps since the beginning, rising.
  func train(stops: [Int] = []) throws -> Ending {
    var (bytes, kept, done) = ([UInt8]?.none, [Int: [UInt32]](), 0)
    for stop in stops {
      do {
        let from = try bytes.map { try TrainingSnapshot(decoding: $0, by: "me") }
        let result = try trainer().train(
          from: from, keep: { kept[$0] = $1.map(\.bitPattern) },
          betweenSteps: { snapshot in
            done += 1
            guard done == stop else { return }
            bytes = snapshot().encoded(by: "me")
            throw Stopped()
          })
        // Early stopping was earlier.
        return Ending(result, kept: kept)
      } catch is Stopped {}
    }
    let from = try bytes.map { try TrainingSnapshot(decoding: $0, by: "me") }
    let result = try trainer().train(from: from, keep: { kept[$0] = $1.map(\.bitPattern) })
    return Ending(result, kept: kept)
  }

  static let optimizers: [(String, Optimizer)] = [
    ("sgd", .sgd(momentum: 0, nesterov: false)),
    ("momentum", .sgd(momentum: 0.9, nesterov: false)),
    ("nesterov", .sgd(momentum: 0.9, nesterov: true)),
    ("rmsprop", .rmsprop(rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false)),
    ("rmsprop momentum", .rmsprop(rho: 0.9, momentum: 0.5, epsilon: 1e-7, centered: false)),
    ("rmsprop centered", .rmsprop(rho: 0.9, momentum: 0.5, epsilon: 1e-7, centered: true)),
    ("adagrad", .adagrad(initialAccumulator: 0.1, epsilon: 1e-7)),
    ("adam", .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7)),
    ("amsgrad", .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: true)),
  ]

  static let schedules: [(String, Schedule)] = [
    ("steps", Schedule(with(StepDecay()) { $0.boundariesSteps = [2, 5] })),
    (
      "exponential",
      Schedule(
        with(ExponentialDecay()) {
          ($0.decaySteps, $0.decayRate) = (2, 0.7)
        })
    ),
    ("cosine", Schedule(CosineDecay(), warmup: .steps(4))),
    ("one cycle", Schedule(OneCycle())),
  ]

  static let all: [Case] =
    optimizers.map { name, optimizer in
      Case(name) {
        $0.configuration.settings.optimizer = optimizer
        $0.configuration.settings.weightDecay = 0.01
      }
    }
    + schedules.map { name, schedule in
      Case(name) {
        $0.configuration.settings.schedule = schedule
        $0.configuration.settings.checkpointEvery = 1
      }
    } + [
      Case("nsl") {
        $0.configuration.method = .nsl(
          multiplier: 0.2, neighbor: neighborSettings(stepSize: 0.1, gradientNorm: .infinity))
        $0.configuration.settings.labelSmoothing = 0.1
      },
      Case("nsl with random starts") {
        $0.configuration.method = .nsl(
          multiplier: 0.5,
          neighbor: neighborSettings(
            stepSize: 0.05, gradientNorm: .infinity, clipMin: 0, clipMax: 1, pgdIterations: 3,
            pgdEpsilon: 0.1, randomInit: true))
      },
      Case("normalization and dropout") {
        $0.architecture = .small()
        $0.configuration.method = .nsl(
          multiplier: 0.2, neighbor: neighborSettings(stepSize: 0.1, gradientNorm: .l2))
      },
      Case("the best epoch's weights") {
        $0.architecture = .small()
        $0.configuration.settings.epochs = 5
        $0.configuration.settings.checkpointEvery = 2
        $0.hasValidation = true
        // No epoch is so much better than the second, and the fourth is the last.
        $0.configuration.settings.earlyStopping = EarlyStopping(
          monitor: .validationLoss, patience: 2, minDelta: 100, isMaximized: false,
          restoresBest: true, startFromEpoch: 1)
      },
      Case("patience") {
        $0.configuration.settings.epochs = 4
        $0.configuration.settings.earlyStopping = EarlyStopping(
          monitor: .loss, patience: 4, minDelta: 0, isMaximized: false, restoresBest: true,
          startFromEpoch: 0)
      },
      Case("whole batches, one an epoch") {
        $0.count = 16
        $0.configuration.settings.epochs = 6
      },
      Case("several updates on one batch") {
        $0.objective = { try Repeating($0) { _, _ in } }
      },
      Case("divergence") {
        $0.configuration.settings.optimizer = .sgd(momentum: 0.9, nesterov: false)
        // From the sixth step on, much too large.
        $0.configuration.settings.schedule = Schedule(
          with(StepDecay()) { ($0.boundariesSteps, $0.gamma) = ([5], 1e32) })
        $0.configuration.settings.epochs = 6
      },
    ]
}

private func with<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
  var value = value
  change(&value)
  return value
}

@Suite struct `A training that was interrupted` {
  @Test(arguments: Case.all)
  fileprivate func `comes to the same bytes, at whichever step`(setting: Case) throws {
    let whole = try setting.train()
    for stop in 1..<setting.steps {
      #expect(try setting.train(stops: [stop]) == whole, "stopped after step \(stop)")
    }
  }

  @Test(arguments: Case.all)
  fileprivate func `comes to the same bytes, however often`(setting: Case) throws {
    let seed = UInt64.random(in: 0..<1 << 32)
    var random = SplitMix64(seed: seed)
    let whole = try setting.train()
    for _ in 0..<2 {
      let stops = (1..<setting.steps).filter { _ in Bool.random(using: &random) }
      #expect(try setting.train(stops: stops) == whole, "stopped after \(stops), seed \(seed)")
    }
  }

  @Test func `is the training that it is said to be`() throws {
    func setting(_ name: String) throws -> Case {
      try #require(Case.all.first { $0.name == name })
    }
    let best = try setting("the best epoch's weights").train()
    #expect(best.epochs == [4, 2] && best.kept.keys.sorted() == [2, 4])
    let diverged = try setting("divergence").train()
    guard case .diverged(let epoch, _, _) = diverged.outcome else {
      Issue.record("\(diverged.outcome)")
      return
    }
    // So late that something comes before it.
    #expect(epoch > 1)
  }

  /// Bytes after so many steps.
  private func snapshot(_ setting: Case, after steps: Int = 4, by maker: String = "me") throws
    -> [UInt8]
  {
    var done = 0
    var made: TrainingSnapshot?
    _ = try setting.trainer().train(betweenSteps: { snapshot in
      done += 1
      if done == steps { made = snapshot() }
    })
    var snapshot = try #require(made)
    snapshot.seconds = 1.25
    let bytes = snapshot.encoded(by: maker)
    #expect(try TrainingSnapshot(decoding: bytes, by: maker) == snapshot)
    #expect(snapshot.epoch == 1 && snapshot.step == 1)
    return bytes
  }

  @Test func `does not go on from what is damaged, or somebody else's`() throws {
    let setting = try #require(Case.all.last { $0.hasValidation })
    let bytes = try snapshot(setting)
    func problem(_ bytes: [UInt8]) -> SealedFile.Problem? {
      do throws(SealedFile.Problem) {
        _ = try TrainingSnapshot(decoding: bytes, by: "me")
        return nil
      } catch {
        return error
      }
    }
    #expect(problem(bytes) == nil)
    for length in [0, 1, 31, 32, 40, bytes.count / 2, bytes.count - 1] {
      #expect(problem(Array(bytes.prefix(length))) == .damaged)
    }
    for place in stride(from: 0, to: bytes.count, by: 997) {
      var changed = bytes
      changed[place] ^= 4
      #expect(problem(changed) == .damaged)
    }
    #expect(problem(try snapshot(setting, by: "you")) == .foreign)
    // Sealed well, and no training.
    var other = SealedFile(by: "me")
    other.add(Array(#"{"seconds":1}"#.utf8))
    for _ in 0..<3 { other.add([0, 0, 0, 0]) }
    #expect(problem(other.finish()) == .damaged)
  }

  @Test func `goes on only from what fits it`() throws {
    let setting = try #require(Case.all.last { $0.hasValidation })
    let found = try TrainingSnapshot(decoding: try snapshot(setting), by: "me")
    func accepts(_ change: (inout Case) -> Void) throws -> Bool {
      var other = setting
      change(&other)
      return try other.trainer().accepts(found)
    }
    #expect(try accepts { _ in })
    #expect(try !accepts { $0.configuration.settings.epochs = 1 })
    #expect(try !accepts { $0.count = 16 })
    #expect(try !accepts { $0.architecture = BrightBars.architecture })
    #expect(try !accepts { $0.configuration.settings.earlyStopping = nil })
    #expect(try !accepts { $0.configuration.settings.earlyStopping?.patience = 3 })
    #expect(
      try !accepts { $0.configuration.settings.optimizer = .sgd(momentum: 0, nesterov: false) })
    #expect(try !accepts { $0.objective = { try Repeating($0) { _, _ in } } })
    #expect(
      try !accepts {
        $0.configuration.method = .nsl(multiplier: 0.1, neighbor: neighborSettings())
      })
  }
}
