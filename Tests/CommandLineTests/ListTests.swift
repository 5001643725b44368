import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite struct `A list of experiments` {
  private static let row =
    "000-aaaaaaaa,1,mnist,base,clean,,,0,100,98,0.98,0.93,0.9945,0.0625,0,0,ok\n"

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    let table = `A diff`.header + Self.row
    try sandbox.write(table, to: "results/good/results.csv")
    try sandbox.write(
      `A diff`.header + `A diff`.attacked(correct: 0, status: "crashed") + Self.row,
      to: "results/bad/results.csv")
    try sandbox.write("running\n", to: "results/never-ended/.lock")
    try sandbox.write(table, to: "results/again/results.csv")
    try sandbox.write("running\n", to: "results/again/.lock")
    try sandbox.write("no table\n", to: "results/broken/results.csv")
    // Neither a run wrote this folder, nor this file.
    try sandbox.write(table, to: "results/baselines/good.csv")
    try sandbox.write("", to: "results/note.txt")
    return sandbox
  }

  private func withoutTimes(_ text: String) -> String {
    text.replacing(/\d\d\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\dZ)?/) { _ in "2026-01-01 12:00" }
  }

  @Test func `says the state of each`() async throws {
    let ending = try await sandbox().run("list")
    #expect(ending.status == 0, "\(ending)")
    try expectSnapshot(withoutTimes(ending.output), named: "list.txt")
  }

  @Test func `is JSON for programs`() async throws {
    struct Document: Decodable {
      struct Experiment: Decodable {
        var experiment: String
        var state: String
        var rows: Int?
        var failed: Int
        var folder: String
      }
      var schema_version: Int
      var experiments: [Experiment]
    }
    let ending = try await sandbox().run("list", "--json")
    let document = try JSONDecoder().decode(Document.self, from: Data(ending.output.utf8))
    #expect(document.schema_version == 1)
    #expect(
      document.experiments.map { "\($0.experiment) \($0.state) \($0.rows ?? -1) \($0.failed)" } == [
        "again interrupted 1 0", "bad failed 2 1", "broken damaged -1 0", "good finished 1 0",
        "never-ended interrupted -1 0",
      ])
    #expect(document.experiments[0].folder == "results/again")
  }

  @Test func `knows what runs, what was interrupted and what ended`() async throws {
    func state(_ sandbox: Sandbox) async throws -> String {
      try await sandbox.run("list").output.split(separator: "\n").last.map { line in
        line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      } ?? ""
    }
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let ending = try await sandbox.run("tiny.yaml", "--jobs", "1", "epochs=5000", "--quiet") {
      process in
      try await Processes.watch(process) { !Processes.workers(of: process).isEmpty }
      try await Processes.watch(process) { sandbox.exists("results/tiny/.lock") }
      #expect(try await state(sandbox) == "running")
      kill(process, SIGKILL)
    }
    #expect(ending.status == 137)
    #expect(try await state(sandbox) == "interrupted")
    let second = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(second.status == 0, "\(second)")
    #expect(try await state(sandbox) == "finished")
  }

  /// Two experiments that were run, and one that a signal has ended before its table.
  private func tagged() async throws -> Sandbox {
    let sandbox = try Sandbox()
    let specs = [
      ("first", "description: How much does an epoch more help?\ntags: [epochs, quick]\n"),
      ("second", "tags: [quick]\n"), ("third", "description: |\n  Two lines.\n  The other.\n"),
    ]
    for (name, about) in specs {
      try sandbox.write(
        Sandbox.tinySpec.replacing("experiment: tiny\n", with: "experiment: \(name)\n\(about)"),
        to: "\(name).yaml")
    }
    for name in ["first", "second"] {
      let ending = try await sandbox.run("\(name).yaml", "--quiet")
      #expect(ending.status == 0, "\(ending)")
    }
    let ending = try await sandbox.run("third.yaml", "--jobs", "1", "epochs=5000", "--quiet") {
      process in
      try await Processes.watch(process) { !Processes.workers(of: process).isEmpty }
      kill(process, SIGTERM)
    }
    #expect(ending.status == 130, "\(ending)")
    return sandbox
  }

  @Test func `shows what the specs say of them`() async throws {
    let sandbox = try await tagged()
    var text = ""
    for arguments in [
      "list", "list --tag quick", "list --tag quick --tag epochs", "list --tag slow",
      "list --tag slow --tag quick", "show first", "show third", "diff third first",
      "show results/third", "plan first.yaml", "plan third.yaml",
    ] {
      let ending = try await sandbox.shell("nsl-run \(arguments) || true")
      let plan = ending.output.split(separator: "\n\n").first.map { $0 + "\n" } ?? ""
      text += "$ nsl-run \(arguments)\n"
      text += arguments.hasPrefix("plan") ? plan : ending.output + ending.error
    }
    try expectSnapshot(withoutTimes(text), named: "list-about.txt")

    struct Document: Decodable {
      struct Experiment: Decodable {
        var description: String?
        var tags: [String]
      }
      var experiments: [Experiment]
    }
    let json = try await sandbox.run("list", "--json").output
    let experiments = try JSONDecoder().decode(Document.self, from: Data(json.utf8)).experiments
    #expect(experiments.map(\.tags) == [["epochs", "quick"], ["quick"], []])
    #expect(
      experiments.map(\.description)
        == ["How much does an epoch more help?", nil, "Two lines.\nThe other."])
    let one = try await sandbox.run("list", "--json", "--tag", "epochs").output
    #expect(one.contains("first") && !one.contains("second"))
  }

  @Test func `may be empty`() async throws {
    let sandbox = try Sandbox()
    let none = try await sandbox.run("list")
    #expect(none.status == 0)
    #expect(none.output.isEmpty)
    #expect(none.error.hasPrefix("no experiments in results"))
    let wrong = try await sandbox.run("list", "--results-dir", "nowhere")
    #expect(wrong.status == 2)
    #expect(wrong.error == "error: cannot list nowhere: No such file or directory\n")
  }
}
