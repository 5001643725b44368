/// How a row came to its end.
package enum RowStatus: String, Codable, Hashable, Sendable, CaseIterable {
  case ok
  /// The loss or the weights stopped being finite numbers.
  case diverged
  /// The worker died or reported an error.
  case crashed
  case timedOut = "timed-out"
  case cancelled
}

/// What one evaluation measured.
package struct Measurement: Codable, Hashable, Sendable {
  /// At least 1.
  package var examples: Int
  /// In `0...examples`.
  package var correct: Int
  /// Softmax cross-entropy in nats, mean over the examples.
  package var loss: Float
  /// Largest absolute change of a pixel, mean over the examples, in pixel units.
  package var meanLinf: Float
  /// Euclidean length of the perturbation, mean over the examples, in pixel units.
  package var meanL2: Float

  package init(examples: Int, correct: Int, loss: Float, meanLinf: Float, meanL2: Float) {
    self.examples = examples
    self.correct = correct
    self.loss = loss
    self.meanLinf = meanLinf
    self.meanL2 = meanL2
  }
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
  /// The attack's label; `clean` where there is none.
  package var attack: String
  /// Whose gradients made the perturbations: `self` or a model's name; empty where clean.
  package var source: String
  /// `linf`, `l2` or `l1`; empty where clean.
  package var norm: String
  /// Radius of the perturbations in pixel units; 0 where clean.
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
}

/// The numbers of a row that ended well.
package struct RowMetrics: Hashable, Sendable {
  package let examples: Int
  package let correct: Int
  /// `correct / examples`.
  package let accuracy: Double
  /// Wilson's 95 % interval of `accuracy`.
  package let accuracyInterval: ClosedRange<Double>
  package let loss: Double
  package let meanLinf: Double
  package let meanL2: Double

  init(examples: Int, correct: Int, loss: Double, meanLinf: Double, meanL2: Double) {
    self.examples = examples
    self.correct = correct
    accuracy = Double(correct) / Double(examples)
    accuracyInterval = Statistics.wilsonInterval(correct: correct, examples: examples)
    self.loss = loss
    self.meanLinf = meanLinf
    self.meanL2 = meanL2
  }
}

/// One row of `results.csv`: one model of one run under one attack, or clean.
package struct ResultRow: Hashable, Sendable {
  package let key: RowKey
  package let status: RowStatus
  /// There if, and only if, `status` is `ok`.
  package let metrics: RowMetrics?

  /// A row that ended well.
  package init(_ key: RowKey, _ measurement: Measurement) {
    self.init(
      key,
      metrics: RowMetrics(
        examples: measurement.examples, correct: measurement.correct,
        loss: NumberText.widened(measurement.loss),
        meanLinf: NumberText.widened(measurement.meanLinf),
        meanL2: NumberText.widened(measurement.meanL2)))
  }

  /// A row that has no numbers.
  package init(_ key: RowKey, failed status: RowStatus) {
    precondition(status != .ok, "a row that ended well has a measurement")
    self.key = key
    self.status = status
    metrics = nil
  }

  init(_ key: RowKey, metrics: RowMetrics) {
    self.key = key
    self.status = .ok
    self.metrics = metrics
  }
}
