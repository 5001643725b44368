/// An experiment as tools see it that track experiments.
package struct TrackedExperiment {
  package var name: String
  package var description: String?
  package var tags: [String]
  /// The columns of swept settings.
  package var axes: [String]
  package var trainings: [TrackedTraining]

  package init(
    name: String, description: String? = nil, tags: [String] = [], axes: [String],
    trainings: [TrackedTraining]
  ) {
    precondition(trainings.allSatisfy { $0.point.count == axes.count }, "a point of other axes")
    self.name = name
    self.description = description
    self.tags = tags
    self.axes = axes
    self.trainings = trainings
  }

  /// The names of all evaluations, in the order in which they first occur.
  var evaluationNames: [String] {
    var known: Set<String> = []
    return trainings.flatMap(\.evaluations).map(\.name).filter { known.insert($0).inserted }
  }
}

/// One trained model of one run: what tools call a run.
package struct TrackedTraining {
  /// How it came to its end.
  package enum Ending: Hashable, Sendable {
    case finished
    case failed
    /// Something kept it from running, or stopped it.
    case stopped
  }

  /// The run's folder below `runs/`.
  package var run: String
  package var model: String
  /// 32 lowercase hexadecimal digits that no other training has.
  package var identifier: String
  package var seed: Int
  /// One value for each axis; `nil` where the point does not use it.
  package var point: [TrackedValue?]
  /// Whatever else was set: names such as `hparams.batch_size`, and texts.
  package var settings: [TrackedSetting] = []
  package var ending: Ending
  /// The same in the words of the tables.
  package var status: String
  /// The numbers of each epoch.
  package var curves: [TrackedCurve] = []
  package var evaluations: [TrackedEvaluation] = []
  /// PNG files; the names have no ending.
  package var pictures: [TrackedArtifact] = []
  /// Other files that belong to it.
  package var tables: [TrackedArtifact] = []

  package init(
    run: String, model: String, identifier: String, seed: Int, point: [TrackedValue?],
    ending: Ending, status: String
  ) {
    self.run = run
    self.model = model
    self.identifier = identifier
    self.seed = seed
    self.point = point
    self.ending = ending
    self.status = status
  }

  /// The last epoch with numbers; 0 where there is none.
  var lastEpoch: Int { curves.flatMap(\.points).map(\.epoch).max() ?? 0 }
}

/// A setting and its value as text.
package struct TrackedSetting: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The value of a swept setting.
package enum TrackedValue: Hashable, Sendable {
  /// With the text that tables have.
  case number(Double, text: String)
  case boolean(Bool)
  case text(String)

  var text: String {
    switch self {
    case .number(_, let text), .text(let text): text
    case .boolean(let value): "\(value)"
    }
  }
}

/// A number of each epoch: a column of `history.csv`.
package struct TrackedCurve: Hashable, Sendable {
  package struct Point: Hashable, Sendable {
    /// From 1.
    package var epoch: Int
    package var value: Double

    package init(epoch: Int, value: Double) {
      self.epoch = epoch
      self.value = value
    }
  }

  package var name: String
  /// In order of epoch.
  package var points: [Point]

  package init(_ name: String, points: [Point]) {
    self.name = name
    self.points = points
  }
}

/// What was measured under one attack, or on clean images.
package struct TrackedEvaluation: Hashable, Sendable {
  /// `clean`, `pgd-0.2-self`; no other evaluation of the training has it.
  package var name: String
  /// In `0...1`.
  package var accuracy: Double
  /// In nats.
  package var loss: Double
  /// Of the examples that are right on clean images, in `0...1`; `nil` where there is none.
  package var successRate: Double?

  package init(_ name: String, accuracy: Double, loss: Double, successRate: Double? = nil) {
    self.name = name
    self.accuracy = accuracy
    self.loss = loss
    self.successRate = successRate
  }

  /// The numbers and their names: `accuracy/pgd-0.2-self`.
  var metrics: [(name: String, value: Double)] {
    [("accuracy", accuracy), ("loss", loss)].map { ("\($0.0)/\(name)", $0.1) }
      + (successRate.map { [("success_rate/\(name)", $0)] } ?? [])
  }
}
