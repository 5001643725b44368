import Results
import TestSupport
import Testing

@Suite struct `A diff` {
  let table = Sample.table().csv
  let summary = SummaryTable(Sample.table()).csv
  let accuracy = ["accuracy": Tolerance(atol: 0.01)]

  func diff(
    _ candidate: CSVTable, from baseline: CSVTable? = nil, _ tolerances: [String: Tolerance] = [:],
    allowExtra: Bool = false
  ) -> TableDiff {
    TableDiff.compare(
      baseline: baseline ?? table, candidate: candidate,
      options: DiffOptions(
        tolerances: tolerances, allowExtra: allowExtra,
        baselineName: "results/baselines/mnist-sweep.csv",
        candidateName: "results/mnist-sweep/results.csv"))
  }

  @Test(arguments: 0..<20)
  func `of a table with itself in another order is empty`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for original in [table, summary] {
      let order = Array(original.columns.indices).shuffled(using: &random)
      let rows = original.rows.shuffled(using: &random)
      let candidate = CSVTable(
        columns: order.map { original.columns[$0] }, rows: rows.map { row in order.map { row[$0] } }
      )
      let diff = diff(candidate, from: original)
      #expect(diff.exitStatus == 0, "seed \(seed)")
      #expect(diff.rows.allSatisfy { $0.verdict == .equal }, "seed \(seed)")
      #expect(diff.rows.count == original.rows.count, "seed \(seed)")
    }
  }

  /// What pandas makes of a table: integers of columns with gaps get a point, `infinity` is a
  /// number, booleans are Python's, and some last digits are read as their neighbors.
  @Test func `of a table that went through another program is empty`() {
    var (before, after) = (table, table)
    for row in table.rows.indices {
      let norm = table.rows[row][table.index(of: "norm") ?? 0]
      before = before.with("norm", row: row, norm == "linf" ? "infinity" : norm)
      after = after.with("norm", row: row, norm == "linf" ? "inf" : norm)
      for column in ["seed", "examples", "correct"] {
        let text = table.rows[row][table.index(of: column) ?? 0]
        if !text.isEmpty { after = after.with(column, row: row, text + ".0") }
      }
      for column in ["epsilon", "adv_step_size"] {
        let text = table.rows[row][table.index(of: column) ?? 0]
        after = after.with(column, row: row, text + (text.contains(".") ? "0" : ".0"))
      }
      let column = "accuracy_low"
      let text = table.rows[row][table.index(of: column) ?? 0]
      if let number = Double(text) { after = after.with(column, row: row, "\(number.nextUp)") }
    }
    for baseline in [table, before] {
      let own = diff(baseline, from: baseline)
      let diff = diff(after, from: baseline)
      #expect(diff.exitStatus == own.exitStatus)
      #expect(diff.rows.map(\.verdict) == own.rows.map(\.verdict))
      #expect(diff.rows.count == table.rows.count)
      #expect(!diff.rows.contains { $0.verdict == .extra })
    }
  }

  @Test(arguments: [
    ("0.1", "0.10", true), ("0.1", "1e-1", true), ("1", "1.0", true), ("true", "True", true),
    ("9007199254740993", "9007199254740992", false), ("0.1", "0.1001", false), ("a", "b", false),
  ])
  func `takes keys for what they mean`(a: String, b: String, isSame: Bool) {
    let diff = diff(
      table.with("adv_step_size", row: 1, a), from: table.with("adv_step_size", row: 1, b))
    let isMissing = diff.rows.contains { $0.verdict == .missing }
    #expect(isMissing != isSame)
  }

  @Test func `does not look at the run's name`() {
    #expect(diff(table.with("run", row: 0, "100-ffffffff")).exitStatus == 0)
  }

  /// Row 1 is the first fgsm row: accuracy 0.4671, loss 1.625, mean_linf 0.2.
  @Test(arguments: [
    ("accuracy", "0.4671", Verdict.equal, Int32(0)),
    ("accuracy", "0.46710", .equal, 0),
    ("accuracy", "0.4672", .withinTolerance, 0),
    ("accuracy", "0.5", .improved, 3),
    ("accuracy", "0.4", .regressed, 3),
    ("accuracy", "nan", .notFinite, 3),
    ("accuracy", "", .changed, 3),
    ("accuracy_low", "0.4", .regressed, 3),
    ("loss", "1.6", .improved, 3),
    ("loss", "1.6250001", .regressed, 3),
    ("loss", "inf", .notFinite, 3),
    ("mean_linf", "0.19", .changed, 3),
    ("status", "diverged", .failed, 3),
  ])
  func `judges a cell`(column: String, text: String, verdict: Verdict, status: Int32) {
    let diff = diff(table.with(column, row: 1, text), accuracy)
    #expect(diff.rows[1].verdict == verdict)
    #expect(diff.exitStatus == status)
    #expect(diff.rows.count { $0.verdict == .equal } >= table.rows.count - 1)
  }

  @Test func `leaves what follows from a differing accuracy alone`() {
    let changed = table.with("accuracy", row: 1, "0.4672").with("accuracy_low", row: 1, "0.45")
      .with("accuracy_high", row: 1, "0.48").with("correct", row: 1, "4672")
    #expect(diff(changed, accuracy).exitStatus == 0)
    #expect(diff(changed.with("accuracy_low", row: 1, "nan"), accuracy).exitStatus == 3)
    #expect(diff(changed).rows[1].cells.filter { !$0.verdict.isPass }.map(\.column) == ["accuracy"])
  }

  @Test func `a relative tolerance goes by the baseline`() {
    let changed = table.with("loss", row: 1, "1.641")
    #expect(diff(changed, ["loss": Tolerance(rtol: 0.01)]).exitStatus == 0)
    #expect(diff(changed, ["loss": Tolerance(rtol: 0.001)]).exitStatus == 3)
  }

  @Test func `a failure or a NaN in both tables is no pass`() {
    let failed = table.with("status", row: 3, "crashed")
    #expect(diff(failed, from: failed).exitStatus == 3)
    let undefined = table.with("loss", row: 3, "nan")
    #expect(diff(undefined, from: undefined).exitStatus == 3)
    let some = summary.with("failed", row: 0, "1")
    #expect(diff(some, from: some).exitStatus == 3)
  }

  @Test func `a failure that is gone is a change`() {
    #expect(diff(table, from: table.with("status", row: 3, "crashed")).rows[3].verdict == .changed)
  }

  @Test func `summaries go by the tolerances of what they summarize`() {
    let changed = summary.with("accuracy_mean", row: 0, "0.98").with("loss_mean", row: 0, "0.03")
    let tolerances = ["accuracy": Tolerance(atol: 0.02), "loss": Tolerance(atol: 0.01)]
    #expect(diff(changed, from: summary, tolerances).exitStatus == 0)
    #expect(
      diff(changed, from: summary, tolerances.merging(["loss_mean": .exact]) { $1 }).exitStatus == 3
    )
  }

  @Test func `rows may be missing, and extra ones allowed`() {
    let fewer = table.without(rows: [4])
    #expect(diff(fewer).exitStatus == 4)
    #expect(diff(table, from: fewer).exitStatus == 3)
    #expect(diff(table, from: fewer, allowExtra: true).exitStatus == 0)
  }

  @Test func `says why tables cannot be compared`() throws {
    let other = CSVTable(
      columns: table.columns.map { $0 == "adv_step_size" ? "adv_multiplier" : $0 },
      rows: table.rows)
    let fallback = CSVTable(
      columns: table.columns,
      rows: table.rows.map { $0.map { $0 == "mnist" ? "synthetic-digits" : $0 } })
    let cases: [(String, CSVTable, CSVTable, [String: Tolerance])] = [
      ("not tables", CSVTable(columns: ["a"], rows: []), summary, [:]),
      ("two kinds", table, summary, [:]),
      ("other axes", table, other, [:]),
      (
        "lost columns", table,
        CSVTable(
          columns: Array(table.columns.dropFirst().filter { $0 != "loss" }),
          rows: []), [:]
      ),
      (
        "duplicate keys", table, CSVTable(columns: table.columns, rows: table.rows + table.rows),
        [:]
      ),
      ("nothing", CSVTable(columns: table.columns, rows: []), table, [:]),
      ("other data", table, fallback, [:]),
      ("not a number", table, table.with("loss", row: 2, "low"), [:]),
      ("no such metric", table, table, ["acuracy": .exact]),
    ]
    var report = ""
    for (name, baseline, candidate, tolerances) in cases {
      let diff = diff(candidate, from: baseline, tolerances)
      #expect(diff.exitStatus == 4, "\(name)")
      report += "== \(name)\n\(diff.text())"
    }
    try expectSnapshot(report, named: "diff-incomparable.txt")
    try expectSnapshot(diff(fallback).markdown(), named: "diff-incomparable.md")
  }

  var everything: TableDiff {
    var candidate = table.with("accuracy", row: 1, "0.3012").with("loss", row: 1, "1.75")
      .with("accuracy", row: 5, "0.47415").with("loss", row: 8, "0.0345670012345")
      .with("mean_l2", row: 9, "4.914").with("status", row: 11, "diverged")
      .with("loss", row: 13, "nan").with("accuracy", row: 15, "0.97").with(
        "accuracy", row: 17, "0.1"
      )
      .without(rows: [6, 18])
    let extra = table.rows[0].map { $0 == "base" ? "trades|mart" : $0 }
    candidate = CSVTable(columns: candidate.columns, rows: candidate.rows + [extra])
    return diff(candidate, accuracy)
  }

  @Test func `shows the worst first`() throws {
    try expectSnapshot(everything.text(), named: "diff.txt")
    try expectSnapshot(everything.text(colour: true), named: "diff-colour.txt")
    try expectSnapshot(everything.markdown(), named: "diff.md")
  }

  @Test(arguments: [
    ("accuracy", "1.0", "1.00", "0.47"), ("accuracy", "1", "1.0000", "0.4671"),
    ("loss", "6e27", "6e+27", "1.625"), ("loss", "2", "2.000", "1.625"),
    ("accuracy", "nan", "nan", "0.4671"),
  ])
  func `writes the numbers of a line alike`(
    column: String, text: String, candidate: String, baseline: String
  ) {
    let before = baseline == "0.47" ? table.with(column, row: 1, "0.470") : table
    let output = diff(table.with(column, row: 1, text), from: before).text()
    let words = output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(
      words.contains { $0.contains([column[...], baseline[...], candidate[...]]) }, "\(output)")
  }

  @Test func `explains missing values once`() throws {
    let bases = table.rows.indices.filter { table.rows[$0].contains("adv-regularized") }
    try expectSnapshot(diff(table.without(rows: bases)).text(), named: "diff-missing.txt")
  }

  @Test func `groups extra rows, too, and leaves single rows as they are`() throws {
    let bases = table.rows.indices.filter { table.rows[$0].contains("adv-regularized") }
    let diff = diff(table, from: table.without(rows: bases + [0]))
    #expect(diff.groups.map(\.rows.count) == [bases.count])
    #expect(diff.count(.extra) == bases.count + 1)
    try expectSnapshot(diff.text(), named: "diff-extra.txt")
  }

  @Test func `calls a table that is only better no failure, though the baseline is to be renewed`()
  {
    let better = diff(table.with("accuracy", row: 1, "0.5"))
    #expect(better.exitStatus == 3)
    #expect(better.text().contains("↑ "))
    #expect(
      better.text().hasSuffix("No row is worse, some are better: the baseline is out of date.\n"))
    let mixed = diff(table.with("accuracy", row: 1, "0.5").with("accuracy", row: 3, "0.1"))
    #expect(mixed.text().hasSuffix("The tables differ.\n"))
  }

  @Test func `says once what several columns say, and nothing of a single row`() {
    let attacked = table.rows.indices.filter { table.rows[$0].contains("fgsm") }
    // Attack, source, norm and epsilon are gone together.
    #expect(
      diff(table.without(rows: attacked)).notes
        == ["results/mnist-sweep/results.csv has no row with attack fgsm"])
    let one = CSVTable(columns: table.columns, rows: Array(table.rows.prefix(2)))
    #expect(diff(one.without(rows: [1]), from: one).notes.isEmpty)
    // Two reasons, each of which explains rows that the other does not.
    let seeds = table.rows.indices.filter { table.rows[$0][table.index(of: "seed") ?? 0] == "3" }
    #expect(
      diff(table.without(rows: attacked + seeds)).notes == [
        "results/mnist-sweep/results.csv has no row with attack fgsm",
        "results/mnist-sweep/results.csv has no row with seed 3",
      ])
  }

  @Test func `is short where nothing differs`() throws {
    let slightly = table.with("accuracy", row: 1, "0.4672")
    try expectSnapshot(
      [diff(table), diff(slightly, accuracy)].map { $0.text() + $0.markdown() }.joined(),
      named: "diff-equal.txt")
  }

  @Test(arguments: [0, 40, 120, 400, 700, 1000, 1500])
  func `Markdown keeps to its budget`(budget: Int) throws {
    let text = everything.markdown(budget: budget)
    #expect(text.utf8.count <= budget)
    if budget == 1000 { try expectSnapshot(text, named: "diff-cut.md") }
    if budget >= 120 { #expect(text.contains("is cut at")) }
  }
}
