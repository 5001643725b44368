internal import FoundationEssentials
internal import PlainText

/// The rows of a `results.csv` or `summary.csv` one below the other: sorted, cut, with chosen
/// columns, for people and for programs.
package struct TableListing: Sendable {
  package private(set) var columns: [String]
  package private(set) var rows: [[String]]
  private let kind: TableKind?
  /// Of a comparison, the columns that stay where all rows are alike.
  private let compared: Set<String>?

  package init(_ table: CSVTable) {
    columns = table.columns
    rows = table.rows
    kind = TableKind(table)
    compared = nil
  }

  /// The measured quantities of experiments side by side.
  package init(_ comparison: ExperimentComparison) {
    (columns, rows) = (comparison.table.columns, comparison.table.rows)
    kind = nil
    compared = comparison.tellingColumns
  }

  /// Whether the table is a `summary.csv`.
  package var isSummary: Bool { kind == .summary }

  /// Columns whose cells are words, whatever they look like: names, and norms (`inf`).
  package var wordColumns: Set<String> {
    Set(columns.filter { KeyText.names.contains($0) || $0.hasSuffix("norm") || $0 == "run" })
  }

  /// Columns that tell rows apart, with those that a sweep varies; without the dataset, which is one.
  package var keyColumns: [String] {
    guard let kind else { return [] }
    let others = Set(kind.columns).subtracting(kind.keyColumns + kind.ignoredColumns)
      .union(kind.metrics.map(\.name) + ["dataset"])
    return columns.filter { !others.contains($0) }
  }

  /// Sorts by a column that is there: the best first where more or less is better (accuracy, loss),
  /// else ascending; rows without a number last. Equal rows stay in their order.
  package mutating func sort(by column: String, reversed: Bool = false) {
    guard let place = columns.firstIndex(of: column) else { return }
    let isDescending = (direction(of: column) == .higherIsBetter) != reversed
    let keys = rows.map { row in
      (text: row[place], number: Double(row[place]).flatMap { $0.isNaN ? nil : $0 })
    }
    func isBefore(_ a: Int, _ b: Int) -> Bool {
      switch (keys[a].number, keys[b].number) {
      case (let first?, let second?):
        if first != second { return isDescending ? first > second : first < second }
      case (_?, nil): return true
      case (nil, _?): return false
      case (nil, nil):
        let (first, second) = (keys[a].text, keys[b].text)
        if first.isEmpty != second.isEmpty { return second.isEmpty }
        if first != second { return isDescending ? first > second : first < second }
      }
      return a < b
    }
    rows = rows.indices.sorted(by: isBefore).map { rows[$0] }
  }

  private func direction(of column: String) -> Metric.Direction {
    kind?.metrics.first { $0.name == column }?.direction ?? .neutral
  }

  /// Of a comparison, keeps the rows of these metrics.
  package mutating func keepMetrics(_ metrics: Set<String>) {
    guard let place = columns.firstIndex(of: ExperimentComparison.metricColumn) else { return }
    rows = rows.filter { metrics.contains($0[place]) }
  }

  /// Keeps the rows at these positions, in this order.
  package mutating func keep(_ positions: [Int]) { rows = positions.map { rows[$0] } }

  package mutating func keepFirst(_ count: Int) { rows = Array(rows.prefix(count)) }

  /// Keeps columns that are there, in the order given.
  package mutating func choose(_ names: [String]) {
    let places = names.compactMap { columns.firstIndex(of: $0) }
    rows = rows.map { row in places.map { row[$0] } }
    columns = places.map { columns[$0] }
  }

  /// Keeps what tells rows apart and how good they are.
  ///
  /// - Parameter others: Stay in any case.
  package mutating func chooseTelling(besides others: Set<String> = []) {
    if let compared { return chooseTelling(of: compared.union(others)) }
    guard let kind else { return }
    let (metrics, fixed) = (kind.metrics.map(\.name), kind.columns)
    let shown: Set<String> = ["accuracy", "loss", "accuracy_mean", "accuracy_sd", "loss_mean"]
    let varying = Set(
      columns.indices.filter { place in rows.contains { $0[place] != rows[0][place] } }
        .map { columns[$0] })
    choose(
      columns.filter { name in
        if others.contains(name) { return true }
        if shown.contains(name) { return varying.contains(name) || !isEmpty(name) }
        if name == kind.statusColumn { return varying.contains(name) }
        let isKey = !fixed.contains(name) || kind.keyColumns.contains(name)
        return isKey && !metrics.contains(name) && (varying.contains(name) || name == "model")
      })
  }

  /// Of a comparison: accuracies and losses, unless others are asked for, and the columns that vary.
  private mutating func chooseTelling(of shown: Set<String>) {
    choose(
      columns.filter { name in
        let place = columns.firstIndex(of: name)
        return shown.contains(name)
          || place.map { place in rows.contains { $0[place] != rows[0][place] } } ?? false
      })
  }

  private func isEmpty(_ column: String) -> Bool {
    let place = columns.firstIndex(of: column)
    return place.map { place in rows.allSatisfy { $0[place].isEmpty } } ?? true
  }

  // MARK: Forms

  /// Whether a column, by its place, holds numbers only.
  var isNumeric: [Bool] {
    columns.indices.map { place in
      rows.allSatisfy { $0[place].isEmpty || Double($0[place]) != nil }
    }
  }

  /// For a terminal; without what could play tricks on it.
  package var text: String {
    TextColumns([columns] + rows, alignments: isNumeric.map { $0 ? .right : .left })
      .render().map { $0 + "\n" }.joined()
  }

  /// A table of GitHub-flavoured Markdown.
  package var markdown: String {
    ([columns, columns.map { _ in "---" }] + rows).map { row in
      "| " + row.map { TableDiff.escaped($0) }.joined(separator: " | ") + " |\n"
    }.joined()
  }

  package var csv: String { CSVTable(columns: columns, rows: rows).text }

  /// A list of objects, one a row; numbers are numbers, and what is empty is null.
  ///
  /// - Throws: `EncodingError`, never for a table.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(objects), as: UTF8.self).printableJSON + "\n"
  }

  var objects: [[String: CellValue]] {
    rows.map { row in
      Dictionary(
        uniqueKeysWithValues: zip(columns, row).map {
          ($0, CellValue($1, isName: KeyText.names.contains($0)))
        })
    }
  }
}
