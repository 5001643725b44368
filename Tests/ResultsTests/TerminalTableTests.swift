import Measurements
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

  /// Two strengths of one attack; `base` is the better one under the weaker attack.
  @Test func `rows under attacks of other settings are no rivals`() throws {
    func row(
      _ model: String, _ attack: String, _ point: [String], _ correct: Int
    ) -> ResultRow {
      let key =
        attack == "clean"
        ? Sample.key(0, point: point, seed: 1, model: model, attack: attack)
        : Sample.key(
          0, point: point, seed: 1, model: model, attack: attack, source: "self",
          epsilon: 8.0 / 255)
      return ResultRow(
        key, Measurement(examples: 100, correct: correct, loss: 1, meanLinf: 0, meanL2: 0))
    }
    let rows = [("base", [98, 60, 40, 3]), ("robust", [97, 70, 30, 5])].flatMap { model, correct in
      [
        row(model, "clean", ["", "", "0.1"], correct[0]),
        row(model, "fgsm", ["", "0.06274509803921569", "0.1"], correct[1]),
        row(model, "pgd", ["2", "", "0.1"], correct[2]),
        row(model, "pgd", ["40", "", "0.1"], correct[3]),
      ]
    }
    let table = ResultTable(axes: ["steps", "fgsm.epsilon", "adv_step_size"], rows: rows)
    try expectSnapshot(TerminalTable(table).text(width: 100), named: "terminal-attack-sweep.txt")
  }

  /// The fgsm rows with other numbers of examples.
  private func table(points: [String], examples: (Int) -> Int) -> ResultTable {
    let table = Sample.table(points: points)
    return ResultTable(
      axes: table.axes,
      rows: table.rows.enumerated().map { index, row in
        guard !row.key.isClean, let metrics = row.metrics else { return row }
        let count = examples(index)
        return ResultRow(
          row.key,
          Measurement(
            examples: count, correct: count / 2, loss: metrics.loss, meanLinf: metrics.meanLinf,
            meanL2: metrics.meanL2))
      })
  }

  @Test func `says where an attack was on fewer images than the clean ones`() throws {
    let fewer = [["0.2"], ["0.05", "0.2"]].map { table(points: $0) { _ in 1000 } }
    try expectSnapshot(
      fewer.map { TerminalTable($0).text(width: 100) }.joined(separator: "\n"),
      named: "terminal-images.txt")
    let half = Sample.table().rows.count / 2
    let swept = table(points: ["0.05", "0.2"]) { $0 < half ? 20 : 1000 }
    let text = TerminalTable(swept).text(width: 100)
    #expect(text.contains("\nfgsm linf 0.2, source base, first 20 to 1,000 images\n"), "\(text)")
    #expect(!TerminalTable(Sample.table()).text(width: 100).contains("images"))
  }

  @Test func `nothing is said to be nothing`() {
    #expect(TerminalTable(ResultTable(axes: [], rows: [])).text() == "no rows\n")
  }
}

@Suite struct `A table of another's making` {
  private static let fixed =
    "dataset,model,attack,source,norm,epsilon,examples,correct,accuracy,accuracy_low,accuracy_high,"
    + "loss,mean_linf,mean_l2,status\n"

  /// Each of these took a minute or more in a debug build, where time grew with the square.
  @Test func `is shown in a time that grows with its size`() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let models = (0..<4000).map { "0,1,d,m\($0),clean,,,0,9,8,0.9,0.8,1,0.1,0,0,ok\n" }.joined()
    let columns = (0..<20_000).map { "a\($0)," }.joined()
    let numbers = "clean,,,0,9,8,0.9,0.8,1,0.1,0,0,ok\n"
    let points = (0..<4000).map { "0,\($0),\($0),d,m,\(numbers)" }.joined()
    for text in [
      "run,seed," + Self.fixed + models,
      "run,\(columns)seed," + Self.fixed + "0,"
        + String(repeating: "1,", count: 20_000) + "1,d,m,clean,,,0,9,8,0.9,0.8,1,0.1,0,0,ok\n",
      "run,lr,seed," + Self.fixed + points,
    ] {
      let table = try ResultTable(CSVTable(parsing: text, file: "t.csv"), file: "t.csv")
      #expect(!TerminalTable(table).text(width: 100).isEmpty)
      let csv = table.csv
      #expect(TableDiff.compare(baseline: csv, candidate: csv).text().contains("No difference."))
    }
    #expect(clock.now - start < .seconds(60))
  }

  @Test func `with more models than fit on a screen shows the first of them`() throws {
    let rows = (0..<100).map { "0,1,d,m\($0),clean,,,0,9,8,0.9,0.8,1,0.1,0,0,ok\n" }.joined()
    let table = try ResultTable(
      CSVTable(parsing: "run,seed," + Self.fixed + rows, file: "t.csv"), file: "t.csv")
    let text = TerminalTable(table).text(width: 100)
    #expect(text.contains("m63") && !text.contains("m64"))
    #expect(text.contains("… and 36 more models, not shown here"))
  }
}
