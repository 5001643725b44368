/// The outcome of comparing one number, one row or one table; later ones are worse.
package enum Verdict: Int, Comparable, Hashable, Sendable, CaseIterable {
  case equal
  case withinTolerance
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
  package var isPass: Bool { self <= .withinTolerance }

  var words: String {
    switch self {
    case .equal: "equal"
    case .withinTolerance: "within tolerance"
    case .notFinite: "not finite"
    case .improved, .extra, .changed, .regressed, .failed, .missing: "\(self)"
    }
  }
}

/// How two tables are compared.
package struct DiffOptions: Sendable {
  /// Metric -> how far its numbers may differ; metrics not named here must be equal.
  package var tolerances: [String: Tolerance]
  /// Whether rows that only the candidate has are no difference.
  package var allowExtra: Bool
  /// What texts call the tables: mostly their paths.
  package var baselineName: String
  package var candidateName: String

  package init(
    tolerances: [String: Tolerance] = [:], allowExtra: Bool = false,
    baselineName: String = "baseline", candidateName: String = "candidate"
  ) {
    self.tolerances = tolerances
    self.allowExtra = allowExtra
    self.baselineName = baselineName
    self.candidateName = candidateName
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
    /// Empty for missing and extra rows.
    package var cells: [Cell]
    package var verdict: Verdict
  }

  package var baselineName: String
  package var candidateName: String
  package var baselineRows: Int
  package var candidateRows: Int
  /// The columns that rows are joined on.
  package var keyColumns: [String]
  /// The baseline's rows in its order, then the candidate's extra ones.
  package var rows: [Row]
  /// Missing and extra rows that have one reason.
  package var groups: [Group]
  /// Why the tables cannot be compared; where there is a reason, there are no rows.
  package var reasons: [String]
  /// What explains several differences at once.
  package var notes: [String]
  package var allowExtra: Bool

  package func count(_ verdict: Verdict) -> Int { rows.count { $0.verdict == verdict } }

  /// 0 for no difference beyond tolerance, 3 for a difference, 4 where the tables cannot be
  /// compared or rows are missing.
  package var exitStatus: Int32 {
    if !reasons.isEmpty || count(.missing) > 0 { return 4 }
    let passes = rows.allSatisfy { $0.verdict.isPass || ($0.verdict == .extra && allowExtra) }
    return passes ? 0 : 3
  }
}
