internal import FoundationEssentials
internal import Measurements
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
    var tests: [Test]

    private enum CodingKeys: String, CodingKey {
      case table, baseline, candidate, conclusion, counts, reasons, notes, differences, tests
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
      tests = diff.comparisons.map { Test($0, keys: $0.rows.map { diff.key(diff.rows[$0]) }) }
    }
  }

  private struct Table: Encodable {
    var name: String
    var rows: Int
  }

  /// A test of accuracies, of all its rows.
  private struct Test: Encodable {
    var keys: [[String: CellValue]]
    var test: String
    var verdict: String
    var seeds: Int
    var baseline: Double
    var candidate: Double
    var change: Double
    var low: Double?
    var high: Double?
    var p: Double
    var holm: Double
    var smallestChange: Double?
    var seedsNeeded: Int?

    private enum CodingKeys: String, CodingKey {
      case keys, test, verdict, seeds, baseline, candidate, change, p
      case low = "ci_low"
      case high = "ci_high"
      case holm = "p_holm"
      case smallestChange = "smallest_change"
      case seedsNeeded = "seeds_needed"
    }

    init(_ comparison: SeedComparison, keys: [[String: CellValue]]) {
      let rounded = NumberText.withoutNoise
      self.keys = keys
      test = comparison.test.rawValue
      verdict = comparison.verdict.name
      seeds = comparison.seeds
      baseline = rounded(comparison.baseline)
      candidate = rounded(comparison.candidate)
      change = rounded(comparison.change)
      low = (comparison.interval?.lowerBound).map(rounded)
      high = (comparison.interval?.upperBound).map(rounded)
      p = rounded(comparison.pValue)
      holm = rounded(comparison.adjustedPValue)
      smallestChange = comparison.smallestChange.map(rounded)
      seedsNeeded = comparison.seedsNeeded
    }
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
    case .group, .comparison: nil
    case .row(let index): entry(rows[index], nil)
    case .cell(let row, let cell): entry(rows[row], rows[row].cells[cell])
    }
  }

  private func key(_ row: Row) -> [String: CellValue] {
    Dictionary(
      uniqueKeysWithValues: zip(keyColumns, row.key).map { column, text in
        (column, CellValue(text, isName: KeyText.names.contains(column)))
      })
  }

  private func entry(_ row: Row, _ cell: Cell?) -> Entry {
    let verdict = cell?.verdict ?? row.verdict
    return Entry(
      key: key(row), verdict: verdict.name, fails: fails(verdict),
      metric: cell?.column, baseline: cell.map { Self.value($0.baseline) },
      candidate: cell.map { Self.value($0.candidate) }, change: cell?.change)
  }

  /// A metric's cell; however a program wrote an infinity, it has one name.
  private static func value(_ text: String) -> CellValue {
    if let number = Double(text), !number.isFinite { return .text(NumberText.shortest(number)) }
    return CellValue(text)
  }
}
