import TestSupport
import Testing

@Suite struct `A diff` {
  static let header =
    "run,seed,dataset,model,attack,source,norm,epsilon,examples,correct,accuracy,accuracy_low,"
    + "accuracy_high,loss,mean_linf,mean_l2,status\n"

  static let clean =
    "000-aaaaaaaa,1,mnist,base,clean,,,0,100,98,0.98,0.93,0.9945,0.0625,0,0,ok\n"

  static func attacked(correct: Int, status: String = "ok") -> String {
    let numbers = status == "ok" ? "100,\(correct),0.\(correct),0.38,0.57,1.5,0.2,3.5" : ",,,,,,,"
    return "000-aaaaaaaa,1,mnist,base,fgsm,self,infinity,0.2,\(numbers),\(status)\n"
  }

  /// The snapshot's name, the candidate, options, exit status.
  static let cases: [(String, String, String, Int32)] = [
    ("equal", clean + attacked(correct: 47), "", 0),
    ("other-order", attacked(correct: 47) + clean, "", 0),
    ("regressed", clean + attacked(correct: 41), "", 3),
    ("within-tolerance", clean + attacked(correct: 41), "--tolerance accuracy=0.1", 0),
    ("relative-tolerance", clean + attacked(correct: 41), "--tolerance accuracy=0,0.2", 0),
    ("beyond-tolerance", clean + attacked(correct: 41), "--tolerance accuracy=0.01,0.02", 3),
    ("markdown", clean + attacked(correct: 41), "--format markdown", 3),
    ("failed", clean + attacked(correct: 0, status: "crashed"), "", 3),
    ("missing", clean, "", 4),
    ("empty", "", "", 4),
  ]

  @Test(arguments: cases)
  func `ends with a status that says how it came out`(
    name: String, rows: String, options: String, status: Int32
  ) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.header + Self.clean + Self.attacked(correct: 47), to: "before.csv")
    try sandbox.write(Self.header + rows, to: "after.csv")
    let ending = try await sandbox.shell("nsl-run diff before.csv after.csv \(options)")
    #expect(ending.status == status)
    #expect(ending.error.isEmpty)
    try expectSnapshot(ending.output, named: "diff-\(name).txt")
  }

  @Test func `may go into a file`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.header + Self.clean + Self.attacked(correct: 47), to: "before.csv")
    try sandbox.write(Self.header + Self.clean + Self.attacked(correct: 41), to: "after.csv")
    for format in ["text", "markdown"] {
      let shown = try await sandbox.run("diff", "before.csv", "after.csv", "--format", format)
      let ending = try await sandbox.run(
        "diff", "before.csv", "after.csv", "--format", format, "-o", "diff.out")
      #expect(ending.status == 3)
      #expect(ending.output.isEmpty && ending.error.isEmpty, "\(ending)")
      #expect(try sandbox.read("diff.out") == shown.output)
    }
    let ending = try await sandbox.run("diff", "before.csv", "after.csv", "-o", "nowhere/diff.out")
    #expect(ending.status == 1)
    #expect(ending.error == "error: cannot write nowhere/diff.out: No such file or directory\n")
  }

  @Test func `may allow rows that only the candidate has`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.header + Self.clean, to: "before.csv")
    try sandbox.write(Self.header + Self.clean + Self.attacked(correct: 47), to: "after.csv")
    #expect(try await sandbox.run("diff", "before.csv", "after.csv").status == 3)
    let ending = try await sandbox.run("diff", "before.csv", "after.csv", "--allow-extra")
    #expect(ending.status == 0)
  }

  @Test(
    arguments: [
      ("missing.csv", "error: there is no file, folder or experiment `missing.csv`"),
      ("binary.csv", "error: binary.csv:1:1: the file is not UTF-8 text"),
      ("ragged.csv", "error: ragged.csv:2:1: 1 field where the header has 2"),
      ("folder", "error: there is no `results.csv` in the folder `folder`"),
    ])
  func `of what cannot be read ends with 4 and says why`(
    name: String, message: String
  ) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.header + Self.clean, to: "before.csv")
    try sandbox.write("a,b\n1\n", to: "ragged.csv")
    try sandbox.write("", to: "folder/nothing.txt")
    _ = try await sandbox.shell("printf '\\377\\376' > binary.csv")
    let ending = try await sandbox.run("diff", "before.csv", name)
    #expect(ending.status == 4)
    #expect(ending.output.isEmpty)
    #expect(ending.error.hasPrefix(message), "\(ending)")
  }

  @Test func `of a spec alone follows its compare section`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.header + Self.clean + Self.attacked(correct: 47), to: "base/tiny.csv")
    try sandbox.write(
      Self.header + Self.clean + Self.attacked(correct: 41), to: "results/tiny/results.csv")
    let compare = "compare:\n  baseline: ../base/tiny.csv\n"
    try sandbox.write(Sandbox.tinySpec + compare, to: "specs/strict.yaml")
    #expect(try await sandbox.run("diff", "specs/strict.yaml").status == 3)
    let tolerant = "  tolerances: { accuracy: { atol: 0.1 } }\n"
    try sandbox.write(Sandbox.tinySpec + compare + tolerant, to: "specs/tolerant.yaml")
    let ending = try await sandbox.run("diff", "specs/tolerant.yaml")
    #expect(ending.status == 0, "\(ending)")
    let tolerance = "accuracy=0.01"
    let again = try await sandbox.run("diff", "specs/tolerant.yaml", "--tolerance", tolerance)
    #expect(again.status == 3, "\(again)")

    try sandbox.write(Sandbox.tinySpec, to: "specs/tiny.yaml")
    let none = try await sandbox.run("diff", "specs/tiny.yaml")
    #expect(none.status == 2)
    #expect(none.error.contains("has no baseline to compare with"))
    #expect(try await sandbox.run("diff", "base/tiny.csv").status == 2)
  }

  @Test func `takes an experiment's name and its folder`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.header + Self.clean, to: "results/first/results.csv")
    let ending = try await sandbox.run("diff", "results/first", "first")
    #expect(ending.status == 0, "\(ending)")
  }
}

@Suite struct `What is shown` {
  private static let table =
    `A diff`.header + `A diff`.clean + `A diff`.attacked(correct: 47)
    + (`A diff`.clean + `A diff`.attacked(correct: 41)).replacing("000-aaaaaaaa,1", with: "001-b,2")

  @Test(
    arguments: [
      "first", "results/first", "results/first/", "results/first/results.csv",
    ])
  func `is the same table by any of its names`(name: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.table, to: "results/first/results.csv")
    let ending = try await sandbox.run("show", name)
    #expect(ending.status == 0, "\(ending)")
    try expectSnapshot(ending.output, named: "show.txt")
  }

  @Test func `may be one run`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.table, to: "results/first/results.csv")
    try sandbox.write("", to: "results/first/runs/001-b/spec.yaml")
    let ending = try await sandbox.run("show", "results/first/runs/001-b")
    #expect(ending.status == 0, "\(ending)")
    try expectSnapshot(ending.output, named: "show-run.txt")
  }

  @Test(
    arguments: [
      ("sorted", "--sort accuracy --top 2"), ("reversed", "--sort loss --reverse"),
      ("columns", "--columns model,accuracy"), ("csv", "--format csv --columns seed,accuracy"),
      ("markdown", "--format markdown"), ("json", "--format json --top 1"),
      ("summary", "--summary"), ("latex", "--format latex"),
      ("where", "--where 'attack == \"fgsm\" and accuracy < 0.45'"),
      ("where-summary", "--summary --where 'accuracy_mean > 0.9' --format csv"),
    ])
  func `may be sorted, cut and written in other forms`(
    name: String, options: String
  ) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.table, to: "results/first/results.csv")
    let ending = try await sandbox.shell("nsl-run show first \(options)")
    #expect(ending.status == 0, "\(ending)")
    try expectSnapshot(ending.output, named: "show-\(name).txt")
  }

  @Test func `has no column of another name`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.table, to: "results/first/results.csv")
    let ending = try await sandbox.run("show", "first", "--sort", "acuracy")
    #expect(ending.status == 2)
    #expect(ending.error.contains("did you mean `accuracy`?"), "\(ending)")
  }

  @Test func `has no row where the condition is wrong or holds for none`() async throws {
    let sandbox = try Sandbox()
    let failed = `A diff`.attacked(correct: 0, status: "crashed").replacing("fgsm", with: "pgd")
    try sandbox.write(Self.table + failed, to: "results/first/results.csv")
    var text = ""
    for (condition, status) in [
      ("acuracy < 0.5", 2), ("attack == fgsm", 2), ("accuracy < 0.5", 2), ("seed > 2", 0),
    ] as [(String, Int32)] {
      let ending = try await sandbox.run("show", "first", "--where", condition)
      #expect(ending.status == status, "\(ending)")
      text += "$ nsl-run show first --where '\(condition)'\n\(ending.output)\(ending.error)"
    }
    try expectSnapshot(text, named: "show-where-errors.txt")
  }

  @Test func `says so where the last run has not ended`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      Self.table + `A diff`.attacked(correct: 0, status: "crashed").replacing("fgsm", with: "pgd"),
      to: "results/first/results.csv")
    let before = try await sandbox.run("show", "first", "--format", "csv")
    #expect(before.error.isEmpty, "\(before)")
    try sandbox.write("running\n", to: "results/first/.lock")
    let ending = try await sandbox.run("show", "first", "--format", "csv")
    #expect(ending.status == 0)
    #expect(ending.output == before.output)
    try expectSnapshot(ending.error, named: "show-interrupted.txt")
    try sandbox.write("ended\n", to: "results/first/.lock")
    let ended = try await sandbox.run("show", "first", "--format", "csv")
    #expect(ended.error.isEmpty, "\(ended)")
  }

  @Test func `may be a summary.csv`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.table, to: "results/first/results.csv")
    let summary = try await sandbox.shell("nsl-run show first --summary --format csv")
    try sandbox.write(summary.output, to: "summary.csv")
    let ending = try await sandbox.run("show", "summary.csv", "--format", "csv")
    #expect(ending.output == summary.output, "\(ending)")
  }

  @Test func `must be a results.csv`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("a,b\n1,2\n", to: "other.csv")
    let ending = try await sandbox.run("show", "other.csv")
    #expect(ending.status == 2)
    #expect(ending.error.hasPrefix("error: other.csv is not a results.csv: no column 'run'"))
  }

  @Test func `is suggested where its name has a typo`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.table, to: "results/first/results.csv")
    let ending = try await sandbox.run("show", "frist")
    #expect(ending.status == 2)
    #expect(ending.error.contains("did you mean `first`?"))
  }
}
