extension TableDiff {
  /// Something that is not equal, by its place: a group of rows, a row as a whole, or one of its
  /// cells.
  enum Difference: Hashable {
    case group(Int)
    case comparison(Int)
    case row(Int)
    case cell(row: Int, cell: Int)
  }

  /// One difference as a line of a table.
  struct Line {
    var key: [String]
    var column: String
    var baseline: String
    var candidate: String
    var change: Double?
    var verdict: Verdict
    /// What the verdict stands on, where it is a test.
    var evidence = ""

    init(
      key: [String], column: String, baseline: String, candidate: String, change: Double? = nil,
      verdict: Verdict
    ) {
      self.key = key
      self.column = column
      self.baseline = baseline
      self.candidate = candidate
      self.change = change
      self.verdict = verdict
    }

    /// A cell; its numbers are written alike.
    init(_ row: Row, _ cell: Cell) {
      let texts = NumberText.alike(cell.baseline, cell.candidate)
      self.init(
        key: row.key, column: cell.column, baseline: texts.0, candidate: texts.1,
        change: cell.change, verdict: cell.verdict)
    }

    /// `▼ -0.0028`: which way the number went and how far, to four digits.
    var changeText: String {
      guard let change else { return "" }
      let text = NumberText.significant(change, digits: 4)
      return change > 0 ? "▲ +\(text)" : "▼ \(text)"
    }

    /// `0.4671 -> 0.3012 (▼ -0.1659)`.
    var step: String {
      let texts = [baseline, candidate].map { $0.isEmpty ? "nothing" : $0 }
      return texts.joined(separator: " -> ") + (change == nil ? "" : " (\(changeText))")
    }

    /// `accuracy regressed: 0.4671 -> 0.3012 (▼ -0.1659)`.
    var words: String { "\(column) \(verdict.words): \(step)" }
  }

  /// The line of a difference.
  func line(_ difference: Difference) -> Line {
    switch difference {
    case .group(let index):
      let group = groups[index]
      let count = NumberText.grouped(group.rows.count)
      let counts = group.verdict == .missing ? (count, "0") : ("0", count)
      return Line(
        key: group.key.map { $0 ?? "*" }, column: "rows", baseline: counts.0, candidate: counts.1,
        verdict: group.verdict)
    case .comparison(let index): return line(comparisons[index])
    case .row(let index):
      let row = rows[index]
      let marks = row.verdict == .missing ? ("yes", "") : ("", "yes")
      return Line(
        key: row.key, column: "row", baseline: marks.0, candidate: marks.1, verdict: row.verdict)
    case .cell(let row, let index):
      return Line(rows[row], rows[row].cells[index])
    }
  }

  /// Everything that is not a pass, the worst first; equally bad ones in the order of metrics,
  /// the greatest change first, then in the order of rows.
  ///
  /// - Parameter areGrouped: Whether a group of rows is one difference, and its rows none.
  func differences(areGrouped: Bool = true) -> [Difference] {
    typealias Found = (difference: Difference, verdict: Verdict, rank: Int, size: Double)
    var found: [Found] = []
    var grouped: Set<[String]> = []
    if areGrouped {
      found = groups.indices.map { (.group($0), groups[$0].verdict, 0, 0) }
      grouped = Set(groups.flatMap(\.rows))
      for (index, comparison) in comparisons.enumerated() where !comparison.verdict.isPass {
        found.append((.comparison(index), comparison.verdict, 0, comparison.change.magnitude))
      }
    }
    let tested = areGrouped ? Set(comparisons.flatMap(\.rows)) : []
    let ranks = metricRanks
    for (index, row) in rows.enumerated() where !row.verdict.isPass && !tested.contains(index) {
      if row.cells.isEmpty {
        let isGrouped = !grouped.isEmpty && grouped.contains(row.key)
        if !isGrouped { found.append((.row(index), row.verdict, 0, 0)) }
      }
      for (place, cell) in row.cells.enumerated() where !cell.verdict.isPass {
        let rank = ranks[cell.column] ?? 0
        found.append(
          (.cell(row: index, cell: place), cell.verdict, rank, cell.change?.magnitude ?? 0))
      }
    }
    let order = found.indices.sorted { a, b in
      let (first, second) = (found[a], found[b])
      if first.verdict != second.verdict { return first.verdict > second.verdict }
      if first.rank != second.rank { return first.rank < second.rank }
      return first.size == second.size ? a < b : first.size > second.size
    }
    return order.map { found[$0].difference }
  }

  /// The order of metrics, by name; a row's status is first.
  private var metricRanks: [String: Int] {
    let names = kind.map { [$0.statusColumn] + $0.metrics.map(\.name) } ?? []
    return Dictionary(uniqueKeysWithValues: zip(names, names.indices))
  }

  /// Places of the key columns whose values are not the same in all rows.
  var tellingColumns: [Int] {
    keyColumns.indices.filter { index in
      rows.contains { $0.key[index] != rows[0].key[index] }
    }
  }

  /// What all rows have in common: `dataset mnist, seed 0`; empty for nothing.
  func common(besides telling: [Int]) -> String {
    guard rows.count > 1 else { return "" }
    let telling = Set(telling)
    return keyColumns.indices
      .filter { !telling.contains($0) && !rows[0].key[$0].isEmpty }
      .map { "\(keyColumns[$0]) \(rows[0].key[$0])" }.joined(separator: ", ")
  }
}
