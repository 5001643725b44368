internal import Measurements

/// `results.csv`: one row per point, seed, model and attack, in the plan's order.
package struct ResultTable: Hashable, Sendable {
  /// The columns of the swept paths.
  package let axes: [String]
  package let rows: [ResultRow]

  /// - Parameter axes: Names made by `axisColumns`; each row's point has one value for each.
  package init(axes: [String], rows: [ResultRow]) {
    precondition(rows.allSatisfy { $0.key.point.count == axes.count }, "a point of other axes")
    self.axes = axes
    self.rows = rows
  }

  /// The columns after the axes'.
  static let fixedColumns = Column.results.map(\.name)

  /// The names of the columns of swept paths.
  ///
  /// A short name that a column of `results.csv` or `summary.csv` has already is replaced by the
  /// whole path, and where that is such a name too, by `sweep.` and the path.
  ///
  /// - Parameter paths: Whole paths with the shortest names that tell them apart.
  package static func axisColumns(_ paths: [(path: String, column: String)]) -> [String] {
    paths.map { axis in
      if !Column.taken.contains(axis.column) { return axis.column }
      return Column.taken.contains(axis.path) ? "sweep." + axis.path : axis.path
    }
  }

  package var columns: [String] { [Column.run.name] + axes + Self.fixedColumns }

  package var csv: CSVTable {
    CSVTable(
      columns: columns,
      rows: rows.map { row in
        let key = row.key
        let keys =
          [key.run] + key.point
          + [String(key.seed), key.dataset, key.model, key.attack, key.source, key.norm]
          + [NumberText.shortest(key.epsilon)]
        guard let metrics = row.metrics else {
          return keys + Column.metrics.map { _ in "" } + ["", row.status.rawValue]
        }
        return keys
          + Column.metrics.map { metrics.value($0).map(NumberText.shortest) ?? "" }
          + [metrics.attack?.verdict.level.rawValue ?? "", row.status.rawValue]
      })
  }
}

/// Why a CSV file is not the table it should be.
package struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    case missingColumn = "missing-column"
    case badValue = "bad-value"
  }

  package var code: Code
  package var message: String
  package var file: String
  /// Counted from 1 after the header; `nil` where the header is meant.
  package var row: Int?

  package var description: String {
    "\(file):\(row.map { " row \($0):" } ?? "") error: \(message)"
  }
}

extension ResultTable {
  /// Reads `results.csv` back; the columns between `run` and `seed` are the axes.
  ///
  /// What follows from other columns (`accuracy` and its interval) is calculated, not read.
  ///
  /// - Throws: `TableError` for a missing column or a cell that is not what its column holds.
  package init(_ csv: CSVTable, file: String) throws(TableError) {
    let places = Dictionary(
      uniqueKeysWithValues: zip(csv.columns, csv.columns.indices))
    let new = Set(Column.new.map(\.name))
    for name in [Column.run.name] + Self.fixedColumns
    where places[name] == nil && !new.contains(name) {
      throw TableError(
        code: .missingColumn,
        message: "no column '\(name)'; this is not a table that nsl-run calls results.csv",
        file: file)
    }
    let fixed = Set([Column.run.name] + Self.fixedColumns)
    let axes = csv.columns.indices.filter { !fixed.contains(csv.columns[$0]) }
    self.axes = axes.map { csv.columns[$0] }
    var rows: [ResultRow] = []
    for (index, fields) in csv.rows.enumerated() {
      let reader = RowReader(fields: fields, places: places, file: file, index: index)
      rows.append(try reader.row(axes: axes))
    }
    self.rows = rows
  }
}

/// Reads the cells of one row by their columns' names.
private struct RowReader {
  let fields: [String]
  /// Of the columns by their names.
  let places: [String: Int]
  let file: String
  let index: Int

  /// - Parameter axes: The places of the axes' columns.
  func row(axes: [Int]) throws(TableError) -> ResultRow {
    let status = try value(.status, "a status", RowStatus.init(rawValue:))
    let key = RowKey(
      run: text(.run), point: axes.map { fields[$0] },
      seed: try value(.seed, "a whole number", KeyText.wholeNumber),
      dataset: text(.dataset), model: text(.model), attack: text(.attack),
      source: text(.source), norm: KeyText.norm(text(.norm)), epsilon: try number(.epsilon))
    guard status == .ok else { return ResultRow(key, failed: status) }
    let examples = try value(.examples, "a positive whole number") { text in
      KeyText.wholeNumber(text).flatMap { $0 > 0 ? $0 : nil }
    }
    let correct = try value(.correct, "a whole number up to \(examples)") { text in
      KeyText.wholeNumber(text).flatMap { (0...examples).contains($0) ? $0 : nil }
    }
    var measurement = Measurement(
      examples: examples, correct: correct, loss: try number(.loss),
      meanLinf: try number(.meanLinf), meanL2: try number(.meanL2))
    for column in Column.attackMetrics where !text(column).isEmpty { _ = try number(column) }
    measurement.attack = AttackMeasurement(examples: examples) { Double(text($0)) }
    if let level = AttackVerdict.Level(rawValue: text(.verdict)) {
      measurement.attack?.verdict = AttackVerdict(level)
    }
    return ResultRow(key, measurement)
  }

  private func text(_ column: Column) -> String {
    places[column.name].map { fields[$0] } ?? ""
  }

  private func number(_ column: Column) throws(TableError) -> Double {
    try value(column, "a number") { Double($0) }
  }

  private func value<Value>(
    _ column: Column, _ expected: String, _ read: (String) -> Value?
  ) throws(TableError) -> Value {
    if let value = read(text(column)) { return value }
    throw TableError(
      code: .badValue, message: "\(column.name) is '\(text(column))', not \(expected)", file: file,
      row: index + 1)
  }
}
