internal import PlainText
import Settings
package import YAML

/// A condition over the columns of a table, in the language of a sweep's `where`.
package struct TableCondition {
  private let evaluator: ConditionEvaluator
  private let places: [Int]
  private let table: TableNames

  /// - Parameters:
  ///   - text: As it was given on the command line.
  ///   - rows: Each of as many cells as there are columns.
  ///   - words: Columns whose cells are strings, whatever they look like.
  ///   - keys: Columns that tell rows apart, for messages.
  /// - Throws: `DiagnosticsError` for what is no condition over these columns.
  package init(
    _ text: String, columns: [String], rows: [[String]], words: Set<String> = [],
    keys: [String] = []
  ) throws(DiagnosticsError) {
    let source = SourceText(name: Self.sourceName, text: text)
    let range = SourceRange(
      source: source, start: Mark(line: 1, column: 1),
      end: Mark(line: 1, column: max(text.unicodeScalars.count, 1) + 1))
    let node = Node(.scalar(Scalar(text)), at: range)
    table = TableNames(columns: columns, rows: rows, words: words, keys: keys)
    let diagnostics = Diagnostics()
    guard let condition = ConditionParser.parse(node, table, diagnostics) else {
      throw DiagnosticsError(diagnostics.all)
    }
    evaluator = ConditionEvaluator(condition)
    places = condition.paths.compactMap { columns.firstIndex(of: $0.keys[0]) }
  }

  /// What diagnostics call the condition.
  private static let sourceName = "<where>"

  /// The columns that it reads.
  package var columns: [String] { places.map { table.columns[$0] } }

  /// The positions of the rows for which it holds, in the table's order.
  ///
  /// - Throws: `DiagnosticsError` for the first row for which it cannot be decided.
  package func positions() throws(DiagnosticsError) -> [Int] {
    var positions: [Int] = []
    for (position, row) in table.rows.enumerated() {
      do {
        if try evaluator.isMet({ table.value(places[$0], of: row) }) { positions.append(position) }
      } catch {
        throw DiagnosticsError([diagnostic(error, row)])
      }
    }
    return positions
  }

  private func diagnostic(_ error: ConditionError, _ row: [String]) -> Diagnostic {
    let cells = table.keys.compactMap { key in
      table.columns.firstIndex(of: key).flatMap { row[$0].isEmpty ? nil : "\(key)=\(row[$0])" }
    }
    return Diagnostic(
      code: .condition, error.message, at: error.range,
      suggestion: error.absent.map { "`\($0) != null and …` leaves out rows where it is empty" },
      notes: cells.isEmpty ? [] : [Diagnostic.Note("in the row \(cells.joined(separator: ", "))")])
  }
}

/// The columns of a table, as a condition reads them.
private struct TableNames: ConditionNames {
  var columns: [String]
  var rows: [[String]]
  var words: Set<String>
  var keys: [String]

  var readable: [String] { columns }

  /// A cell as the language reads values, except that `inf` and `nan` are numbers here.
  func value(_ place: Int, of row: [String]) -> ConditionValue {
    let cell = row[place]
    if !cell.isEmpty, words.contains(columns[place]) { return .text(cell) }
    switch Scalar(cell).value {
    case .null: return .null
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .number(Double(value))
    case .number(let value): return .number(value)
    case .text(let text):
      let number = Double(text).flatMap { $0.isFinite ? nil : $0 }
      return number.map(ConditionValue.number) ?? .text(text)
    }
  }

  func reading(_ name: String) -> Result<[String], UnknownName> {
    if columns.contains(name) { return .success([name]) }
    let whole = columns.filter { $0.hasSuffix("." + name) }
    if whole.count == 1 { return .success(whole) }
    let shown = Scalar(name).excerpt
    if whole.count > 1 {
      return .failure(
        UnknownName(
          message: "`\(shown)` may mean \(whole.map { "`\($0)`" }.joined(separator: " or "))",
          suggestion: "write the column's whole name"))
    }
    return .failure(
      UnknownName(
        message: "the table has no column `\(shown)`", suggestion: suggestion(for: name)))
  }

  private func suggestion(for name: String) -> String {
    let quoted = "a string needs quotes: `\"\(Scalar(name).excerpt)\"`"
    if rows.contains(where: { $0.contains(name) }) { return quoted }
    let near = columns.first { name.hasSuffix("." + $0) } ?? closest(to: name, among: columns)
    if let near { return "did you mean `\(near)`?" }
    return Vocabulary.isWord(name) ? quoted : "columns are \(listed(columns))"
  }
}
