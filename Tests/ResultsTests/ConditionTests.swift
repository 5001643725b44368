import Experiments
import Measurements
import Results
import TestSupport
import Testing
import YAML

@Suite struct `Rows for which a condition holds` {
  /// The rows of a table that `show --where` keeps.
  private func kept(_ condition: String, of table: CSVTable) throws -> [[String]] {
    var listing = TableListing(table)
    let condition = try TableCondition(
      condition, columns: listing.columns, rows: listing.rows, words: listing.wordColumns,
      keys: listing.keyColumns)
    listing.keep(try condition.positions())
    return listing.rows
  }

  /// A row's cells by column.
  private typealias Cells = [String: String]

  /// A condition that every row decides, with what it means in Swift.
  private func comparison(
    _ random: inout SplitMix64, _ table: CSVTable
  ) -> (text: String, holds: (Cells) -> Bool) {
    let row = table.rows[Int.random(in: 0..<table.rows.count, using: &random)]
    func cell(_ column: String) -> String { table.index(of: column).map { row[$0] } ?? "" }
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      let column = ["model", "attack", "adv_step_size"].randomElement(using: &random) ?? ""
      let value = cell(column)
      let text = column == "adv_step_size" ? value : "'\(value)'"
      return ("\(column) == \(text)", { $0[column] == value })
    case 1:
      let value = cell("status")
      return ("status != \"\(value)\"", { $0["status"] != value })
    case 2:
      let limit = Double.random(in: 0...1, using: &random)
      return (
        "accuracy != null and accuracy < \(limit)",
        { Double($0["accuracy"] ?? "").map { $0 < limit } ?? false }
      )
    case 3:
      let limit = Double.random(in: 0...2, using: &random)
      return (
        "(loss == null or loss >= \(limit))",
        { Double($0["loss"] ?? "").map { $0 >= limit } ?? true }
      )
    case 4:
      let seeds = (1...3).filter { _ in Bool.random(using: &random) }
      return ("seed in \(seeds)", { seeds.contains(Int($0["seed"] ?? "") ?? 0) })
    default:
      return (
        "0 < epsilon * 2 <= 0.4", { (Double($0["epsilon"] ?? "") ?? 0) > 0 }
      )
    }
  }

  @Test(arguments: 0..<200)
  func `are exactly those for which Swift says so`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let table = Sample.table(failing: Bool.random(using: &random)).csv
    var (text, holds) = comparison(&random, table)
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let (left, right) = (holds, comparison(&random, table))
      switch Int.random(in: 0..<3, using: &random) {
      case 0: (text, holds) = ("(\(text)) and (\(right.text))", { left($0) && right.holds($0) })
      case 1: (text, holds) = ("(\(text)) or \(right.text)", { left($0) || right.holds($0) })
      default: (text, holds) = ("not (\(text))", { !left($0) })
      }
    }
    let expected = table.rows.filter { row in
      holds(Dictionary(uniqueKeysWithValues: zip(table.columns, row)))
    }
    #expect(try kept(text, of: table) == expected, "seed \(seed): \(text)")
  }

  /// A table of a sweep whose cells are of every kind.
  private static let cells = CSVTable(
    columns: ["run", "a.rate", "b.rate", "keep", "model", "adv_grad_norm", "value"],
    rows: [
      ["000-1", "0.1", "1", "true", "1", "inf", "inf"],
      ["001-2", "0.2", "2", "True", "2", "l2", "nan"],
      ["002-3", "", "3", "false", "true", "linf", "-inf"],
      ["003-4", "0.03137254901960784", "4", "", "x-y", "", ""],
    ])

  /// Conditions, and the last digits of the runs that they keep.
  @Test(arguments: [
    ("a.rate == null", "3"), ("a.rate != null", "124"), ("a.rate == 8/255", "4"),
    ("b.rate > 1 and b.rate < 4", "23"), ("b.rate % 2 == 0", "24"),
    ("keep == true", "12"), ("keep != null and not keep", "3"),
    ("model == '1'", "1"), ("model == \"true\"", "3"), ("model in ['2', 'x-y']", "24"),
    ("adv_grad_norm == 'linf'", "13"), ("adv_grad_norm == null", "4"),
    ("value != null and value > 1", "1"), ("value != null and value <= 1", "3"),
    ("value != null and value >= 1", "1"), ("value != null and not value > 1", "23"),
    ("run >= '002-3'", "34"), ("len(model) == 3", "4"), ("min(b.rate, 2) == 2", "234"),
    ("true", "1234"), ("false", ""),
  ])
  func `read cells as the language reads values`(condition: String, expected: String) throws {
    let rows = try kept(condition, of: Self.cells)
    #expect(rows.map { String($0[0].suffix(1)) }.joined() == expected)
  }

  @Test func `are shown with the columns that it reads, where none is left too`() throws {
    var listing = TableListing(Sample.table().csv)
    let condition = try TableCondition(
      "mean_l2 > 100 or mean_l2 < 0", columns: listing.columns, rows: listing.rows)
    #expect(condition.columns == ["mean_l2"])
    listing.keep(try condition.positions())
    listing.chooseTelling(besides: Set(condition.columns))
    #expect(listing.rows.isEmpty)
    #expect(listing.columns.contains("mean_l2"))
  }

  @Test func `are not known where the condition is wrong`() throws {
    let conditions = [
      "acuracy < 0.5", "attack == fgsm", "attack == pgd", "adversarial.adv_step_size > 0.1",
      "colour == 'red'", "accuracy = 0.5", "accuracy < 0.5 &", "accuracy < ", "(accuracy < 0.5", "",
      "accuracy", "accuracy < 0.5", "accuracy + 1 < 2", "model < 3", "seed == '1'",
      "not accuracy", "len(loss) > 2", "epsilon / 0 > 1", "model == 'x", "mean(accuracy) > 1",
      "seed == 1\nand accuracy < x",
    ]
    let table = Sample.table(failing: true).csv
    var text = ""
    for condition in conditions {
      let error = #expect(throws: DiagnosticsError.self) { try kept(condition, of: table) }
      text += error.map { "\($0)\n" } ?? ""
    }
    let whole = Sample.table()
    let one = ResultTable(axes: whole.axes, rows: whole.rows.filter { $0.key.seed == 1 })
    for (condition, table) in [
      ("accuracy_sd > 0.01", SummaryTable(one).csv), ("rate > 1", Self.cells),
    ] {
      let error = #expect(throws: DiagnosticsError.self) { try kept(condition, of: table) }
      text += error.map { "\($0)\n" } ?? ""
    }
    try expectSnapshot(text, named: "condition-errors.txt")
  }
}
