/// How far a candidate's number may lie from the baseline's.
package struct Tolerance: Codable, Hashable, Sendable {
  /// Absolute part, in the metric's unit.
  package var atol: Double
  /// Relative part, times the baseline's magnitude.
  package var rtol: Double

  package init(atol: Double = 0, rtol: Double = 0) {
    self.atol = atol
    self.rtol = rtol
  }

  package static let exact = Tolerance()

  /// Whether |candidate - baseline| <= atol + rtol |baseline|, both finite.
  package func allows(baseline: Double, candidate: Double) -> Bool {
    (candidate - baseline).magnitude <= atol + rtol * baseline.magnitude
  }
}

/// A column of a table that is measured, not chosen.
struct Metric {
  enum Direction {
    case higherIsBetter
    case lowerIsBetter
    case neutral
  }

  var name: String
  var direction: Direction = .neutral
  /// A summary's column goes by the tolerance of the metric it summarizes, unless it has its own.
  var summarizes: String?
  /// Columns this one follows from: it is compared only where these are equal.
  var derivedFrom: [String] = []
  /// Whether tables of older versions lack it: it is compared where both tables have it.
  var isNew = false
  /// Whether it is a word, which is equal or not.
  var isText = false
  /// Whether infinity is a number like others: a distance at which nothing was found.
  var mayBeInfinite = false

  func tolerance(in tolerances: [String: Tolerance]) -> Tolerance {
    tolerances[name] ?? summarizes.flatMap { tolerances[$0] } ?? .exact
  }
}

/// The two kinds of tables that can be compared.
enum TableKind: String {
  case results = "results.csv"
  case summary = "summary.csv"

  init?(_ table: CSVTable) {
    if table.index(of: "accuracy") != nil, table.index(of: "status") != nil {
      self = .results
    } else if table.index(of: "accuracy_mean") != nil, table.index(of: "failed") != nil {
      self = .summary
    } else {
      return nil
    }
  }

  /// Fixed columns that name a row; axis columns come before them.
  var keyColumns: [String] {
    (self == .results ? ["seed"] : [])
      + ["dataset", "model", "attack", "source", "norm", "epsilon"]
  }

  /// Columns that are neither compared nor joined on.
  var ignoredColumns: [String] { self == .results ? ["run"] : [] }

  /// Worth of attention falls from first to last.
  var metrics: [Metric] {
    switch self {
    case .results:
      [
        Metric(name: "accuracy", direction: .higherIsBetter),
        Metric(name: "loss", direction: .lowerIsBetter),
        Metric(name: "mean_linf"),
        Metric(name: "mean_l2"),
        Metric(name: "examples"),
        Metric(name: "correct", direction: .higherIsBetter, derivedFrom: ["accuracy", "examples"]),
        Metric(
          name: "accuracy_low", direction: .higherIsBetter, derivedFrom: ["accuracy", "examples"]),
        Metric(
          name: "accuracy_high", direction: .higherIsBetter, derivedFrom: ["accuracy", "examples"]),
        Metric(name: "clean_correct", derivedFrom: ["accuracy"], isNew: true),
        Metric(
          name: "success_rate", direction: .lowerIsBetter, derivedFrom: ["accuracy"], isNew: true),
        Metric(name: "accuracy_8bit", direction: .higherIsBetter, isNew: true),
      ]
        + ["distance_median", "distance_mean", "distance_q10", "distance_q90"].map { name in
          Metric(name: name, direction: .higherIsBetter, isNew: true, mayBeInfinite: true)
        }
        + ["gradients", "forward_passes", "zero_gradients"].map { Metric(name: $0, isNew: true) }
        + [Metric(name: "verdict", isNew: true, isText: true)]
    case .summary:
      [
        Metric(name: "accuracy_mean", direction: .higherIsBetter, summarizes: "accuracy"),
        Metric(name: "accuracy_min", direction: .higherIsBetter, summarizes: "accuracy"),
        Metric(name: "accuracy_max", direction: .higherIsBetter, summarizes: "accuracy"),
        Metric(name: "accuracy_sd", summarizes: "accuracy"),
        Metric(name: "loss_mean", direction: .lowerIsBetter, summarizes: "loss"),
        Metric(name: "loss_sd", summarizes: "loss"),
        Metric(name: "mean_linf"),
        Metric(name: "mean_l2"),
        Metric(name: "n", direction: .higherIsBetter),
        Metric(
          name: "accuracy_ci_low", direction: .higherIsBetter,
          derivedFrom: ["accuracy_mean", "accuracy_sd", "n"]),
        Metric(
          name: "accuracy_ci_high", direction: .higherIsBetter,
          derivedFrom: ["accuracy_mean", "accuracy_sd", "n"]),
      ]
    }
  }

  /// The column that says whether a row has all its numbers.
  var statusColumn: String { self == .results ? "status" : "failed" }

  /// Whether that column says so.
  func isGood(_ status: String) -> Bool {
    self == .results ? status == RowStatus.ok.rawValue : KeyText.wholeNumber(status) == 0
  }

  var columns: Set<String> {
    Set(ignoredColumns + keyColumns + metrics.map(\.name) + [statusColumn])
  }

  /// Those that every version has written.
  var requiredColumns: Set<String> {
    columns.subtracting(metrics.filter(\.isNew).map(\.name))
  }
}

extension Tolerance {
  /// The metrics a tolerance may be given for, of both kinds of tables, sorted.
  package static var metricNames: [String] {
    Set((TableKind.results.metrics + TableKind.summary.metrics).filter { !$0.isText }.map(\.name))
      .sorted()
  }
}
