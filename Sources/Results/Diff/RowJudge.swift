/// Compares the cells of rows: what can be known of the columns is known before the first row.
struct RowJudge {
  private struct Column {
    var metric: Metric
    var tolerance: Tolerance
    /// Its places in the tables.
    var baseline: Int
    var candidate: Int
    /// Whether all its cells are finite numbers or empty: equal texts are then equal.
    var isFinite = true
  }

  private let kind: TableKind
  private var columns: [Column]
  /// The places of the column that says whether a row has all its numbers.
  private let status: (baseline: Int, candidate: Int)
  /// The first cells that should be numbers and are not: of each table, with its metric and row.
  private var wrong: [(metric: String, row: Int, text: String)?] = [nil, nil]

  /// - Parameters:
  ///   - baseline: With all columns that a table of this kind must have.
  ///   - candidate: The same.
  init(
    _ kind: TableKind, _ tolerances: [String: Tolerance], baseline: CSVTable, candidate: CSVTable
  ) {
    self.kind = kind
    guard let before = baseline.index(of: kind.statusColumn),
      let after = candidate.index(of: kind.statusColumn)
    else { preconditionFailure("a table without its status") }
    status = (before, after)
    columns = kind.metrics.compactMap { metric in
      guard let before = baseline.index(of: metric.name),
        let after = candidate.index(of: metric.name)
      else { return nil }
      return Column(
        metric: metric, tolerance: metric.tolerance(in: tolerances), baseline: before,
        candidate: after)
    }
    // A new column of one table is not compared, but is to hold numbers all the same.
    for (side, table) in [baseline, candidate].enumerated() { check(table, side) }
  }

  private mutating func check(_ table: CSVTable, _ side: Int) {
    let metrics = kind.metrics.filter { !$0.isText }
      .compactMap { metric in table.index(of: metric.name).map { (name: metric.name, place: $0) } }
    let compared = metrics.map { metric in
      columns.firstIndex { $0.metric.name == metric.name }
    }
    /// The first metric, as they are ordered, that has a wrong cell.
    var worst = metrics.count
    for (index, row) in table.rows.enumerated() {
      for (place, metric) in metrics.enumerated() {
        let text = row[metric.place]
        if text.isEmpty || NumberText.isPlain(text) { continue }
        guard let number = Double(text) else {
          if place < worst { (worst, wrong[side]) = (place, (metric.name, index, text)) }
          continue
        }
        if !number.isFinite, let column = compared[place] { columns[column].isFinite = false }
      }
    }
  }

  /// What should be a number and is none, with the tables' names.
  func mistakes(_ names: String...) -> [String] {
    zip(names, wrong).compactMap { name, wrong in
      wrong.map { "\(name), row \($0.row + 1): \($0.metric) is '\($0.text)', not a number" }
    }
  }

  /// What is not equal in two rows of one key, in the order of metrics.
  func cells(_ baseline: [String], _ candidate: [String]) -> [TableDiff.Cell] {
    let (before, after) = (baseline[status.baseline], candidate[status.candidate])
    if !kind.isGood(after) { return [statusCell(before, after, .failed)] }
    if !kind.isGood(before) { return [statusCell(before, after, .changed)] }
    var cells: [TableDiff.Cell] = []
    for column in columns {
      let (before, after) = (baseline[column.baseline], candidate[column.candidate])
      if column.isFinite, before == after { continue }
      let metric = column.metric
      var cell = TableDiff.Cell(
        column: metric.name, baseline: before, candidate: after, change: nil, verdict: .equal)
      cell.judge(metric, column.tolerance)
      if cell.verdict == .equal { continue }
      let isJudgedElsewhere = metric.derivedFrom.contains { name in
        cells.contains { $0.column == name }
      }
      if !isJudgedElsewhere || cell.verdict == .notFinite { cells.append(cell) }
    }
    return cells
  }

  private func statusCell(
    _ baseline: String, _ candidate: String, _ verdict: Verdict
  ) -> TableDiff.Cell {
    TableDiff.Cell(
      column: kind.statusColumn, baseline: baseline, candidate: candidate, change: nil,
      verdict: verdict)
  }
}

extension TableDiff.Cell {
  /// Numbers as numbers; what is none as text.
  fileprivate mutating func judge(_ metric: Metric, _ tolerance: Tolerance) {
    guard let before = Double(baseline), let after = Double(candidate) else {
      verdict = baseline == candidate ? .equal : .changed
      return
    }
    guard before.isFinite, after.isFinite else {
      let isEqual = metric.mayBeInfinite && before == after
      verdict = isEqual ? .equal : .notFinite
      return
    }
    change = after - before
    // Other programs read and write the last digit differently; no two results are that near.
    if (before - after).magnitude <= 4 * max(before.ulp, after.ulp) {
      verdict = .equal
    } else if tolerance.allows(baseline: before, candidate: after) {
      verdict = .withinTolerance
    } else {
      switch metric.direction {
      case .neutral: verdict = .changed
      case .higherIsBetter: verdict = after > before ? .improved : .regressed
      case .lowerIsBetter: verdict = after < before ? .improved : .regressed
      }
    }
  }
}
