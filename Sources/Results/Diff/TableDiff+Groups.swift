internal import OrderedCollections

extension TableDiff {
  /// Rows that one table does not have, for one reason: it has no row with some value at all.
  package struct Group: Hashable, Sendable {
    /// One value for each of `keyColumns`; `nil` where the rows have several.
    package var key: [String?]
    /// The keys of the rows, at least two.
    package var rows: [[String]]
    /// `missing` or `extra`.
    package var verdict: Verdict
  }

  /// Groups rows by the values of key columns that no row of the other table has, and notes these:
  /// columns first that explain most, and none that explains only what another one does already.
  ///
  /// - Parameters:
  ///   - verdict: `missing` or `extra`.
  ///   - name: What the other table is called.
  ///   - others: The values of a key column in the other table.
  mutating func groupRows(
    _ verdict: Verdict, named name: String, others: (_ column: Int) -> [String]
  ) {
    let lacking = rows.filter { $0.verdict == verdict }.map(\.key)
    guard lacking.count > 1 else { return }
    var explanations: [(column: Int, values: OrderedSet<String>, rows: [Int])] = []
    for column in keyColumns.indices {
      let present = Set(others(column))
      if present.isEmpty { return }
      let rows = lacking.indices.filter { !present.contains(lacking[$0][column]) }
      guard rows.count > 1 else { continue }
      explanations.append((column, OrderedSet(rows.map { lacking[$0][column] }), rows))
    }
    explanations.sort { ($1.rows.count, $0.column) < ($0.rows.count, $1.column) }
    var isExplained = [Bool](repeating: false, count: lacking.count)
    for (column, values, rows) in explanations {
      let members = rows.filter { !isExplained[$0] }
      if members.isEmpty { continue }
      let byValue = Dictionary(grouping: members) { lacking[$0][column] }
      for value in values {
        guard let members = byValue[value], members.count > 1 else { continue }
        groups.append(Group(members.map { lacking[$0] }, verdict))
      }
      for row in rows { isExplained[row] = true }
      notes.append(
        "\(name) has no row with \(keyColumns[column]) "
          + shortList(values.map { $0.isEmpty ? "''" : $0 }))
    }
  }
}

extension TableDiff.Group {
  fileprivate init(_ rows: [[String]], _ verdict: Verdict) {
    self.rows = rows
    self.verdict = verdict
    key = rows[0].indices.map { index in
      rows.allSatisfy { $0[index] == rows[0][index] } ? rows[0][index] : nil
    }
  }
}
