import FoundationEssentials
import TestSupport
import Testing

@Suite struct `Reports of a diff` {
  /// Two tables whose accuracies differ by `0.06`.
  private func tables(correct: Int = 41) throws -> Sandbox {
    let sandbox = try Sandbox()
    let before = `A diff`.header + `A diff`.clean + `A diff`.attacked(correct: 47)
    try sandbox.write(before, to: "before.csv")
    let after = `A diff`.header + `A diff`.clean + `A diff`.attacked(correct: correct)
    try sandbox.write(after, to: "after.csv")
    return sandbox
  }

  @Test(arguments: ["json", "junit", "github"])
  func `are for programs, too`(format: String) async throws {
    let sandbox = try tables()
    let ending = try await sandbox.run("diff", "before.csv", "after.csv", "--format", format)
    #expect(ending.status == 3 && ending.error.isEmpty, "\(ending)")
    try expectSnapshot(ending.output, named: "diff-\(format).txt")
  }

  @Test func `may be several at once`() async throws {
    let sandbox = try tables()
    let ending = try await sandbox.run(
      "diff", "before.csv", "after.csv", "--format", "markdown", "-o", "diff.md", "--write",
      "junit=diff.xml", "--write", "json=diff.json", "--write", "text=diff.txt")
    #expect(ending.status == 3 && ending.output.isEmpty && ending.error.isEmpty, "\(ending)")
    let formats = [("diff.md", "markdown"), ("diff.xml", "junit"), ("diff.json", "json")]
    for (file, format) in formats + [("diff.txt", "text")] {
      let shown = try await sandbox.run("diff", "before.csv", "after.csv", "--format", format)
      #expect(try sandbox.read(file) == shown.output, "\(format)")
    }
  }

  @Test(arguments: [
    ("--write diff.xml", "write format=file"), ("--write junit=", "write format=file"),
    ("--write junti=a", "there is no format `junti`; did you mean `junit`?"),
    ("--write json=a --write junit=./a", "`./a` is to be written twice"),
    ("--output a --write junit=a", "`a` is to be written twice"),
    ("--fail-on worse", "the value 'worse' is invalid for '--fail-on <which>'"),
  ])
  func `are asked for in one way`(options: String, message: String) async throws {
    let sandbox = try tables()
    let ending = try await sandbox.shell("nsl-run diff before.csv after.csv \(options)")
    #expect(ending.status == 2 && ending.error.contains(message), "\(ending)")
    #expect(!sandbox.exists("a"))
  }

  @Test func `that cannot be written end with 1`() async throws {
    let sandbox = try tables()
    let ending = try await sandbox.run(
      "diff", "before.csv", "after.csv", "--write", "json=nowhere/diff.json")
    #expect(ending.status == 1)
    #expect(ending.error == "error: cannot write nowhere/diff.json: No such file or directory\n")
  }

  @Test func `may let better numbers and more rows pass`() async throws {
    let sandbox = try tables(correct: 53)
    #expect(try await sandbox.run("diff", "before.csv", "after.csv").status == 3)
    let better = try await sandbox.run(
      "diff", "before.csv", "after.csv", "--fail-on", "regressed")
    #expect(better.status == 0, "\(better)")
    #expect(better.output.contains("the baseline is out of date"))
    let worse = try await sandbox.run("diff", "after.csv", "before.csv", "--fail-on", "regressed")
    #expect(worse.status == 3, "\(worse)")
  }

  // MARK: The summary of a job

  @Test func `are added to the summary of a job`() async throws {
    let sandbox = try tables()
    try sandbox.write("# Before\n", to: "summary.md")
    let environment = ["GITHUB_STEP_SUMMARY": sandbox.path("summary.md")]
    let shown = try await sandbox.run("diff", "before.csv", "after.csv", "--format", "markdown")
    let command = "nsl-run diff before.csv after.csv || true"
    for options in ["", "--no-step-summary", "--format markdown >> summary.md"] {
      let ending = try await sandbox.shell(
        command.replacing(" ||", with: " \(options) ||"), environment: environment)
      #expect(ending.status == 0 && ending.error.isEmpty, "\(ending)")
    }
    // Once by itself, and once by the redirection: what is there already is not added.
    #expect(try sandbox.read("summary.md") == "# Before\n\n\(shown.output)\(shown.output)")
    let none = try await sandbox.shell(
      command.replacing(" ||", with: " --output summary.md --format markdown ||"),
      environment: environment)
    #expect(try sandbox.read("summary.md") == shown.output, "\(none)")
  }

  @Test func `are cut where the summary has no room`() async throws {
    let sandbox = try tables()
    let limit = 1 << 20
    try sandbox.write(String(repeating: "x", count: limit - 200), to: "summary.md")
    let environment = ["GITHUB_STEP_SUMMARY": sandbox.path("summary.md")]
    for _ in 1...3 {
      let ending = try await sandbox.run(
        "diff", "before.csv", "after.csv", environment: environment)
      #expect(ending.status == 3, "\(ending)")
    }
    let text = try sandbox.read("summary.md")
    #expect(text.utf8.count <= limit)
    #expect(text.contains("this text is cut at") || text.contains("This text is cut at"))
  }

  @Test(arguments: ["nowhere/summary.md", "folder", "pipe"])
  func `warn of a summary that cannot be written, and go on`(name: String) async throws {
    let sandbox = try tables()
    try sandbox.write("", to: "folder/file")
    _ = try await sandbox.shell("mkfifo pipe")
    let ending = try await sandbox.run(
      "diff", "before.csv", "after.csv",
      environment: ["GITHUB_STEP_SUMMARY": sandbox.path(name)])
    #expect(ending.status == 3, "\(ending)")
    #expect(ending.error.hasPrefix("warning: no summary of the job: cannot write "), "\(ending)")
    #expect(ending.output.contains("regressed"))
  }
}
