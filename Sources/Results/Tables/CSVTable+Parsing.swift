extension CSVTable {
  /// Reads a table; the first line names its columns.
  ///
  /// Strict RFC 4180: every row has as many fields as the first, quotes stand only around whole
  /// fields. Lines may end with `\n` or `\r\n`, the last one with neither; a byte order mark is
  /// skipped, and so is the apostrophe before what would be a formula of a spreadsheet.
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
    self = try bytes.withUnsafeBufferPointer { bytes throws(CSVError) in
      var reader = CSVReader(bytes, file: file)
      return try reader.table()
    }
  }
}

/// Splits a text into records of fields.
///
/// Lines and columns are counted only where an error names them: tables may have millions of fields.
private struct CSVReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  /// Where the text begins, after a byte order mark.
  private let start: Int
  private var position: Int

  /// - Parameter bytes: UTF-8, there as long as the reader.
  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    start = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    position = start
  }

  mutating func table() throws(CSVError) -> CSVTable {
    var places: [Int] = []
    guard let header = try record(fields: 0, &places) else {
      throw error(.noHeader, "the file is empty; a table's first line names its columns", at: start)
    }
    var seen: Set<String> = []
    for (field, place) in zip(header, places) where !seen.insert(field).inserted {
      throw error(.duplicateColumn, "two columns are named '\(field)'", at: place)
    }
    var rows: [[String]] = []
    while let record = try record(fields: header.count, &places) {
      guard record.count == header.count else {
        throw error(
          .wrongFieldCount,
          "\(count(record.count, "field")) where the header has \(header.count)", at: places[0])
      }
      rows.append(record)
    }
    return CSVTable(columns: header, rows: rows)
  }

  /// The next record; `nil` at the end.
  ///
  /// - Parameters:
  ///   - fields: How many it will have, as far as that is known.
  ///   - places: Becomes where its fields begin.
  private mutating func record(
    fields expected: Int, _ places: inout [Int]
  ) throws(CSVError) -> [String]? {
    guard position < bytes.count else { return nil }
    var fields: [String] = []
    fields.reserveCapacity(expected)
    places.removeAll(keepingCapacity: true)
    while true {
      places.append(position)
      fields.append(next == Self.quote ? try quoted() : try plain())
      guard next == Self.comma else { break }
      position += 1
    }
    if next == Self.carriageReturn { position += 1 }
    if next == Self.lineFeed { position += 1 }
    return fields
  }

  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let apostrophe = UInt8(ascii: "'")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let lineFeed = UInt8(ascii: "\n")

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func plain() throws(CSVError) -> String {
    let start = position
    var hasApostrophe = false
    while position < bytes.count {
      let byte = bytes[position]
      // What ends a field, and a quote, is not greater than a comma.
      if byte <= Self.comma {
        if byte == Self.comma || byte == Self.lineFeed { break }
        if byte == Self.carriageReturn {
          try checkLineBreak()
          break
        }
        if byte == Self.quote {
          throw error(.strayQuote, "a quote inside a field that does not begin with one")
        }
        if byte == Self.apostrophe { hasApostrophe = true }
      }
      position += 1
    }
    let text = String(
      decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    return hasApostrophe ? SpreadsheetText.unquoted(text) : text
  }

  private mutating func quoted() throws(CSVError) -> String {
    let start = position
    var text: [UInt8] = []
    position += 1
    while let byte = next {
      position += 1
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
        return SpreadsheetText.unquoted(String(decoding: text, as: UTF8.self))
      }
      text.append(byte)
      position += 1
    }
    throw error(.unclosedQuote, "this quote is never closed", at: start)
  }

  /// A carriage return outside quotes is the first half of a line break, or an error.
  private func checkLineBreak() throws(CSVError) {
    guard position + 1 < bytes.count, bytes[position + 1] == Self.lineFeed else {
      throw error(.strayCarriageReturn, "a carriage return that no line feed follows")
    }
  }

  /// - Parameter place: Where it is wrong; where the reader is, unless given.
  private func error(_ code: CSVError.Code, _ message: String, at place: Int? = nil) -> CSVError {
    let before = bytes[start..<(place ?? position)]
    let line = before.suffix(from: before.lastIndex(of: Self.lineFeed).map { $0 + 1 } ?? start)
    return CSVError(
      code: code, message: message, file: file,
      line: 1 + before.count { $0 == Self.lineFeed },
      // Bytes that begin a scalar.
      column: 1 + line.count { $0 & 0xC0 != 0x80 })
  }
}
