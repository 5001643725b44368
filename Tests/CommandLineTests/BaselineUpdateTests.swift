import FoundationEssentials
import TestSupport
import Testing

@Suite struct `A baseline` {
  static let before =
    `A diff`.header + `A diff`.clean + `A diff`.attacked(correct: 47)
  private static let after = `A diff`.header + `A diff`.clean + `A diff`.attacked(correct: 41)

  /// A `results.json` as far as a diff reads it.
  private static func document(_ instructionSet: String, version: String = "0.1.0") -> String {
    """
    {
      "axes" : [

      ],
      "provenance" : {
        "dataset_digests" : {
          "mnist" : "12ab"
        },
        "environment" : {
          "cpu" : "",
          "instruction_set" : "\(instructionSet)",
          "operating_system" : "Debian"
        },
        "kernels" : {

        },
        "nsl_run_version" : "\(version)",
        "portable" : true
      },
      "rows" : [

      ]
    }

    """
  }

  @Test func `is created with its folder, and renewed`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.before, to: "results/tiny/results.csv")
    let compare = "compare:\n  baseline: base/tiny.csv\n"
    try sandbox.write(Sandbox.tinySpec + compare, to: "tiny.yaml")
    let none = try await sandbox.run("diff", "tiny.yaml")
    #expect(none.status == 4)
    #expect(none.error.contains("suggestion: the same command with --update makes the first one"))
    #expect(!sandbox.exists("base"))

    let first = try await sandbox.run("diff", "tiny.yaml", "--update")
    #expect(first.status == 0, "\(first)")
    #expect(try sandbox.read("base/tiny.csv") == Self.before)
    // Where the numbers come from is not known, and not invented.
    #expect(sandbox.files(below: "base") == ["tiny.csv"])
    #expect(try await sandbox.run("diff", "tiny.yaml").status == 0)

    try sandbox.write(Self.after, to: "results/tiny/results.csv")
    let second = try await sandbox.run("diff", "tiny.yaml", "--update")
    #expect(second.status == 0, "\(second)")
    #expect(try sandbox.read("base/tiny.csv") == Self.after)
    let third = try await sandbox.run("diff", "tiny.yaml", "--update")
    #expect(third.status == 0, "\(third)")
    try expectSnapshot(
      [first, second, third].map(\.description).joined(separator: "\n"),
      named: "diff-update.txt")
  }

  @Test func `keeps where it comes from, as long as it is the same table`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.before, to: "results/tiny/results.csv")
    try sandbox.write(Self.document("avx2"), to: "results/tiny/results.json")
    #expect(try await sandbox.run("diff", "base/tiny.csv", "tiny", "--update").status == 0)
    #expect(sandbox.files(below: "base") == ["tiny.csv", "tiny.provenance.json"])
    try expectSnapshot(
      try sandbox.read("base/tiny.provenance.json"), named: "baseline.provenance.json")

    try sandbox.write(Self.document("avx512", version: "0.2.0"), to: "results/tiny/results.json")
    let other = try await sandbox.run("diff", "base/tiny.csv", "tiny")
    #expect(other.status == 0, "\(other)")
    try expectSnapshot(other.output, named: "diff-origins.txt")

    // Another table was copied there: of that one nothing is known.
    try sandbox.write(Self.after, to: "base/tiny.csv")
    let copied = try await sandbox.run("diff", "base/tiny.csv", "tiny")
    #expect(copied.status == 3 && !copied.output.contains("note:"), "\(copied)")

    // The same of a candidate without a `results.json`: what was there is not true of it.
    try sandbox.write(Self.before, to: "plain.csv")
    #expect(try await sandbox.run("diff", "base/tiny.csv", "plain.csv", "--update").status == 0)
    #expect(sandbox.files(below: "base") == ["tiny.csv"])
  }

  @Test(arguments: [
    ("failed", `A diff`.header + `A diff`.attacked(correct: 0, status: "crashed"), Int32(3)),
    ("not-finite", before.replacing("0.0625", with: "nan"), 3),
    ("empty", `A diff`.header, 4),
    ("no-table", "a,b\n1,2\n", 4),
    ("twice", before + `A diff`.clean, 4),
  ])
  func `is not made of a table that it could not be equal to`(
    name: String, table: String, status: Int32
  ) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.before, to: "before.csv")
    try sandbox.write(table, to: "after.csv")
    for baseline in ["before.csv", "new.csv"] {
      let ending = try await sandbox.run("diff", baseline, "after.csv", "--update")
      #expect(ending.status == status, "\(ending)")
      #expect(ending.error.contains("error: \(baseline) was not written: "), "\(ending)")
      if baseline == "before.csv" {
        try expectSnapshot(ending.error, named: "diff-update-\(name).txt")
      }
    }
    #expect(try sandbox.read("before.csv") == Self.before)
    #expect(!sandbox.exists("new.csv"))
  }

  @Test func `is not made of a run that was interrupted`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.before, to: "before.csv")
    try sandbox.write(Self.after, to: "results/tiny/results.csv")
    try sandbox.write(Self.document("avx2"), to: "results/tiny/results.json")
    try sandbox.write("running\n", to: "results/tiny/.lock")
    let ending = try await sandbox.run("diff", "before.csv", "tiny", "--update")
    #expect(ending.status == 3, "\(ending)")
    #expect(ending.error.contains("the last run of `tiny` has not come to its end"), "\(ending)")
    #expect(try sandbox.read("before.csv") == Self.before)
  }

  @Test func `of other data is replaced, and that is said`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.before, to: "before.csv")
    let after = Self.after.replacing("mnist", with: "kmnist")
    try sandbox.write(after, to: "after.csv")
    let ending = try await sandbox.run(
      "diff", "before.csv", "after.csv", "--update", "--format", "json")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.error.contains("warning: the data differ: before.csv was made on mnist"))
    #expect(ending.output.contains("\"exit_status\" : 4"))
    #expect(try sandbox.read("before.csv") == after)
  }

  @Test func `is a file of its own, and a table`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.after, to: "after.csv")
    try sandbox.write(Self.before, to: "results/tiny/results.csv")
    try sandbox.write(Self.document("avx2"), to: "results/tiny/results.json")
    let experiment = try await sandbox.run("diff", "tiny", "after.csv", "--update")
    #expect(experiment.status == 2 && experiment.output.isEmpty, "\(experiment)")
    #expect(experiment.error.contains("`results/tiny/results.csv` belongs to an experiment"))
    #expect(try sandbox.read("results/tiny/results.csv") == Self.before)
    let pipe = try await sandbox.shell("cat after.csv | nsl-run diff /dev/stdin after.csv --update")
    #expect(pipe.status == 2, "\(pipe)")
    let mistake = try await sandbox.run("diff", "tnii", "after.csv", "--update")
    #expect(mistake.status == 2 && !sandbox.exists("tnii"), "\(mistake)")

    try sandbox.write("experiment: tiny\n", to: "tiny.yaml.csv")
    try sandbox.write(Self.before.replacing("accuracy", with: "exactness"), to: "other.csv")
    for name in ["tiny.yaml.csv", "other.csv"] {
      let text = try sandbox.read(name)
      let ending = try await sandbox.run("diff", name, "after.csv", "--update")
      #expect(ending.status == 4, "\(ending)")
      #expect(try sandbox.read(name) == text)
    }

    try sandbox.write(Self.before, to: "kept/results.csv")
    let folder = try await sandbox.run("diff", "kept", "after.csv", "--update")
    #expect(folder.status == 0, "\(folder)")
    #expect(folder.error.contains("updated kept/results.csv: 2 rows of after.csv\n"))
    #expect(try sandbox.read("kept/results.csv") == Self.after)
  }
}
