import Engine
import FoundationEssentials
import Learning
import Settings
import Measurements
import TestSupport
import Testing

/// `early-stopping.json`, made by `make_early_stopping.py` beside it.
private struct EarlyStoppingFile: Decodable {
  struct Expected: Decodable {
    let epochs: Int
    let stopped: Bool
    let weights: Int
  }
  struct Case: Decodable {
    let values: [Double]
    let monitor: String
    let min_delta: Double
    let patience: Int
    let mode: String
    let restore_best: Bool
    let start_from_epoch: Int
    let expected: Expected

    var settings: EarlyStopping {
      EarlyStopping(
        monitor: .loss, patience: patience, minDelta: min_delta,
        isMaximized: mode == "max" || mode == "auto" && monitor.hasSuffix("accuracy"),
        restoresBest: restore_best, startFromEpoch: start_from_epoch)
    }
  }
  let cases: [Case]
}

@Suite struct `Early stopping` {
  @Test func `ends and restores as Keras's callback`() throws {
    let file = try decoded(EarlyStoppingFile.self, "early-stopping.json")
    #expect(file.cases.count == 60)
    for vector in file.cases {
      var state = EarlyStoppingState(vector.settings)
      var (epochs, stopped) = (0, false)
      for value in vector.values where !stopped {
        epochs += 1
        stopped = state.observe(value, epoch: epochs).stops
      }
      let weights = vector.restore_best ? state.bestEpoch ?? epochs : epochs
      #expect(epochs == vector.expected.epochs, "\(vector)")
      #expect(stopped == vector.expected.stopped, "\(vector)")
      #expect(weights == vector.expected.weights, "\(vector)")
    }
  }

  private func train(
    _ configuration: TrainingConfiguration, count: Int = 60, flipped: Bool = false
  ) throws -> TrainingResult {
    let source = BrightBars.source(count: count + 20, seed: 2)
    let validation: any ExampleSource =
      flipped ? BrightBars.source(count: 20, seed: 5) : ExampleRange(source, count..<count + 20)
    return try Trainer(
      model: Model(BrightBars.architecture), configuration: configuration,
      data: ExampleRange(source, 0..<count), validation: validation
    ).train()
  }

  @Test func `validation is never trained on and measured as evaluations are`() throws {
    var configuration = BrightBars.configuration(epochs: 3)
    configuration.settings.labelSmoothing = 0.2
    let result = try train(configuration)
    let other = try train(configuration, flipped: true)
    #expect(result.parameters == other.parameters)
    #expect(result.history.map(\.loss) == other.history.map(\.loss))
    #expect(result.history.map(\.validationLoss) != other.history.map(\.validationLoss))
    let plain = try Trainer(
      model: Model(BrightBars.architecture), configuration: configuration,
      data: BrightBars.source(count: 60, seed: 2)
    ).train()
    #expect(plain.parameters == result.parameters)
    #expect(plain.history.allSatisfy { $0.validationLoss == nil && $0.validationAccuracy == nil })
    let evaluation = try Evaluator(
      subject: TrainedModel(model: Model(BrightBars.architecture), parameters: result.parameters),
      attack: nil, batchSize: 16, seed: 0
    ).evaluate(ExampleRange(BrightBars.source(count: 80, seed: 2), 60..<80))
    let last = try #require(result.history.last)
    #expect((try #require(last.validationLoss) - evaluation.measurement.loss).magnitude < 1e-5)
    #expect(last.validationAccuracy == Double(evaluation.measurement.correct) / 20)
  }

  @Test func `gives back the weights of the best epoch`() throws {
    var configuration = BrightBars.configuration(epochs: 6)
    // No epoch is so much better than the first.
    configuration.settings.earlyStopping = EarlyStopping(
      monitor: .validationLoss, patience: 2, minDelta: 100, isMaximized: false, restoresBest: true,
      startFromEpoch: 1)
    let result = try train(configuration)
    #expect(result.history.count == 4 && result.outcome == .finished)
    #expect(result.stoppedEpoch == 4 && result.restoredEpoch == 2)
    configuration.settings.earlyStopping?.restoreBest = false
    let last = try train(configuration)
    #expect(last.stoppedEpoch == 4 && last.restoredEpoch == nil)
    configuration.settings.earlyStopping = nil
    configuration.settings.epochs = 2
    #expect(try train(configuration).parameters == result.parameters)
    configuration.settings.epochs = 4
    #expect(try train(configuration).parameters == last.parameters)
  }

  @Test(arguments: [(0, 1), (1, 2), (3, 3)])
  func `gives them back where training comes to its last epoch, too`(
    startFromEpoch: Int, best: Int
  ) throws {
    var configuration = BrightBars.configuration(epochs: 3)
    // No epoch is so much better than the first that counts, and patience does not end.
    configuration.settings.earlyStopping = EarlyStopping(
      monitor: .sparseCategoricalAccuracy, patience: 5, minDelta: 1, isMaximized: true,
      restoresBest: true, startFromEpoch: startFromEpoch)
    let result = try train(configuration)
    #expect(result.history.count == 3 && result.stoppedEpoch == nil)
    // Where no epoch counts, the last weights stay.
    #expect(result.restoredEpoch == (startFromEpoch == 3 ? nil : best))
    configuration.settings.earlyStopping = nil
    configuration.settings.epochs = best
    #expect(try train(configuration).parameters == result.parameters)
  }

  @Test(arguments: [(10, 0.3, 7), (60000, 0.1, 54000), (3, 0.5, 1), (100, 0.29, 71)])
  func `splits where Keras does`(count: Int, share: Double, expected: Int) throws {
    let source = BrightBars.source(count: min(count, 100), seed: 1)
    #expect(ExampleRange.trainingCount(of: count, validation: share) == expected)
    if count <= 100 {
      let (training, validation) = try ExampleRange.split(source, validation: share)
      #expect(training.count == expected && validation.count == count - expected)
    }
  }

  @Test func `needs examples on both sides of the split`() {
    let source = BrightBars.source(count: 2, seed: 1)
    #expect(throws: LearningError.self) { _ = try ExampleRange.split(source, validation: 0.9) }
    #expect(throws: LearningError.self) { _ = try ExampleRange.split(source, validation: 1e-20) }
  }
}
