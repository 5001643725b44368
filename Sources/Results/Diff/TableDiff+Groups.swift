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
  ///   - others: The keys of the other table.
  mutating func groupRows(
    _ verdict: Verdict, named name: String, against others: OrderedSet<[String]>
  ) {
    let lacking = rows.filter { $0.verdict == verdict }.map(\.key)
    guard lacking.count > 1, !others.isEmpty else { return }
    var explanations: [(column: Int, values: OrderedSet<String>, rows: Set<Int>)] = []
    for index in keyColumns.indices {
      let present = Set(others.map { $0[index] })
      let absent = OrderedSet(lacking.map { $0[index] }).subtracting(present)
      let rows = Set(lacking.indices.filter { absent.contains(lacking[$0][index]) })
      if rows.count > 1 { explanations.append((index, absent, rows)) }
    }
    explanations.sort { ($1.rows.count, $0.column) < ($0.rows.count, $1.column) }
    var explained: Set<Int> = []
    for explanation in explanations where !explanation.rows.isSubset(of: explained) {
      for value in explanation.values {
        let members = explanation.rows.subtracting(explained).sorted()
          .filter { lacking[$0][explanation.column] == value }
        guard members.count > 1 else { continue }
        groups.append(Group(members.map { lacking[$0] }, verdict))
      }
      explained.formUnion(explanation.rows)
      let values = explanation.values.map { $0.isEmpty ? "''" : $0 }
      notes.append(
        "\(name) has no row with \(keyColumns[explanation.column]) \(shortList(values))")
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
