internal import Measurements

extension TableDiff {
  /// Compares `candidate` with `baseline`, both `results.csv` or both `summary.csv`.
  ///
  /// Rows are joined on their key columns (the axes', `seed`, `dataset`, `model`, `attack`,
  /// `source`, `norm`, `epsilon`) by what they mean, numbers as numbers, whatever the order of rows
  /// and columns; `run` is not looked at. Tables that cannot be compared are a result with reasons, not an error.
  package static func compare(
    baseline: CSVTable, candidate: CSVTable, options: DiffOptions = DiffOptions()
  ) -> TableDiff {
    var diff = TableDiff(options)
    diff.baselineRows = baseline.rows.count
    diff.candidateRows = candidate.rows.count
    diff.fill(baseline, candidate, options)
    return diff
  }

  /// What is said of a candidate whose baseline does not exist yet.
  package static func withoutBaseline(
    candidate: CSVTable, options: DiffOptions = DiffOptions()
  ) -> TableDiff {
    var diff = TableDiff(options)
    diff.candidateRows = candidate.rows.count
    diff.kind = TableKind(candidate)
    diff.isFirst = true
    diff.reasons = ["\(options.baselineName) does not exist yet"]
    return diff
  }

  private mutating func fill(
    _ baseline: CSVTable, _ candidate: CSVTable, _ options: DiffOptions
  ) {
    let tolerances = options.tolerances
    let known = Tolerance.metricNames
    for name in tolerances.keys.sorted() where !known.contains(name) {
      reasons.append(
        "there is no metric '\(name)' to give a tolerance for; metrics are \(list(known))")
    }
    kind = sharedKind(baseline, candidate)
    guard let kind else { return }
    let fixed = kind.columns
    let axes = baseline.columns.filter { !fixed.contains($0) }
    checkColumns(kind, axes: axes, baseline, candidate)
    if baseline.rows.isEmpty {
      reasons.append("\(baselineName) has no rows, so there is nothing to be equal to")
    }
    guard reasons.isEmpty else { return }

    keyColumns = axes + kind.keyColumns
    let keys = RowKeys(keyColumns, baseline: baseline, candidate: candidate)
    let before = places(of: .baseline, keys)
    let after = places(of: .candidate, keys)
    checkDatasets(keys)
    let judge = RowJudge(kind, tolerances, baseline: baseline, candidate: candidate)
    reasons += judge.mistakes(baselineName, candidateName)
    guard reasons.isEmpty else { return }

    rows.reserveCapacity(before.count)
    for (index, number) in keys.numbers(.baseline).enumerated() {
      var row = Row(
        key: keys.key(.baseline, row: index), cells: [], verdict: .missing, baselineRow: index)
      if let other = after[number] {
        row.cells = judge.cells(baseline.rows[index], candidate.rows[other])
        row.verdict = row.cells.lazy.map(\.verdict).max() ?? .equal
        row.candidateRow = other
      }
      rows.append(row)
    }
    for (index, number) in keys.numbers(.candidate).enumerated() where before[number] == nil {
      let key = keys.key(.candidate, row: index)
      rows.append(Row(key: key, cells: [], verdict: .extra, candidateRow: index))
    }
    if let significance = options.significance {
      test(significance, tolerances[Column.accuracy.name] ?? .exact) { row in
        Self.accuracies(of: row, kind, baseline, candidate)
      }
    }
    noteDoubts(candidate)
    groupRows(.missing, named: candidateName) { keys.texts(.candidate, column: $0) }
    groupRows(.extra, named: baselineName) { keys.texts(.baseline, column: $0) }
  }

  /// The accuracies of a row that both tables have, and the texts of all its numbers.
  private static func accuracies(
    of row: Row, _ kind: TableKind, _ baseline: CSVTable, _ candidate: CSVTable
  ) -> (baseline: Double, candidate: Double, numbers: [String])? {
    guard let before = row.baselineRow, let after = row.candidateRow else { return nil }
    func texts(_ table: CSVTable, _ row: Int) -> [String] {
      kind.metrics.compactMap { table.index(of: $0.name) }.map { table.rows[row][$0] }
    }
    func accuracy(_ table: CSVTable, _ row: Int) -> Double? {
      table.index(of: Column.accuracy.name).flatMap { Double(table.rows[row][$0]) }
    }
    guard let first = accuracy(baseline, before), let second = accuracy(candidate, after) else {
      return nil
    }
    return (first, second, texts(baseline, before) + texts(candidate, after))
  }

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

  /// Where the rows of a table are, by the numbers of their keys; keys that are there twice are a
  /// reason.
  private mutating func places(of side: RowKeys.Side, _ keys: RowKeys) -> [UInt64: Int] {
    let numbers = keys.numbers(side)
    var places = [UInt64: Int](minimumCapacity: numbers.count)
    var twice: Set<UInt64> = []
    var first: Int?
    for (row, number) in numbers.enumerated() where places.updateValue(row, forKey: number) != nil {
      twice.insert(number)
      first = first ?? row
    }
    if let first {
      let name = side == .baseline ? baselineName : candidateName
      let others = twice.count > 1 ? " (and \(Results.count(twice.count - 1, "other key")))" : ""
      reasons.append(
        "\(name) has more than one row with \(words(for: keys.key(side, row: first)))\(others)")
    }
    return places
  }

  /// A key as text: `seed=0 model=base …`, without what is empty.
  func words(for key: [String]) -> String {
    zip(keyColumns, key).filter { !$1.isEmpty }.map { "\($0)=\($1)" }.joined(separator: " ")
  }

  private mutating func checkDatasets(_ keys: RowKeys) {
    guard let column = keyColumns.firstIndex(of: Column.dataset.name) else { return }
    let (before, after) = (
      keys.texts(.baseline, column: column), keys.texts(.candidate, column: column)
    )
    guard !before.isEmpty, !after.isEmpty, Set(before).isDisjoint(with: after) else { return }
    reasons.append(
      "the data differ: \(baselineName) was made on \(shortList(before)), "
        + "\(candidateName) on \(shortList(after)); "
        + "if a fallback was used for a dataset that was not found, the run said so")
  }
}
