extension CSVTable {
  /// Reads a table; the first line names its columns.
  ///
  /// Strict RFC 4180: every row has as many fields as the first, quotes stand only around whole
  /// fields. Lines may end with `\n` or `\r\n`, the last one with neither; a byte order mark is
  /// skipped.
  ///
  /// - Parameter file: What errors call the text.
  /// - Throws: `CSVError`, at the first problem.
  package init(parsing bytes: [UInt8], file: String) throws(CSVError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CSVError(
        code: .invalidUTF8, message: "the file is not UTF-8 text", file: file, line: 1, column: 1)
    }
    try self.init(parsing: text, file: file)
  }

  /// Reads a table from text; see `init(parsing:file:)` for bytes.
  package init(parsing text: String, file: String) throws(CSVError) {
    var reader = CSVReader(text, file: file)
    guard let header = try reader.record() else {
      throw CSVError(
        code: .noHeader, message: "the file is empty; a table's first line names its columns",
        file: file, line: 1, column: 1)
    }
    var seen: Set<String> = []
    for field in header where !seen.insert(field.text).inserted {
      throw CSVError(
        code: .duplicateColumn, message: "two columns are named '\(field.text)'",
        file: file, line: field.line, column: field.column)
    }
    var rows: [[String]] = []
    while let record = try reader.record() {
      guard record.count == header.count else {
        throw CSVError(
          code: .wrongFieldCount,
          message: "\(count(record.count, "field")) where the header has \(header.count)",
          file: file, line: record[0].line, column: record[0].column)
      }
      rows.append(record.map(\.text))
    }
    self.init(columns: header.map(\.text), rows: rows)
  }
}

/// Splits a text into records of fields.
private struct CSVReader {
  struct Field {
    var text: String
    var line: Int
    var column: Int
  }

  private let scalars: [Unicode.Scalar]
  private let file: String
  private var position = 0
  private var line = 1
  private var column = 1

  init(_ text: String, file: String) {
    scalars = Array(text.unicodeScalars)
    self.file = file
    if scalars.first == "\u{FEFF}" { position = 1 }
  }

  /// The next record; `nil` at the end.
  mutating func record() throws(CSVError) -> [Field]? {
    guard position < scalars.count else { return nil }
    var fields = [try field()]
    while next == "," {
      advance()
      fields.append(try field())
    }
    if next == "\r" { advance() }
    if next == "\n" { advance() }
    return fields
  }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func advance() {
    if scalars[position] == "\n" {
      line += 1
      column = 1
    } else {
      column += 1
    }
    position += 1
  }

  private mutating func field() throws(CSVError) -> Field {
    var field = Field(text: "", line: line, column: column)
    field.text = next == "\"" ? try quoted() : try plain()
    return field
  }

  private mutating func plain() throws(CSVError) -> String {
    var text: String.UnicodeScalarView = "".unicodeScalars
    while let scalar = next, scalar != ",", scalar != "\n" {
      if scalar == "\r" {
        try checkLineBreak()
        break
      }
      if scalar == "\"" {
        throw error(.strayQuote, "a quote inside a field that does not begin with one")
      }
      text.append(scalar)
      advance()
    }
    return String(text)
  }

  private mutating func quoted() throws(CSVError) -> String {
    let start = (line, column)
    var text: String.UnicodeScalarView = "".unicodeScalars
    advance()
    while let scalar = next {
      advance()
      guard scalar == "\"" else {
        text.append(scalar)
        continue
      }
      guard next == "\"" else {
        if next == "\r" {
          try checkLineBreak()
        } else if let after = next, after != ",", after != "\n" {
          throw error(.strayQuote, "text after a field's closing quote")
        }
        return String(text)
      }
      text.append(scalar)
      advance()
    }
    throw CSVError(
      code: .unclosedQuote, message: "this quote is never closed", file: file, line: start.0,
      column: start.1)
  }

  /// A carriage return outside quotes is the first half of a line break, or an error.
  private func checkLineBreak() throws(CSVError) {
    guard position + 1 < scalars.count, scalars[position + 1] == "\n" else {
      throw error(.strayCarriageReturn, "a carriage return that no line feed follows")
    }
  }

  private func error(_ code: CSVError.Code, _ message: String) -> CSVError {
    CSVError(code: code, message: message, file: file, line: line, column: column)
  }
}
