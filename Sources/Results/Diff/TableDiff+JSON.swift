internal import FoundationEssentials
internal import PlainText

extension TableDiff {
  /// Raised when a program that reads the older form would fail.
  package static let schemaVersion = 1

  /// The comparison as JSON: sorted keys, two spaces, a line feed at the end.
  ///
  /// Numbers that JSON has no word for are the strings `nan`, `inf` and `-inf`.
  ///
  /// - Throws: `EncodingError`, never for a comparison.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Document(self)), as: UTF8.self).printableJSON + "\n"
  }

  private struct Document: Encodable {
    var schemaVersion = TableDiff.schemaVersion
    var table: String?
    var baseline: Table
    var candidate: Table
    var keyColumns: [String]
    var exitStatus: Int32
    var conclusion: String
    var failOn: String
    var allowExtra: Bool
    var counts: [String: Int]
    var reasons: [String]
    var notes: [String]
    var differences: [Entry]
    var withinTolerance: [Entry]

    private enum CodingKeys: String, CodingKey {
      case table, baseline, candidate, conclusion, counts, reasons, notes, differences
      case schemaVersion = "schema_version"
      case keyColumns = "key_columns"
      case exitStatus = "exit_status"
      case failOn = "fail_on"
      case allowExtra = "allow_extra"
      case withinTolerance = "within_tolerance"
    }

    init(_ diff: TableDiff) {
      table = diff.kind?.rawValue
      baseline = Table(name: diff.baselineName, rows: diff.baselineRows)
      candidate = Table(name: diff.candidateName, rows: diff.candidateRows)
      keyColumns = diff.keyColumns
      exitStatus = diff.exitStatus
      conclusion = diff.conclusion
      failOn = diff.failOn.rawValue
      allowExtra = diff.allowExtra
      counts = Dictionary(
        uniqueKeysWithValues: Verdict.allCases.map { ($0.name, diff.count($0)) })
      reasons = diff.reasons
      notes = diff.notes
      differences = diff.differences(areGrouped: false).compactMap { diff.entry($0) }
      withinTolerance = diff.rows.flatMap { row in
        row.cells.filter { $0.verdict == .withinTolerance }.map { diff.entry(row, $0) }
      }
    }
  }

  private struct Table: Encodable {
    var name: String
    var rows: Int
  }

  /// A number that is not equal, or a row that only one table has.
  private struct Entry: Encodable {
    var key: [String: CellValue]
    var verdict: String
    var fails: Bool
    var metric: String?
    var baseline: CellValue?
    var candidate: CellValue?
    var change: Double?
  }

  private func entry(_ difference: Difference) -> Entry? {
    switch difference {
    case .group: nil
    case .row(let index): entry(rows[index], nil)
    case .cell(let row, let cell): entry(rows[row], rows[row].cells[cell])
    }
  }

  private func entry(_ row: Row, _ cell: Cell?) -> Entry {
    let verdict = cell?.verdict ?? row.verdict
    let key = zip(keyColumns, row.key).map { column, text in
      (column, CellValue(text, isName: KeyText.names.contains(column)))
    }
    return Entry(
      key: Dictionary(uniqueKeysWithValues: key), verdict: verdict.name, fails: fails(verdict),
      metric: cell?.column, baseline: cell.map { Self.value($0.baseline) },
      candidate: cell.map { Self.value($0.candidate) }, change: cell?.change)
  }

  /// A metric's cell; however a program wrote an infinity, it has one name.
  private static func value(_ text: String) -> CellValue {
    if let number = Double(text), !number.isFinite { return .text(NumberText.shortest(number)) }
    return CellValue(text)
  }
}
