internal import PlainText

extension TableDiff {
  /// The comparison for a terminal: the tables, their differences (worst first), a tally and a
  /// conclusion; without what could play tricks on it but our colours.
  ///
  /// - Parameter colour: Whether lines carry ANSI colours.
  package func text(colour: Bool = false) -> String {
    var names = TextColumns()
    names.lines = [
      ["baseline", baselineName, Results.count(baselineRows, "row")],
      ["candidate", candidateName, Results.count(candidateRows, "row")],
    ]
    var lines = names.render()
    let telling = tellingColumns
    let common = common(besides: telling)
    if !common.isEmpty { lines.append("all rows   \(common.printable)") }
    if !reasons.isEmpty { lines += [""] + reasons.map { "- \($0.printable)" } }
    if !notes.isEmpty { lines += [""] + notes.map { "note: \($0.printable)" } }
    lines += differenceLines(telling, colour: colour)
    lines += ["", reasons.isEmpty ? "\(tally). \(conclusion)" : conclusion]
    return lines.joined(separator: "\n") + "\n"
  }

  private func differenceLines(_ telling: [Int], colour: Bool) -> [String] {
    let differences = differences().map(line)
    guard !differences.isEmpty else { return [] }
    var table = TextColumns()
    table.alignments = [.left] + telling.map { _ in .left } + [.left, .right, .right]
    table.lines = [
      [" "] + telling.map { keyColumns[$0] }
        + ["metric", "baseline", "candidate", "change", "verdict"]
    ]
    for line in differences {
      table.lines.append(
        [line.verdict.symbol] + telling.map { line.key[$0] }
          + [
            line.column, line.baseline, line.candidate, line.changeText,
            line.verdict.words + line.evidence,
          ])
    }
    var lines = table.render()
    if colour {
      for (index, line) in differences.enumerated() {
        lines[index + 1] = "\u{1B}[\(line.verdict.colour)m\(lines[index + 1])\u{1B}[0m"
      }
    }
    return [""] + lines
  }
}

extension Verdict {
  fileprivate var symbol: String {
    switch self {
    case .equal: "="
    case .withinTolerance, .inseparable: "~"
    case .improved: "↑"
    case .extra: "+"
    case .changed: "≠"
    case .regressed, .notFinite, .failed: "✗"
    case .missing: "-"
    }
  }

  /// The ANSI code of a foreground colour: green, yellow or red.
  fileprivate var colour: Int {
    switch self {
    case .equal, .withinTolerance, .inseparable: 32
    case .improved, .extra, .changed: 33
    case .regressed, .notFinite, .failed, .missing: 31
    }
  }
}
