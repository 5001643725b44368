internal import Measurements
internal import OrderedCollections

extension TableDiff {
  /// Compares `candidate` with `baseline`, both `results.csv` or both `summary.csv`.
  ///
  /// Rows are joined on their key columns (the axes', `seed`, `dataset`, `model`, `attack`,
  /// `source`, `norm`, `epsilon`) by what they mean, numbers as numbers, whatever the order of rows
  /// and columns; `run` is not looked at. Tables that cannot be compared are a result with reasons, not an error.
  package static func compare(
    baseline: CSVTable, candidate: CSVTable, options: DiffOptions = DiffOptions()
  ) -> TableDiff {
    var diff = TableDiff(
      baselineName: options.baselineName, candidateName: options.candidateName,
      baselineRows: baseline.rows.count, candidateRows: candidate.rows.count, keyColumns: [],
      rows: [], groups: [], reasons: [], notes: [], allowExtra: options.allowExtra)
    diff.fill(baseline, candidate, options.tolerances)
    return diff
  }

  private mutating func fill(
    _ baseline: CSVTable, _ candidate: CSVTable, _ tolerances: [String: Tolerance]
  ) {
    let known = Tolerance.metricNames
    for name in tolerances.keys.sorted() where !known.contains(name) {
      reasons.append(
        "there is no metric '\(name)' to give a tolerance for; metrics are \(list(known))")
    }
    guard let kind = sharedKind(baseline, candidate) else { return }
    let fixed = kind.columns
    let axes = baseline.columns.filter { !fixed.contains($0) }
    checkColumns(kind, axes: axes, baseline, candidate)
    if baseline.rows.isEmpty {
      reasons.append("\(baselineName) has no rows, so there is nothing to be equal to")
    }
    guard reasons.isEmpty else { return }

    keyColumns = axes + kind.keyColumns
    let before = keyed(baseline, name: baselineName)
    let after = keyed(candidate, name: candidateName)
    checkDatasets(before, after)
    checkNumbers(kind, baseline, name: baselineName)
    checkNumbers(kind, candidate, name: candidateName)
    guard reasons.isEmpty else { return }

    for (key, row) in before {
      guard let other = after[key] else {
        rows.append(Row(key: key, cells: [], verdict: .missing))
        continue
      }
      let cells = compareCells(kind, tolerances, baseline: row, candidate: other)
      rows.append(Row(key: key, cells: cells, verdict: cells.map(\.verdict).max() ?? .equal))
    }
    for key in after.keys where before[key] == nil {
      rows.append(Row(key: key, cells: [], verdict: .extra))
    }
    noteDoubts(candidate)
    groupRows(.missing, named: candidateName, against: after.keys)
    groupRows(.extra, named: baselineName, against: before.keys)
  }

  private typealias Cells = [String: String]

  private mutating func sharedKind(_ baseline: CSVTable, _ candidate: CSVTable) -> TableKind? {
    let kinds = [(baselineName, baseline), (candidateName, candidate)].map { name, table in
      let kind = TableKind(table)
      if kind == nil {
        reasons.append(
          "\(name) is neither a results.csv (columns 'accuracy' and 'status') nor a summary.csv "
            + "('accuracy_mean' and 'failed')")
      }
      return kind
    }
    guard let first = kinds[0], let second = kinds[1] else { return nil }
    guard first == second else {
      reasons.append(
        "\(baselineName) is a \(first.rawValue), \(candidateName) a \(second.rawValue)")
      return nil
    }
    return first
  }

  /// Notes how many numbers of the candidate cannot be believed.
  private mutating func noteDoubts(_ candidate: CSVTable) {
    guard let place = candidate.index(of: Column.verdict.name) else { return }
    let levels = [AttackVerdict.Level.suspicious, .broken].map(\.rawValue)
    let doubtful = candidate.rows.count { levels.contains($0[place]) }
    guard doubtful > 0 else { return }
    notes.append(
      "\(candidateName): \(Results.count(doubtful, "row")) of \(candidate.rows.count) "
        + "\(doubtful == 1 ? "is" : "are") suspicious or broken, see its column `verdict`")
  }

  private mutating func checkColumns(
    _ kind: TableKind, axes: [String], _ baseline: CSVTable, _ candidate: CSVTable
  ) {
    let quoted = { (names: [String]) in shortList(names.map { "'\($0)'" }) }
    for (name, table) in [(baselineName, baseline), (candidateName, candidate)] {
      let absent = kind.requiredColumns.filter { table.index(of: $0) == nil }.sorted()
      if !absent.isEmpty {
        reasons.append("\(name) lacks \(quoted(absent)), which every \(kind.rawValue) has")
      }
    }
    let fixed = kind.columns
    let others = candidate.columns.filter { !fixed.contains($0) }
    let (before, after) = (Set(axes), Set(others))
    let lost = axes.filter { !after.contains($0) }
    let gained = others.filter { !before.contains($0) }
    if !lost.isEmpty {
      reasons.append("\(quoted(lost)) was swept in \(baselineName), not in \(candidateName)")
    }
    if !gained.isEmpty {
      reasons.append("\(quoted(gained)) was swept in \(candidateName), not in \(baselineName)")
    }
  }

  private mutating func keyed(
    _ table: CSVTable, name: String
  ) -> OrderedDictionary<[String], Cells> {
    var rows: OrderedDictionary<[String], Cells> = [:]
    var twice: OrderedSet<[String]> = []
    for fields in table.rows {
      let cells = Cells(uniqueKeysWithValues: zip(table.columns, fields))
      let key = keyColumns.map { KeyText.normalized(cells[$0] ?? "", column: $0) }
      if rows.updateValue(cells, forKey: key) != nil { twice.append(key) }
    }
    if let key = twice.first {
      let others = twice.count > 1 ? " (and \(Results.count(twice.count - 1, "other key")))" : ""
      reasons.append("\(name) has more than one row with \(words(for: key))\(others)")
    }
    return rows
  }

  /// A key as text: `seed=0 model=base …`, without what is empty.
  private func words(for key: [String]) -> String {
    zip(keyColumns, key).filter { !$1.isEmpty }.map { "\($0)=\($1)" }.joined(separator: " ")
  }

  private mutating func checkDatasets(
    _ baseline: OrderedDictionary<[String], Cells>, _ candidate: OrderedDictionary<[String], Cells>
  ) {
    let sets = [baseline, candidate].map { OrderedSet($0.values.compactMap { $0["dataset"] }) }
    guard sets.allSatisfy({ !$0.isEmpty }), sets[0].isDisjoint(with: sets[1]) else { return }
    let names = sets.map { shortList(Array($0)) }
    reasons.append(
      "the data differ: \(baselineName) was made on \(names[0]), \(candidateName) on \(names[1]); "
        + "if a fallback was used for a dataset that was not found, the run said so")
  }

  private mutating func checkNumbers(_ kind: TableKind, _ table: CSVTable, name: String) {
    for metric in kind.metrics where !metric.isText {
      guard let column = table.index(of: metric.name) else { continue }
      for (number, row) in table.rows.enumerated() {
        let text = row[column]
        if !text.isEmpty, Double(text) == nil {
          reasons.append("\(name), row \(number + 1): \(metric.name) is '\(text)', not a number")
          return
        }
      }
    }
  }

  private func compareCells(
    _ kind: TableKind, _ tolerances: [String: Tolerance], baseline: Cells, candidate: Cells
  ) -> [Cell] {
    let cell = { (column: String) in
      Cell(
        column: column, baseline: baseline[column] ?? "", candidate: candidate[column] ?? "",
        change: nil, verdict: .equal)
    }
    var status = cell(kind.statusColumn)
    if !kind.isGood(status.candidate) {
      status.verdict = .failed
      return [status]
    }
    if !kind.isGood(status.baseline) {
      status.verdict = .changed
      return [status]
    }
    var cells: [Cell] = []
    for metric in kind.metrics {
      if metric.isNew, baseline[metric.name] == nil || candidate[metric.name] == nil { continue }
      let isJudgedElsewhere = metric.derivedFrom.contains { name in
        cells.contains { $0.column == name && $0.verdict != .equal }
      }
      var cell = cell(metric.name)
      cell.judge(metric, metric.tolerance(in: tolerances))
      if !isJudgedElsewhere || cell.verdict == .notFinite { cells.append(cell) }
    }
    return cells
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
