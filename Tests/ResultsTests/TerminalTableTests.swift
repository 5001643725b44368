import Results
import TestSupport
import Testing

@Suite struct `The table at the end of a run` {
  @Test(arguments: [100, 72, 56, 40, 24])
  func `fits the width`(width: Int) throws {
    let text = TerminalTable(Sample.table(failing: true)).text(width: width)
    try expectSnapshot(text, named: "terminal-\(width).txt")
    if width >= 56 {
      #expect(
        text.split(separator: "\n").allSatisfy { $0.count <= width })
    }
  }

  @Test func `one point is one matrix of attacks and models`() throws {
    let text = TerminalTable(Sample.table(points: ["0.2"])).text(width: 100)
    try expectSnapshot(text, named: "terminal-one-point.txt")
  }

  @Test func `one seed has no deviation`() throws {
    let table = Sample.table()
    let first = ResultTable(axes: table.axes, rows: table.rows.filter { $0.key.seed == 1 })
    try expectSnapshot(TerminalTable(first).text(width: 100), named: "terminal-one-seed.txt")
  }

  @Test func `nothing is said to be nothing`() {
    #expect(TerminalTable(ResultTable(axes: [], rows: [])).text() == "no rows\n")
  }
}
