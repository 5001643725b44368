/// Cells of CSV as a spreadsheet takes them for text.
///
/// A cell that begins with `=`, `+`, `-` or `@` is a formula to a spreadsheet, which may call programs
/// or send other cells away. An apostrophe before it makes it text. Numbers stay numbers, and what is
/// read is what was written.
///
/// - Source: OWASP, "CSV Injection".
enum SpreadsheetText {
  /// The cell with an apostrophe wherever a formula would begin.
  static func quoted(_ cell: String) -> String {
    guard mayHaveFormula(cell), Double(cell) == nil else { return cell }
    return parts(of: cell).enumerated().map { index, part in
      isFormula(part, isFirst: index == 0) ? "'" + String(part) : String(part)
    }.joined()
  }

  /// The cell before `quoted`.
  static func unquoted(_ cell: String) -> String {
    guard mayHaveFormula(cell) else { return cell }
    return parts(of: cell).enumerated().map { index, part in
      let isQuoted = part.first == "'" && isFormula(part, isFirst: index == 0)
      return String(isQuoted ? part.dropFirst() : part)
    }.joined()
  }

  /// Whether the cell has a sign that begins a formula, or the first byte of one. Bytes are compared,
  /// which is quick: nearly all cells of a table have none.
  private static func mayHaveFormula(_ cell: String) -> Bool {
    cell.utf8.contains { byte in
      switch byte {
      case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"): true
      case UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0, 0xEF: true
      default: false
      }
    }
  }

  private static let space: Set<Unicode.Scalar> = ["\t", "\n", "\r"]

  /// Also as wide characters of East Asian fonts, which spreadsheets take for the same.
  private static func beginsFormula(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "\0": true
    default: space.contains(scalar)
    }
  }

  /// Where another cell may begin: a spreadsheet splits also at semicolons where a comma is the
  /// decimal sign, and at tabs. Each part but the last ends with such a sign.
  private static func parts(of cell: String) -> [Substring.UnicodeScalarView] {
    var parts: [Substring.UnicodeScalarView] = []
    let scalars = cell.unicodeScalars
    var start = scalars.startIndex
    for index in scalars.indices where scalars[index] == ";" || space.contains(scalars[index]) {
      let next = scalars.index(after: index)
      parts.append(Substring(cell).unicodeScalars[start..<next])
      start = next
    }
    return parts + [Substring(cell).unicodeScalars[start...]]
  }

  /// Whether a formula begins there, behind blanks and quotes that a spreadsheet may take away.
  ///
  /// - Parameter isFirst: At the beginning of a cell, white space counts as well.
  private static func isFormula(_ part: Substring.UnicodeScalarView, isFirst: Bool) -> Bool {
    guard let first = part.first(where: { $0 != "'" && $0 != "\"" && $0 != " " }) else {
      return false
    }
    return beginsFormula(first) && (isFirst || !space.contains(first))
  }
}
