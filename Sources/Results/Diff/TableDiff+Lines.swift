extension TableDiff {
  /// One difference as a line of a table: of a row as a whole, or of one of its cells.
  struct Line {
    var key: [String]
    var column: String
    var baseline: String
    var candidate: String
    var change: Double?
    var verdict: Verdict

    /// `▼ -0.0028`: which way the number went and how far, to four digits.
    var changeText: String {
      guard let change else { return "" }
      let text = NumberText.significant(change, digits: 4)
      return change > 0 ? "▲ +\(text)" : "▼ \(text)"
    }
  }

  /// Everything that is not a pass, the worst first; equally bad ones in the order of metrics,
  /// the greatest change first, then in the order of rows. A group of rows is one line.
  var differences: [Line] {
    var found: [(line: Line, rank: Int)] = groups.map { group in
      let count = NumberText.grouped(group.rows.count)
      let counts = group.verdict == .missing ? (count, "0") : ("0", count)
      return (
        Line(
          key: group.key.map { $0 ?? "*" }, column: "rows", baseline: counts.0,
          candidate: counts.1, verdict: group.verdict), 0
      )
    }
    let grouped = Set(groups.flatMap(\.rows))
    for row in rows where !row.verdict.isPass && !grouped.contains(row.key) {
      if row.cells.isEmpty {
        let marks = row.verdict == .missing ? ("yes", "") : ("", "yes")
        let line = Line(
          key: row.key, column: "row", baseline: marks.0, candidate: marks.1, verdict: row.verdict)
        found.append((line, 0))
      }
      for (rank, cell) in row.cells.enumerated() where !cell.verdict.isPass {
        let texts = NumberText.alike(cell.baseline, cell.candidate)
        let line = Line(
          key: row.key, column: cell.column, baseline: texts.0, candidate: texts.1,
          change: cell.change, verdict: cell.verdict)
        found.append((line, rank))
      }
    }
    let order = found.indices.sorted { a, b in
      let (first, second) = (found[a], found[b])
      if first.line.verdict != second.line.verdict {
        return first.line.verdict > second.line.verdict
      }
      if first.rank != second.rank { return first.rank < second.rank }
      let sizes = (first.line.change?.magnitude ?? 0, second.line.change?.magnitude ?? 0)
      return sizes.0 == sizes.1 ? a < b : sizes.0 > sizes.1
    }
    return order.map { found[$0].line }
  }

  /// Places of the key columns whose values are not the same in all rows.
  var tellingColumns: [Int] {
    keyColumns.indices.filter { index in
      rows.contains { $0.key[index] != rows[0].key[index] }
    }
  }

  /// What all rows have in common: `dataset mnist, seed 0`; empty for nothing.
  var common: String {
    guard rows.count > 1 else { return "" }
    let telling = Set(tellingColumns)
    return keyColumns.indices
      .filter { !telling.contains($0) && !rows[0].key[$0].isEmpty }
      .map { "\(keyColumns[$0]) \(rows[0].key[$0])" }.joined(separator: ", ")
  }

  /// `12 rows compared: 10 equal, 2 regressed; 1 missing`.
  var tally: String {
    let compared = rows.count - count(.missing) - count(.extra)
    let inside: [Verdict] = [
      .equal, .withinTolerance, .improved, .changed, .regressed, .notFinite, .failed,
    ]
    let counts = { (verdicts: [Verdict]) in
      verdicts.filter { count($0) > 0 }
        .map { "\(NumberText.grouped(count($0))) \($0.words)" }.joined(separator: ", ")
    }
    let parts = [counts(inside), counts([.missing, .extra])].filter { !$0.isEmpty }
    return "\(Results.count(compared, "row")) compared"
      + (parts.isEmpty ? "" : ": " + parts.joined(separator: "; "))
  }

  /// The comparison in one sentence.
  var conclusion: String {
    switch exitStatus {
    case 0 where count(.withinTolerance) > 0: "No difference beyond tolerance."
    case 0: "No difference."
    case 3 where rows.allSatisfy({ $0.verdict <= .improved }):
      "No row is worse, some are better: the baseline is out of date."
    case 3: "The tables differ."
    default:
      reasons.isEmpty ? "Rows of the baseline are missing." : "The tables cannot be compared."
    }
  }
}
