package import Measurements

/// The outcome of comparing one number, one row or one table; later ones are worse.
package enum Verdict: Int, Comparable, Hashable, Sendable, CaseIterable {
  case equal
  case withinTolerance
  /// Different, as chance explains it.
  case inseparable
  /// Different for the better, by the metric's direction.
  case improved
  /// A row that only the candidate has.
  case extra
  /// Different, where neither direction is better.
  case changed
  /// Different for the worse.
  case regressed
  /// Not a finite number; never a pass, even where both tables have it.
  case notFinite
  /// The candidate's row has no numbers; never a pass, even where both tables have it.
  case failed
  /// A row that only the baseline has.
  case missing

  package static func < (a: Verdict, b: Verdict) -> Bool { a.rawValue < b.rawValue }

  /// Whether it is no difference.
  package var isPass: Bool { self <= .inseparable }

  var words: String {
    switch self {
    case .equal: "equal"
    case .withinTolerance: "within tolerance"
    case .inseparable: "not separable"
    case .notFinite: "not finite"
    case .improved, .extra, .changed, .regressed, .failed, .missing: "\(self)"
    }
  }

  /// What programs call it: its words as one.
  package var name: String { words.replacing(" ", with: "_") }
}

/// How two tables are compared.
package struct DiffOptions: Sendable {
  /// Metric -> how far its numbers may differ; metrics not named here must be equal.
  package var tolerances: [String: Tolerance]
  /// Whether rows that only the candidate has are no difference.
  package var allowExtra: Bool
  package var failOn: FailOn
  /// How accuracies are tested; `nil` to judge them by their size.
  package var significance: Significance?
  /// What texts call the tables: mostly their paths.
  package var baselineName: String
  package var candidateName: String
  /// What the tables were made with, where that is known.
  package var baselineOrigin: TableOrigin?
  package var candidateOrigin: TableOrigin?

  package init(
    tolerances: [String: Tolerance] = [:], allowExtra: Bool = false, failOn: FailOn = .any,
    significance: Significance? = nil, baselineName: String = "baseline",
    candidateName: String = "candidate", baselineOrigin: TableOrigin? = nil,
    candidateOrigin: TableOrigin? = nil
  ) {
    self.tolerances = tolerances
    self.allowExtra = allowExtra
    self.failOn = failOn
    self.significance = significance
    self.baselineName = baselineName
    self.candidateName = candidateName
    self.baselineOrigin = baselineOrigin
    self.candidateOrigin = candidateOrigin
  }
}

/// The comparison of a table with the one it should be like.
package struct TableDiff: Hashable, Sendable {
  /// One number of a row that both tables have.
  package struct Cell: Hashable, Sendable {
    package var column: String
    /// As the tables have them.
    package var baseline: String
    package var candidate: String
    /// Candidate minus baseline, where both are finite.
    package var change: Double?
    package var verdict: Verdict
  }

  /// A row of either table.
  package struct Row: Hashable, Sendable {
    /// One value for each of `keyColumns`.
    package var key: [String]
    /// What is not equal; nothing for missing and extra rows.
    package var cells: [Cell]
    package var verdict: Verdict
    /// Its places in the tables, from 0.
    package var baselineRow: Int?
    package var candidateRow: Int?
  }

  package var baselineName: String
  package var candidateName: String
  package var baselineRows = 0
  package var candidateRows = 0
  /// What the tables are; `nil` where they are not of one kind.
  var kind: TableKind?
  /// Whether both are results, or both summaries.
  package var isOfOneKind: Bool { kind != nil }
  /// The columns that rows are joined on.
  package var keyColumns: [String] = []
  /// The baseline's rows in its order, then the candidate's extra ones.
  package var rows: [Row] = []
  /// Missing and extra rows that have one reason.
  package var groups: [Group] = []
  /// The tests of accuracies; none where they are judged by their size.
  package var comparisons: [SeedComparison] = []
  /// Why the tables cannot be compared; where there is a reason, there are no rows.
  package var reasons: [String] = []
  /// What explains several differences at once; first, how unlike the tables' origins are.
  package var notes: [String] = []
  package var allowExtra: Bool
  package var failOn: FailOn
  /// Whether the baseline is still to be made.
  package var isFirst = false

  init(_ options: DiffOptions) {
    baselineName = options.baselineName
    candidateName = options.candidateName
    allowExtra = options.allowExtra
    failOn = options.failOn
    if let before = options.baselineOrigin, let after = options.candidateOrigin {
      notes = after.differences(from: before)
    }
  }

  package func count(_ verdict: Verdict) -> Int { rows.count { $0.verdict == verdict } }

  /// Whether a number or a row with that verdict is a difference that counts.
  package func fails(_ verdict: Verdict) -> Bool {
    switch verdict {
    case .equal, .withinTolerance, .inseparable: false
    case .improved: failOn == .any
    case .extra: failOn == .any && !allowExtra
    case .changed, .regressed, .notFinite, .failed, .missing: true
    }
  }

  /// 0 for no difference that counts, 3 for one, 4 where the tables cannot be compared or rows are
  /// missing.
  package var exitStatus: Int32 {
    if !reasons.isEmpty || count(.missing) > 0 { return 4 }
    return rows.contains { fails($0.verdict) } ? 3 : 0
  }
}
