package import Results

/// Everything that `report.html` says of an experiment; what is absent leaves out its part of the
/// page, so that an unfinished or failed experiment has a page, too.
///
/// - ``html()`` is the page: equal reports make equal bytes.
package struct ExperimentReport: Sendable {
  /// The experiment's name.
  package var name: String
  /// The spec's description: what the experiment asks.
  package var question: String?
  package var tags: [String] = []
  /// What came out, in one sentence that says how uncertain it is.
  package var answer: String?
  /// The rows that there are.
  package var results: ResultTable
  /// The whole paths of the table's axes, by their columns: `adversarial.adv_step_size`.
  package var paths: [String: String] = [:]
  /// What the table's attacks are, by their names; others are attacks.
  package var kinds: [String: AttackKind] = [:]
  package var trainings: [TrainingHistory] = []
  package var confusions: [ConfusionMatrix] = []
  /// Images of attacks beside the clean ones.
  package var pictures: [ImageGrid] = []
  /// How each stage ended.
  package var statuses: [StageStatus] = []
  /// How many stages the plan has; `nil` where it is not known. Those without a status have not run.
  package var plannedStages: Int?
  package var origin = ReportOrigin()

  package init(name: String, results: ResultTable) {
    self.name = name
    self.results = results
  }
}

/// What a row of the table is about, as far as figures draw it in another way.
package enum AttackKind: Hashable, Sendable {
  /// It looks for the worst image.
  case attack
  /// Random noise in the attacks' ball: what they are compared with.
  case noise
  /// A corruption of some severity.
  case corruption
}

/// The epochs of one training.
package struct TrainingHistory: Hashable, Sendable {
  package var model: String
  /// One value per axis of the table; those that the training does not depend on are empty.
  package var point: [String]
  package var seed: Int
  package var epochs: HistoryTable

  package init(model: String, point: [String], seed: Int, epochs: HistoryTable) {
    self.model = model
    self.point = point
    self.seed = seed
    self.epochs = epochs
  }
}

/// Which classes are taken for which.
package struct ConfusionMatrix: Hashable, Sendable {
  package let model: String
  /// What the images are: `clean`, or the attack as `RowKey.attackWords` has it.
  package let attack: String
  /// The run and its point in a few words; may be empty.
  package let subtitle: String
  /// `[K, K]`: how many images of the class of the row were taken for that of the column.
  package let counts: [[Int]]
  /// What classes are called, the first one first; `nil` for their numbers.
  package let classNames: [String]?

  package init(
    model: String, attack: String, subtitle: String = "", counts: [[Int]],
    classNames: [String]? = nil
  ) {
    precondition(counts.allSatisfy { $0.count == counts.count }, "not a square")
    self.model = model
    self.attack = attack
    self.subtitle = subtitle
    self.counts = counts
    self.classNames = classNames
  }

  func name(ofClass number: Int) -> String {
    classNames.flatMap { $0.indices.contains(number) ? $0[number] : nil } ?? "\(number)"
  }

  /// The share of each class's images that are right; `nil` where it has none.
  var classAccuracies: [Double?] {
    counts.enumerated().map { number, row in
      let all = row.reduce(0, +)
      return all > 0 ? Double(row[number]) / Double(all) : nil
    }
  }
}

/// Where the numbers come from and how to get them again.
package struct ReportOrigin: Hashable, Sendable {
  package var provenance: Provenance?
  /// The spec as it was written.
  package var spec: String?
  /// What names the plan: the digest of all its stages' keys.
  package var planKey: String?
  /// The command that repeats the experiment.
  package var command: String?

  package init() {}
}
