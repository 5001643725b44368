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
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw CSVError(
        code: .invalidUTF8, message: "the file is not UTF-8 text", file: file, line: 1, column: 1)
    }
    try self.init(valid: bytes, file: file)
  }

  /// Reads a table from text; see `init(parsing:file:)` for bytes.
  package init(parsing text: String, file: String) throws(CSVError) {
    try self.init(valid: Array(text.utf8), file: file)
  }

  /// - Parameter bytes: UTF-8.
  private init(valid bytes: [UInt8], file: String) throws(CSVError) {
    var reader = CSVReader(bytes, file: file)
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

  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var line = 1
  private var column = 1

  /// - Parameter bytes: UTF-8.
  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if bytes.starts(with: byteOrderMark) { position = byteOrderMark.count }
  }

  /// The next record; `nil` at the end.
  mutating func record() throws(CSVError) -> [Field]? {
    guard position < bytes.count else { return nil }
    var fields = [try field()]
    while next == Self.comma {
      advance()
      fields.append(try field())
    }
    if next == Self.carriageReturn { advance() }
    if next == Self.lineFeed { advance() }
    return fields
  }

  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let lineFeed = UInt8(ascii: "\n")

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func advance() {
    let byte = bytes[position]
    if byte == Self.lineFeed {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      // The first byte of a scalar.
      column += 1
    }
    position += 1
  }

  private mutating func field() throws(CSVError) -> Field {
    var field = Field(text: "", line: line, column: column)
    field.text = next == Self.quote ? try quoted() : try plain()
    return field
  }

  private mutating func plain() throws(CSVError) -> String {
    let start = position
    while let byte = next, byte != Self.comma, byte != Self.lineFeed {
      if byte == Self.carriageReturn {
        try checkLineBreak()
        break
      }
      if byte == Self.quote {
        throw error(.strayQuote, "a quote inside a field that does not begin with one")
      }
      advance()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quoted() throws(CSVError) -> String {
    let start = (line, column)
    var text: [UInt8] = []
    advance()
    while let byte = next {
      advance()
      guard byte == Self.quote else {
        text.append(byte)
        continue
      }
      guard next == Self.quote else {
        if next == Self.carriageReturn {
          try checkLineBreak()
        } else if let after = next, after != Self.comma, after != Self.lineFeed {
          throw error(.strayQuote, "text after a field's closing quote")
        }
        return String(decoding: text, as: UTF8.self)
      }
      text.append(byte)
      advance()
    }
    throw CSVError(
      code: .unclosedQuote, message: "this quote is never closed", file: file, line: start.0,
      column: start.1)
  }

  /// A carriage return outside quotes is the first half of a line break, or an error.
  private func checkLineBreak() throws(CSVError) {
    guard position + 1 < bytes.count, bytes[position + 1] == Self.lineFeed else {
      throw error(.strayCarriageReturn, "a carriage return that no line feed follows")
    }
  }

  private func error(_ code: CSVError.Code, _ message: String) -> CSVError {
    CSVError(code: code, message: message, file: file, line: line, column: column)
  }
}
