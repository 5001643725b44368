internal import Measurements
internal import OrderedCollections
internal import Statistics

/// What `summary.csv` says about one model under one attack at one point, over all seeds.
package struct SummaryRow: Codable, Hashable, Sendable {
  /// One value per axis of the table, as the spec wrote it.
  @PlainPoint package var point: [String]
  package var dataset: String
  package var model: String
  package var attack: String
  package var source: String
  package var norm: String
  package var epsilon: Double
  /// Seeds that ended well; the numbers below are over these.
  package var n: Int
  /// Seeds that did not.
  package var failed: Int
  package var accuracy: Spread
  package var loss: Spread
  package var meanLinf: Double?
  package var meanL2: Double?

  package var isClean: Bool { attack == "clean" }

  private enum CodingKeys: String, CodingKey {
    case point, dataset, model, attack, source, norm, epsilon, n, failed, accuracy, loss
    case meanLinf = "mean_linf"
    case meanL2 = "mean_l2"
  }

  /// How the values of one metric lie over the seeds; what is calculated has 12 significant digits.
  package struct Spread: Codable, Hashable, Sendable {
    /// `nil` for no values.
    package var mean: Double?
    /// With n - 1 in the denominator; `nil` for fewer than two values.
    package var standardDeviation: Double?
    /// 95 % confidence interval of the mean; `nil` for fewer than two values.
    package var low: Double?
    package var high: Double?
    package var minimum: Double?
    package var maximum: Double?

    private enum CodingKeys: String, CodingKey {
      case mean
      case standardDeviation = "sd"
      case low = "ci_low"
      case high = "ci_high"
      case minimum = "min"
      case maximum = "max"
    }

    init(_ values: [Double]) {
      let sample = Sample(values)
      mean = sample.mean.map(NumberText.withoutNoise)
      standardDeviation = sample.standardDeviation.map(NumberText.withoutNoise)
      let interval = ConfidenceInterval.mean(sample)
      low = (interval?.lowerBound).map(NumberText.withoutNoise)
      high = (interval?.upperBound).map(NumberText.withoutNoise)
      minimum = values.min()
      maximum = values.max()
    }
  }
}

/// `summary.csv`: the rows of `results.csv` aggregated over seeds, in order of first appearance.
package struct SummaryTable: Hashable, Sendable {
  package let axes: [String]
  package let rows: [SummaryRow]

  /// The columns after the axes'.
  static let fixedColumns = Column.summary.map(\.name)

  package init(_ table: ResultTable) {
    axes = table.axes
    let groups = OrderedDictionary(grouping: table.rows) { row in
      var key = row.key
      key.run = ""
      key.seed = 0
      return key
    }
    rows = groups.map { key, rows in
      let metrics = rows.compactMap(\.metrics)
      var accuracy = SummaryRow.Spread(metrics.map(\.accuracy))
      accuracy.low = accuracy.low.map { max(0, $0) }
      accuracy.high = accuracy.high.map { min(1, $0) }
      return SummaryRow(
        point: key.point, dataset: key.dataset, model: key.model, attack: key.attack,
        source: key.source, norm: key.norm, epsilon: key.epsilon, n: metrics.count,
        failed: rows.count - metrics.count, accuracy: accuracy,
        loss: SummaryRow.Spread(metrics.map(\.loss)),
        meanLinf: Sample(metrics.map(\.meanLinf)).mean.map(NumberText.withoutNoise),
        meanL2: Sample(metrics.map(\.meanL2)).mean.map(NumberText.withoutNoise))
    }
  }

  package var columns: [String] { axes + Self.fixedColumns }

  package var csv: CSVTable {
    CSVTable(
      columns: columns,
      rows: rows.map { row in
        let keys =
          row.point + [row.dataset, row.model, row.attack, row.source, row.norm]
          + [NumberText.shortest(row.epsilon)]
        let numbers = [
          row.accuracy.mean, row.accuracy.standardDeviation, row.accuracy.low, row.accuracy.high,
          row.accuracy.minimum, row.accuracy.maximum, row.loss.mean, row.loss.standardDeviation,
          row.meanLinf, row.meanL2,
        ]
        return keys + [String(row.n), String(row.failed)]
          + numbers.map { $0.map(NumberText.shortest) ?? "" }
      })
  }
}
