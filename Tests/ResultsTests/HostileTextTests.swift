import FoundationEssentials
import Measurements
import Results
import TestSupport
import Testing

/// Every form in which tables and comparisons leave the program, with texts that would do harm.
@Suite struct `Hostile text in` {
  /// A table of two rows whose names and values are a text.
  private func table(_ text: String, accuracy: String = "0.5") -> CSVTable {
    var table = Sample.table(points: ["1"]).csv
    table = CSVTable(
      columns: ["lr" + text] + table.columns, rows: table.rows.prefix(2).map { [text] + $0 })
    for column in ["model", "attack", "source", "dataset"] {
      table = table.with(column, row: 0, text)
    }
    return table.with("accuracy", row: 0, accuracy)
  }

  private func diff(_ text: String) -> TableDiff {
    TableDiff.compare(
      baseline: table(text), candidate: table(text, accuracy: "0.4"),
      options: DiffOptions(baselineName: text, candidateName: text))
  }

  // MARK: CSV

  @Test(arguments: HostileText.all)
  func `CSV is no formula, and reads back the same`(text: String) throws {
    let table = table(text)
    #expect(try CSVTable(parsing: table.text, file: "t.csv") == table)
    for separator in [",", ";", "\t"] as [Unicode.Scalar] {
      for cell in Spreadsheet.cells(of: table.text, separator) where Spreadsheet.isFormula(cell) {
        Issue.record("\(text.debugDescription) is \(cell.debugDescription)")
      }
    }
  }

  @Test(arguments: ["-0.5", "+3", "-1e-05", "-inf", "-nan", "1", "", "'x'", "it's", "a=b", "a-b"])
  func `CSV is not looked for in numbers and words`(text: String) {
    let table = CSVTable(columns: ["a", "b"], rows: [["1", text]])
    #expect(table.text == "a,b\n1,\(text)\n")
  }

  @Test(arguments: 0..<200)
  func `CSV reads back the same, whatever it is`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let signs = Array("=+-@'\";\t,a1 ").map(String.init) + ["\n", "\r", "\0", "＝"]
    let texts = (0..<20).map { _ in
      (0..<Int.random(in: 1...6, using: &random)).map { _ in
        signs[Int.random(in: 0..<signs.count, using: &random)]
      }.joined()
    }
    let table = CSVTable(columns: ["a"], rows: texts.map { [$0] })
    #expect(try CSVTable(parsing: table.text, file: "t.csv") == table, "seed \(seed)")
    for cell in Spreadsheet.cells(of: table.text, ";") {
      #expect(!Spreadsheet.isFormula(cell), "seed \(seed): \(cell.debugDescription)")
    }
  }

  @Test(arguments: HostileText.all)
  func `a diff is equal to itself, also after it was written`(text: String) throws {
    let written = try CSVTable(parsing: table(text).text, file: "t.csv")
    #expect(TableDiff.compare(baseline: table(text), candidate: written).exitStatus == 0)
  }

  // MARK: Text, Markdown, LaTeX

  @Test(arguments: HostileText.all)
  func `text for a terminal is shown, not obeyed`(text: String) throws {
    let table = table(text)
    let listing = TableListing(table)
    for shown in [
      listing.text, listing.markdown, listing.latex, try listing.json(), diff(text).text(),
      try diff(text).json(), diff(text).junit, diff(text).github,
    ] {
      let obeyed = shown.unicodeScalars.filter { $0.isUnprintable && $0 != "\n" }
      #expect(obeyed.isEmpty, "\(shown)")
    }
    // Two rows and a title are three lines: nothing begins a line of its own.
    #expect(listing.text.split(separator: "\n").count == 3)
  }

  @Test(arguments: HostileText.all)
  func `Markdown is text`(text: String) {
    let listing = TableListing(table(text))
    let lines = listing.markdown.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 5)
    for line in lines.dropLast() {
      #expect(Markdown.cells(of: line).count == listing.columns.count + 2, "\(line)")
    }
    let markdown = diff(text).markdown().split(separator: "\n").filter { $0.hasPrefix("|") }
    for line in lines.dropLast().map(String.init) + markdown.map(String.init) {
      #expect(Markdown.active(in: line).isEmpty, "\(line)")
    }
  }

  @Test(arguments: HostileText.all)
  func `LaTeX is text`(text: String) throws {
    let lines = TableListing(table(text)).latex.split(separator: "\n")
    try #require(lines.count == 9, "\(lines)")
    for var line in [lines[3], lines[5], lines[6]].map(\.withoutAccents) {
      #expect(line.hasSuffix(" \\\\") && !line.hasPrefix("[") && !line.hasPrefix("*"))
      line.removeLast(3)
      for name in ["backslash", "asciitilde", "asciicircum", "less", "greater", "bar"] {
        line = line.replacing("\\text\(name){}", with: "")
      }
      for sign in "&%$#_{}" { line = line.replacing("\\\(sign)", with: "") }
      line = line.replacing("{}", with: "").replacing(" & ", with: "")
      let active = line.unicodeScalars.filter { "&%$#_{}~^\\".unicodeScalars.contains($0) }
      #expect(active.isEmpty, "\(text.debugDescription): \(line)")
    }
  }

  // MARK: Forms for programs

  @Test(arguments: HostileText.all)
  func `JSON is a string with the same text`(text: String) throws {
    struct Row: Decodable { var model: String }
    let json = try TableListing(table(text)).json()
    let rows = try JSONDecoder().decode([Row].self, from: Data(json.utf8))
    #expect(rows.first?.model == text)
    struct Comparison: Decodable {
      struct Side: Decodable { var name: String }
      var baseline: Side
    }
    let comparison = try JSONDecoder().decode(
      Comparison.self, from: Data(try diff(text).json().utf8))
    #expect(comparison.baseline.name == text)
  }

  @Test(arguments: HostileText.all)
  func `JUnit is text of elements and attributes`(text: String) throws {
    let junit = diff(text).junit
    let elements: Set<String> = [
      "testsuites", "testsuite", "properties", "property", "testcase", "failure", "error",
      "system-out",
    ]
    let markup = try Markup(junit.drop { $0 != "\n" })
    #expect(markup.isBalanced && Set(markup.elements).isSubset(of: elements), "\(junit)")
    #expect(
      Set(markup.attributes.map(\.name)).isSubset(of: [
        "name", "value", "tests", "failures", "errors", "skipped", "classname", "type", "message",
      ]), "\(junit)")
    #expect(!junit.unicodeScalars.contains { $0 == "\u{FFFE}" || $0 == "\u{FFFF}" })
  }

  @Test(arguments: HostileText.all)
  func `annotations are one message each`(text: String) throws {
    let lines = diff(text).github.split(separator: "\n")
    #expect(!lines.isEmpty)
    for line in lines {
      let parts = line.split(separator: "::", maxSplits: 1)
      try #require(parts.count == 2, "\(line)")
      let head = parts[0].split(separator: " ", maxSplits: 1)
      #expect(["error", "warning", "notice"].contains(head[0]), "\(line)")
      #expect(head[1].hasPrefix("title=") && !head[1].contains(",") && !head[1].contains(":"))
      // Nothing but `%25` is decoded, to the sign that was there.
      #expect(!line.replacing("%25", with: "").contains("%"), "\(line)")
    }
  }
}

extension StringProtocol {
  /// Without what would make another character of a sign.
  fileprivate var withoutAccents: String {
    String(String.UnicodeScalarView(unicodeScalars.filter { $0 != "\u{301}" }))
  }
}

/// What a spreadsheet makes of CSV.
private enum Spreadsheet {
  static func isFormula(_ cell: String) -> Bool {
    // White space before a formula may be cut away.
    let scalars = cell.unicodeScalars.drop { [" ", "\t", "\r", "\n", "\0"].contains($0) }
    guard let first = scalars.first, Double(cell) == nil else { return false }
    return ["=", "+", "-", "@", "＝", "＋", "－", "＠"].contains(first)
  }

  /// Its cells, of all rows. Quotes count at the beginning of a cell only.
  static func cells(of text: String, _ separator: Unicode.Scalar) -> [String] {
    var cells: [String] = []
    var cell = String.UnicodeScalarView()
    var (isQuoted, isBeginning, hasEnded) = (false, true, false)
    for scalar in text.unicodeScalars {
      if scalar == "\"", isBeginning || isQuoted || hasEnded {
        // Two quotes in a quoted cell are one.
        if hasEnded { cell.append(scalar) }
        hasEnded = isQuoted
        isQuoted.toggle()
        isBeginning = false
        continue
      }
      hasEnded = false
      if !isQuoted, scalar == separator || scalar == "\n" || scalar == "\r" {
        cells.append(String(cell))
        cell = .init()
        isBeginning = true
      } else {
        cell.append(scalar)
        isBeginning = false
      }
    }
    return cells + [String(cell)]
  }
}

/// What GitHub makes of a line of Markdown.
private enum Markdown {
  static func cells(of line: Substring) -> [String] {
    var cells = [""]
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if scalar == "|", !isEscaped {
        cells.append("")
      } else {
        cells[cells.count - 1].unicodeScalars.append(scalar)
      }
      isEscaped = scalar == "\\" && !isEscaped
    }
    return cells
  }

  /// What is not text in it.
  static func active(in line: String) -> [String] {
    var text = line.withoutAccents
    // What is escaped is text; `**` marks verdicts of ours.
    for verdict in ["regressed", "changed", "missing", "failed", "not finite"] {
      text = text.replacing("**\(verdict)**", with: "")
    }
    text = text.replacing("|---", with: "").replacing("--:", with: "")
    for sign in "\\|`*[~_" { text = text.replacing("\\\(sign)", with: "\u{1}") }
    for entity in ["&lt;", "&amp;"] { text = text.replacing(entity, with: "\u{1}") }
    text = text.replacing("&#8203;", with: "\u{2}")
    var found: [String] = []
    for sign in ["`", "*", "[", "~", "<", "&", "\\", "://"] where text.contains(sign) {
      found.append(sign)
    }
    for pattern in [#/[@#!]\w/#, #/www\./#, #/(?:^|\W)_|_(?:\W|$)/#] {
      if let match = text.firstMatch(of: pattern) { found.append(String(match.output)) }
    }
    return found
  }
}
