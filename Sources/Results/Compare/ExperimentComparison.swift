package import Measurements
internal import OrderedCollections
internal import Statistics

/// Experiments side by side: their settings, and what was measured under the same name in each.
///
/// - Rows are matched by model, attack, source, norm, epsilon, and by the value of each setting that
///   some of them sweep. What differs in all of them is what is compared.
/// - ``settings``: those that differ, and those that all share.
/// - ``notes``: what must be known before the numbers are read.
/// - Of two experiments, accuracies are tested over the seeds (``ComparedRow/comparison``); of more,
///   the best are marked (``ComparedRow/isLeading``).
package struct ExperimentComparison: Sendable {
  package let experiments: [ComparedExperiment]
  package let settings: SettingComparison
  /// The settings that some sweep, by the shortest names that tell them apart.
  package let axes: [String]
  package private(set) var rows: [ComparedRow]
  /// A sentence each, without a full stop.
  package private(set) var notes: [String] = []
  /// How many tests, or pairs of experiments, Holm's correction is over.
  package private(set) var family = 0

  package var names: [String] { experiments.map(\.name) }

  /// - Parameter experiments: At least two, of different names.
  package init(_ experiments: [ComparedExperiment]) {
    precondition(
      experiments.count > 1 && Set(experiments.map(\.name)).count == experiments.count,
      "experiments of one name, or one experiment")
    self.experiments = experiments
    settings = SettingComparison(experiments)
    let axes = ComparedAxis.all(of: experiments)
    self.axes = ComparedAxis.names(axes)
    var found: OrderedDictionary<ComparedKey, [[Int: ResultRow]]> = [:]
    for (place, experiment) in experiments.enumerated() {
      for row in experiment.table.rows {
        let key = ComparedKey(row.key, point: axes.map { $0.value(of: row.key, in: place) })
        found[key, default: experiments.map { _ in [:] }][place][row.key.seed] = row
      }
    }
    let obstacles = ComparisonObstacles(experiments, axes)
    rows = found.map { key, seeds in
      let cells = seeds.map { $0.isEmpty ? nil : ComparedCell($0) }
      return ComparedRow(key: key, cells: cells, obstacle: obstacles.obstacle(of: key, cells))
    }
    // A model's rows stand together, and in these an attack's, in the order of the settings.
    rows = OrderedDictionary(grouping: rows, by: \.key.model).values.flatMap { rows in
      OrderedDictionary(grouping: rows, by: \.key.attackWords).values.flatMap(Self.inOrder)
    }
    family = experiments.count == 2 ? ComparedTests.test(&rows) : ComparedTests.mark(&rows, names)
    notes = ComparisonNotes(self, axes).sentences
  }

  /// Numbers ascend; other values stay in their order.
  private static func inOrder(_ rows: [ComparedRow]) -> [ComparedRow] {
    rows.enumerated().sorted { a, b in
      for (first, second) in zip(a.element.key.point, b.element.key.point) {
        if let one = Double(first), let other = Double(second), one != other { return one < other }
      }
      return a.offset < b.offset
    }.map(\.element)
  }

  /// The models, in order of first appearance.
  package var models: [String] { Array(OrderedSet(rows.map(\.key.model))) }

  /// Whether some difference was tested over seeds.
  var isTested: Bool { family > 0 }
}

/// What is measured: the same in all experiments that have it.
package struct ComparedKey: Hashable, Sendable {
  /// A value for each axis of the comparison, as keys are compared; empty where it has none.
  package var point: [String]
  package var model: String
  package var attack: String
  package var source: String
  package var norm: String
  package var epsilon: Double

  init(_ key: RowKey, point: [String]) {
    self.point = point
    model = key.model
    attack = key.attack
    source = key.source
    norm = key.norm
    epsilon = key.epsilon
  }

  package var isClean: Bool { attack == "clean" }

  /// As a row of a table without run, seed and dataset.
  func rowKey(seed: Int = 0) -> RowKey {
    RowKey(
      run: "", point: point, seed: seed, dataset: "", model: model, attack: attack, source: source,
      norm: norm, epsilon: epsilon)
  }

  /// See ``RowKey/attackWords``.
  package var attackWords: String { rowKey().attackWords }
}

/// A row of the comparison.
package struct ComparedRow: Hashable, Sendable {
  package let key: ComparedKey
  /// One for each experiment; `nil` where it has no such row.
  package let cells: [ComparedCell?]
  /// Why nothing is claimed of this row; `nil` where the seeds say what can be claimed.
  package let obstacle: ComparisonObstacle?
  /// Of two experiments, the second one's accuracy beside the first one's, over seeds.
  package var comparison: SeedComparison?
  /// Of more, whether each is the best or not separable from it; all `false` where the seeds separate
  /// none.
  package var isLeading: [Bool]
  /// Of more, the one with the highest mean beside the others, which are its claim's models.
  package var claim: SettingClaim?

  init(key: ComparedKey, cells: [ComparedCell?], obstacle: ComparisonObstacle?) {
    self.key = key
    self.cells = cells
    self.obstacle = obstacle
    isLeading = cells.map { _ in false }
  }
}

/// What one experiment measured in a row.
package struct ComparedCell: Hashable, Sendable {
  /// Of the seeds that ended well.
  package let measurements: [Int: Measurement]
  /// Seeds that did not.
  package let failed: Int

  init(_ rows: [Int: ResultRow]) {
    measurements = rows.compactMapValues(\.metrics)
    failed = rows.count - measurements.count
  }

  package var seeds: [Int] { measurements.keys.sorted() }

  /// The accuracies in the order of the seeds.
  var accuracies: [Double] { seeds.compactMap { measurements[$0]?.accuracy } }

  /// How the accuracies lie over the seeds.
  package var accuracy: SummaryRow.Spread { SummaryRow.Spread(accuracies) }

  /// The 95 % interval of the mean over the seeds, limited to 0...1; of one seed Wilson's.
  package var interval: ClosedRange<Double>? {
    let spread = accuracy
    if let low = spread.low, let high = spread.high { return max(0, low)...min(1, high) }
    return measurements.count == 1 ? measurements.values.first?.accuracyInterval : nil
  }

  /// The mean of a metric over the seeds, by default all; `nil` where one has none.
  func mean(_ column: Column, over chosen: [Int]? = nil) -> Double? {
    let seeds = chosen ?? seeds
    let values = seeds.compactMap { measurements[$0]?.value(column) }
    guard values.count == seeds.count else { return nil }
    return Sample(values).mean.map(NumberText.withoutNoise)
  }

  /// Numbers of examples that its seeds were evaluated on.
  var examples: Set<Int> { Set(measurements.values.map(\.examples)) }

  /// The worst verdict of its seeds; `nil` for clean rows.
  package var verdict: AttackVerdict.Level? {
    let levels = measurements.values.compactMap(\.attack?.verdict.level)
    return AttackVerdict.Level.allCases.last(where: levels.contains)
  }
}
