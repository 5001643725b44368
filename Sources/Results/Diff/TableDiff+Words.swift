extension TableDiff {
  /// `12 rows compared: 10 equal, 2 regressed; 1 missing`.
  var tally: String {
    let compared = rows.count - count(.missing) - count(.extra)
    let inside: [Verdict] = [
      .equal, .withinTolerance, .inseparable, .improved, .changed, .regressed, .notFinite, .failed,
    ]
    let counts = { (verdicts: [Verdict]) in
      verdicts.map { (count: count($0), words: $0.words) }.filter { $0.count > 0 }
        .map { "\(NumberText.grouped($0.count)) \($0.words)" }.joined(separator: ", ")
    }
    let parts = [counts(inside), counts([.missing, .extra])].filter { !$0.isEmpty }
    return "\(Results.count(compared, "row")) compared"
      + (parts.isEmpty ? "" : ": " + parts.joined(separator: "; "))
  }

  /// The comparison in one sentence.
  var conclusion: String {
    switch exitStatus {
    case 0 where count(.improved) > 0, 3 where rows.allSatisfy({ $0.verdict <= .improved }):
      "No row is worse, some are better: the baseline is out of date."
    case 0 where count(.inseparable) > 0: "No difference that chance does not explain."
    case 0 where count(.withinTolerance) > 0: "No difference beyond tolerance."
    case 0: "No difference."
    case 3: "The tables differ."
    case _ where isFirst: "There is no baseline yet."
    default:
      reasons.isEmpty ? "Rows of the baseline are missing." : "The tables cannot be compared."
    }
  }
}
