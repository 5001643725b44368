import FoundationEssentials
import TestSupport
import Testing

@Suite struct `Explaining` {
  /// Keys and the digests of runs replaced, which change with every revision of the engine.
  private func withoutKeys(_ text: String) -> String {
    withoutDigests(text).replacing(/\b[0-9a-f]{8}\b/, with: "<key>   ")
  }

  @Test func `of specs, runs and experiments`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(run.status == 0, "\(run)")
    try sandbox.write(
      Sandbox.tinySpec.replacing("epochs: 1", with: "batch_size: 16, epochs: 2"),
      to: "other.yaml")

    let changed = try await sandbox.run("explain", "other.yaml", "--run", "1")
    #expect(changed.status == 0, "\(changed)")
    try expectSnapshot(withoutKeys(changed.output), named: "explain-spec.txt")

    let names = Set(
      sandbox.files(below: "results/tiny/runs").compactMap { $0.split(separator: "/").first })
    let name = try #require(names.min())
    let folder = try await sandbox.run("explain", "results/tiny/runs/\(name)")
    #expect(folder.status == 0, "\(folder)")
    try expectSnapshot(withoutKeys(folder.output), named: "explain-run.txt")
    for arguments in [
      ["tiny", "--run", "0"], ["0"], [String(name)], ["results/tiny", "--run", "000"],
    ] {
      let ending = try await sandbox.shell("nsl-run explain \(arguments.joined(separator: " "))")
      #expect(ending.output == folder.output, "\(arguments): \(ending)")
    }

    struct Document: Decodable {
      struct Stage: Decodable {
        struct Nearest: Decodable {
          struct Difference: Decodable, Equatable {
            var setting: String
            var nearest: Int
            var this: Int
          }
          var differences: [Difference]
        }
        var key: String
        var stored: Bool
        var nearest: Nearest?
      }
      var schema_version: Int
      var stages: [Stage]
    }
    let text = try await sandbox.run("explain", "other.yaml", "--run", "0", "--json").output
    let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    #expect(document.schema_version == 1)
    let stage = try #require(document.stages.first)
    #expect(
      stage.nearest?.differences == [
        .init(setting: "hparams.batch_size", nearest: 32, this: 16),
        .init(setting: "hparams.epochs", nearest: 1, this: 2),
      ])
    let only = try await sandbox.run(
      "explain", "other.yaml", "--stage", String(stage.key.prefix(12)))
    #expect(only.output.contains(": 1 stage, 0 stored"), "\(only)")

    try await failures(sandbox)
  }

  @Test func `names runs in a form that it takes`() async throws {
    let sandbox = try Sandbox()
    for name in ["one", "two"] {
      try sandbox.write(
        Sandbox.tinySpec.replacing("experiment: tiny", with: "experiment: \(name)"),
        to: "\(name).yaml")
      let run = try await sandbox.run("\(name).yaml", "--quiet")
      #expect(run.status == 0, "\(run)")
    }
    let several = try await sandbox.run("explain", "000-")
    #expect(several.status == 2)
    #expect(several.error.contains("`000-` fits 2 runs\n"), "\(several)")
    let names = several.error.matches(of: #/[^\s,]+/runs/000-[0-9a-f]{8}/#).map { String($0.0) }
    #expect(names.map { $0.prefix(16) } == ["results/one/runs", "results/two/runs"])
    for name in names + names.map({ String($0.dropFirst("results/".count)) }) {
      let ending = try await sandbox.run("explain", name)
      #expect(ending.status == 0, "\(name): \(ending)")
    }
    let elsewhere = try await sandbox.shell(
      "mkdir below; cd below; nsl-run explain 000- --results-dir ../results || true")
    let name = try #require(elsewhere.error.firstMatch(of: #/\S+/runs/000-[0-9a-f]{8}/#)).0
    let pasted = try await sandbox.shell("cd below; nsl-run explain \(name)")
    #expect(pasted.status == 0, "\(pasted)")
  }

  private func failures(_ sandbox: Sandbox) async throws {
    var text = ""
    for arguments in [
      "tiny", "tiny --run 7", "tiy", "missing.yaml", "other.yaml --run 0123",
      "other.yaml --stage zz",
      "results/tiny/runs/000-* --run 0",
    ] {
      let ending = try await sandbox.shell("nsl-run explain \(arguments)")
      #expect(ending.status == 2, "\(arguments): \(ending)")
      #expect(ending.output.isEmpty)
      text += "$ nsl-run explain \(arguments)\n" + withoutDigests(ending.error) + "\n"
    }
    try expectSnapshot(text, named: "explain-failures.txt")
  }

  @Test func `of a spec when nothing is stored says so`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let ending = try await sandbox.run("explain", "tiny.yaml", "--run", "0")
    #expect(ending.status == 0)
    #expect(ending.output.contains("no other training is stored"), "\(ending)")
    #expect(sandbox.files(below: ".") == ["tiny.yaml"])
  }
}
