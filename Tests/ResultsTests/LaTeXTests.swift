import Results
import TestSupport
import Testing

@Suite struct `A table for LaTeX` {
  @Test func `has rules of booktabs and numbers to the right`() throws {
    var listing = TableListing(Sample.table(failing: true).csv)
    listing.chooseTelling()
    try expectSnapshot(listing.latex, named: "listing.tex")
  }

  @Test func `shows every sign of a text as itself`() throws {
    let table = CSVTable(
      columns: ["*adv_step_size", "a|b", "empty"],
      rows: [
        ["[50% & $5] #1_{x}", "~ ^ \\ \\\\", ""], ["*", "a--b---c", ""],
        ["_\u{301}", "``x'' <<y>> ,,", ""], ["\u{1B}[31mé", "1e-05\\end{tabular}", ""],
      ])
    try expectSnapshot(TableListing(table).latex, named: "escaped.tex")
  }

  @Test(arguments: 0..<100)
  func `holds nothing that a text could end or begin`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let signs = Array("&%$#_{}~^\\|<>-[]*'a1 é").map(String.init)
    let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
      signs[Int.random(in: 0..<signs.count, using: &random)]
    }.joined()
    let table = CSVTable(columns: ["first", "second"], rows: [[text, "1"]])
    let lines = TableListing(table).latex.split(separator: "\n")
    try #require(lines.count == 8, "seed \(seed)")
    #expect(lines[2] == "\\toprule" && lines[6] == "\\bottomrule", "seed \(seed)")
    // Without what stands for a sign, no command is left but the cell's and the row's end.
    var rest = String(lines[5])
    for name in ["backslash", "asciitilde", "asciicircum", "less", "greater", "bar"] {
      rest = rest.replacing("\\text\(name){}", with: "")
    }
    for sign in "&%$#_{}" { rest = rest.replacing("\\\(sign)", with: "") }
    rest = rest.replacing("{}", with: "")
    #expect(rest.hasSuffix(" & 1 \\\\"), "seed \(seed): \(text)")
    #expect(!rest.dropLast(" & 1 \\\\".count).contains { "&%$#_{}~^\\|<>".contains($0) })
    #expect(!lines[5].hasPrefix("[") && !lines[5].hasPrefix("*"), "seed \(seed): \(text)")
  }
}
