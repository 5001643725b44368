package import Measurements
internal import Statistics

/// How a row came to its end.
package enum RowStatus: String, Codable, Hashable, Sendable, CaseIterable {
  case ok
  /// The loss or the weights stopped being finite numbers.
  case diverged
  /// The worker died or reported an error.
  case crashed
  /// The worker said nothing any more, and was ended.
  case hung
  /// There was not enough memory for it, or the system has killed it to have some.
  case outOfMemory = "out-of-memory"
  /// There was no room to store what came of it.
  case diskFull = "disk-full"
  /// It took longer than it may.
  case timedOut = "timed-out"
  /// Something else has stopped it.
  case cancelled
}

/// What a row is about; no two rows of a table have the same one.
package struct RowKey: Hashable, Sendable {
  /// The run's folder below `runs/`.
  package var run: String
  /// One value per axis of the table, as the spec wrote it.
  package var point: [String]
  package var seed: Int
  package var dataset: String
  package var model: String
  /// The attack's label, of a corruption with its severity; `clean` where there is none.
  package var attack: String
  /// Whose gradients made the perturbations: `self` or a model's name; empty where there
  /// is no ball: clean or corrupted.
  package var source: String
  /// `linf`, `l2` or `l1`; empty where there is no ball.
  package var norm: String
  /// Radius of the perturbations in pixel units; 0 where there is no ball.
  package var epsilon: Double

  /// The key of a clean row.
  package init(run: String, point: [String], seed: Int, dataset: String, model: String) {
    self.init(
      run: run, point: point, seed: seed, dataset: dataset, model: model, attack: "clean",
      source: "", norm: "", epsilon: 0)
  }

  package init(
    run: String, point: [String], seed: Int, dataset: String, model: String, attack: String,
    source: String, norm: String, epsilon: Double
  ) {
    self.run = run
    self.point = point
    self.seed = seed
    self.dataset = dataset
    self.model = model
    self.attack = attack
    self.source = source
    self.norm = norm
    self.epsilon = epsilon
  }

  package var isClean: Bool { attack == "clean" }

  /// What tells the row apart in a diff.
  package var withoutRun: RowKey {
    var key = self
    key.run = ""
    return key
  }
}

extension Measurement {
  /// Wilson's 95 % interval of the accuracy.
  package var accuracyInterval: ClosedRange<Double> {
    ConfidenceInterval.wilson(successes: correct, trials: examples)
  }

  /// As tables hold it: in single precision, which is what is measured.
  ///
  /// See ``NumberText/widened(_:)``.
  var rounded: Measurement {
    var measurement = self
    measurement.loss = NumberText.rounded(loss)
    measurement.meanLinf = NumberText.rounded(meanLinf)
    measurement.meanL2 = NumberText.rounded(meanL2)
    measurement.attack = attack?.rounded
    return measurement
  }

  /// The number of one of `results.csv`'s metrics; `nil` where the row has none.
  func value(_ column: Column) -> Double? {
    switch column {
    case .examples: Double(examples)
    case .correct: Double(correct)
    case .accuracy: accuracy
    case .accuracyLow: accuracyInterval.lowerBound
    case .accuracyHigh: accuracyInterval.upperBound
    case .loss: loss
    case .meanLinf: meanLinf
    case .meanL2: meanL2
    default: attack?.value(column, examples: examples)
    }
  }
}

/// One row of `results.csv`: one model of one run under one attack, or clean.
package struct ResultRow: Hashable, Sendable {
  package let key: RowKey
  package let status: RowStatus
  /// There if, and only if, `status` is `ok`; rounded.
  package let metrics: Measurement?

  /// A row that ended well.
  package init(_ key: RowKey, _ measurement: Measurement) {
    self.key = key
    status = .ok
    metrics = measurement.rounded
  }

  /// A row that has no numbers.
  package init(_ key: RowKey, failed status: RowStatus) {
    precondition(status != .ok, "a row that ended well has a measurement")
    self.key = key
    self.status = status
    metrics = nil
  }
}
