/// A table of texts with named columns, as a CSV file holds it.
package struct CSVTable: Hashable, Sendable {
  package private(set) var columns: [String]
  /// Each of as many fields as there are columns.
  package private(set) var rows: [[String]]

  package init(columns: [String], rows: [[String]]) {
    precondition(Set(columns).count == columns.count, "two columns have one name")
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row of another length")
    self.columns = columns
    self.rows = rows
  }

  /// The place of the column `name`, where there is one.
  package func index(of name: String) -> Int? { columns.firstIndex(of: name) }

  /// The table as RFC 4180 has it, except that lines end with `\n`.
  ///
  /// Fields with a comma, a quote or a line break are quoted; so is the one field of a row, where
  /// it is empty, lest the row be taken for an empty line. No field is a formula of a spreadsheet.
  package var text: String {
    ([columns] + rows).map { fields in
      fields == [""] ? "\"\"\n" : fields.map(Self.quoted).joined(separator: ",") + "\n"
    }.joined()
  }

  private static func quoted(_ field: String) -> String {
    let field = SpreadsheetText.quoted(field)
    let special: Set<Unicode.Scalar> = [",", "\"", "\n", "\r"]
    guard field.unicodeScalars.contains(where: special.contains) else { return field }
    var scalars: String.UnicodeScalarView = "\"".unicodeScalars
    for scalar in field.unicodeScalars {
      if scalar == "\"" { scalars.append(scalar) }
      scalars.append(scalar)
    }
    scalars.append("\"")
    return String(scalars)
  }
}

/// What is wrong with a text that should be CSV, and where.
package struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    case invalidUTF8 = "invalid-utf8"
    case noHeader = "no-header"
    case duplicateColumn = "duplicate-column"
    case wrongFieldCount = "wrong-field-count"
    case strayQuote = "stray-quote"
    case unclosedQuote = "unclosed-quote"
    case strayCarriageReturn = "stray-carriage-return"
  }

  package var code: Code
  package var message: String
  package var file: String
  /// From 1.
  package var line: Int
  /// From 1, in Unicode scalars.
  package var column: Int

  /// `file:line:column: error: message`.
  package var description: String { "\(file):\(line):\(column): error: \(message)" }
}
