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
