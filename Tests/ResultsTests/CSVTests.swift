import Results
import TestSupport
import Testing

@Suite struct `CSV` {
  @Test(arguments: 0..<50)
  func `what is written reads back the same`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("ab,;\"\n\r \té😀0.5").map(String.init) + ["\r\n", "\"\""]
    let field = { (random: inout SplitMix64) in
      (0..<Int.random(in: 0...6, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }.joined()
    }
    let width = Int.random(in: 1...5, using: &random)
    let rows = (0..<Int.random(in: 0...8, using: &random)).map { _ in
      (0..<width).map { _ in field(&random) }
    }
    let table = CSVTable(
      columns: (0..<width).map { "column \($0)\(field(&random))" }, rows: rows)
    #expect(try CSVTable(parsing: table.text, file: "t.csv") == table, "seed \(seed)")
    #expect(try CSVTable(parsing: Array(table.text.utf8), file: "t.csv") == table, "seed \(seed)")
  }

  @Test func `fields are quoted only where they must be`() {
    let table = CSVTable(columns: ["a", "b"], rows: [["x y", "1,5"], ["say \"hi\"", ""]])
    #expect(table.text == "a,b\nx y,\"1,5\"\n\"say \"\"hi\"\"\",\n")
    #expect(CSVTable(columns: ["a"], rows: [[""]]).text == "a\n\"\"\n")
  }

  @Test(arguments: [
    "a,b\r\n1,2\r\n", "a,b\n1,2", "\u{FEFF}a,b\n1,2\n", "\"a\",\"b\"\n\"1\",\"2\"\r\n",
  ])
  func `line ends and quotes may vary`(text: String) throws {
    let table = try CSVTable(parsing: text, file: "t.csv")
    #expect(table == CSVTable(columns: ["a", "b"], rows: [["1", "2"]]))
  }

  @Test func `errors say where and what`() throws {
    let texts: [(name: String, bytes: [UInt8])] = [
      ("empty", []),
      ("duplicate column", Array("a,b,a\n".utf8)),
      ("too few fields", Array("a,b\n1,2\n3\n".utf8)),
      ("too many fields after a quoted line break", Array("a,b\n\"1\n1\",2\n3,4,5\n".utf8)),
      ("empty line", Array("a,b\n\n".utf8)),
      ("stray quote", Array("a,b\n1,2\"\n".utf8)),
      ("text after a quote", Array("a,b\n\"1\"x,2\n".utf8)),
      ("unclosed quote", Array("a,b\n1,\"2\n3,4\n".utf8)),
      ("carriage return alone", Array("a,b\r1,2\n".utf8)),
      ("carriage return after a quote", Array("a,\"b\"\r1,2\n".utf8)),
      ("not UTF-8", [0x61, 0xFF, 0x0A]),
    ]
    var report = ""
    for (name, bytes) in texts {
      let error = #expect(throws: CSVError.self) { try CSVTable(parsing: bytes, file: "t.csv") }
      if let error { report += "\(name)\n  \(error) [\(error.code.rawValue)]\n" }
    }
    try expectSnapshot(report, named: "csv-errors.txt")
  }
}
