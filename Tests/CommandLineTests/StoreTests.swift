import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite struct `The store` {
  /// A finished experiment, and another one that has changed since: its first training is not needed
  /// any more.
  private func sandbox() async throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    for overrides in [["seeds=1", "experiment=one"], ["seeds=[5]", "experiment=two"]] {
      let ending = try await sandbox.run("tiny.yaml", overrides[0], overrides[1], "--quiet")
      try #require(ending.status == 0, "\(ending)")
    }
    return sandbox
  }

  private func withoutSizes(_ text: String) -> String {
    text.replacing(#/ *[0-9.]+ [KM]iB/#) { _ in "  12 KiB" }
  }

  @Test func `says what it holds, and which experiments need it`() async throws {
    let sandbox = try await sandbox()
    let ending = try await sandbox.run("store")
    #expect(ending.status == 0, "\(ending)")
    try expectSnapshot(withoutSizes(ending.output), named: "store.txt")
    try FileManager.default.removeItem(atPath: sandbox.path("results/two"))
    let less = try await sandbox.run("store", "--verify")
    #expect(less.status == 0, "\(less)")
    try expectSnapshot(withoutSizes(less.output), named: "store-not-needed.txt")
  }

  @Test func `says which of its entries are damaged, and has them done again`() async throws {
    let sandbox = try await sandbox()
    let outcomes = try #require(
      sandbox.files(below: "results/.store").first { $0.hasSuffix("outcomes.bin") })
    let damage = try await sandbox.shell("printf x >> results/.store/\(outcomes)")
    try #require(damage.status == 0, "\(damage)")
    let ending = try await sandbox.run("store", "--verify", "--json")
    #expect(ending.status == 1, "\(ending)")
    struct Document: Decodable {
      struct Damage: Decodable {
        var path: String
        var reason: String
      }
      struct Count: Decodable { var count: Int }
      var trainings: Count
      var evaluations: Count
      var damaged: [Damage]
    }
    let document = try JSONDecoder().decode(Document.self, from: Data(ending.output.utf8))
    #expect(document.trainings.count == 4 && document.evaluations.count == 8)
    #expect(document.damaged.count == 1)
    #expect(document.damaged[0].reason.contains("outcomes.bin has"), "\(ending)")
    for overrides in [["seeds=1", "experiment=one"], ["seeds=[5]", "experiment=two"]] {
      let again = try await sandbox.run("tiny.yaml", overrides[0], overrides[1])
      #expect(again.status == 0, "\(again)")
    }
    #expect(try await sandbox.run("store", "--verify").status == 0)
  }

  @Test func `loses what no experiment needs, after it has said so`() async throws {
    let sandbox = try await sandbox()
    #expect(
      try await sandbox.run("gc").output == "nothing to remove: experiments need all of 12 stages\n"
    )
    let table = try sandbox.read("results/one/results.csv")
    try FileManager.default.removeItem(atPath: sandbox.path("results/two"))
    let before = sandbox.files(below: "results/.store")
    let dry = try await sandbox.run("gc")
    #expect(dry.status == 0, "\(dry)")
    try expectSnapshot(withoutSizes(dry.output), named: "gc.txt")
    #expect(sandbox.files(below: "results/.store") == before)
    let ending = try await sandbox.run("gc", "--delete")
    #expect(ending.status == 0, "\(ending)")
    try expectSnapshot(withoutSizes(ending.output), named: "gc-delete.txt")
    let again = try await sandbox.run("tiny.yaml", "seeds=1", "experiment=one")
    #expect(again.error.contains("0 run and 6 stored already"), "\(again)")
    #expect(try sandbox.read("results/one/results.csv") == table)
    let other = try await sandbox.run("tiny.yaml", "seeds=[5]", "experiment=two")
    #expect(other.error.contains("6 run and 0 stored already"), "\(other)")
  }

  @Test func `keeps what an interrupted run has stored, and what a run uses now`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      Sandbox.tinySpec.replacing("epochs: 1", with: "epochs: 400"), to: "long.yaml")
    let ending = try await sandbox.run("long.yaml", "--jobs", "1") { pid in
      for _ in 0..<600 where !sandbox.hasStoredModel {
        try await Task.sleep(for: .milliseconds(100))
      }
      let busy = try await sandbox.run("gc", "--delete")
      #expect(busy.status == 2, "\(busy)")
      #expect(busy.error.contains("a run uses the store now"), "\(busy)")
      kill(pid, SIGKILL)
    }
    #expect(ending.status == 128 + SIGKILL, "\(ending)")
    let after = try await sandbox.run("gc", "--delete")
    #expect(after.status == 0, "\(after)")
    #expect(sandbox.hasStoredModel)
  }

  @Test func `shares the files of runs`() async throws {
    let sandbox = try await sandbox()
    let weights = sandbox.files(below: "results/one/runs").filter {
      $0.hasSuffix("model.safetensors")
    }
    #expect(weights.count == 2)
    for path in weights {
      var status = stat()
      try #require(stat(sandbox.path("results/one/runs/\(path)"), &status) == 0)
      // A clone has one name; a hard link has one more in the store.
      let (names, mode) = (status.st_nlink, status.st_mode)
      #expect(names == 2 || mode & 0o222 == 0, "\(path) has \(names) names, mode \(mode)")
    }
  }

  @Test func `is missed where there is none`() async throws {
    for command in ["store", "gc"] {
      let ending = try await Sandbox().run(command)
      #expect(ending.status == 2, "\(ending)")
      #expect(ending.error.contains("no store in `results`"), "\(ending)")
    }
  }
}
