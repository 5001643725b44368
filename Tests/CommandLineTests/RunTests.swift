import FoundationEssentials
import TestSupport
import Testing

@Suite struct `A run` {
  private func tiny() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    return sandbox
  }

  @Test func `gives the same bytes with two jobs and after half of the results is lost`()
    async throws
  {
    let expected = try await Sandbox.tinyResults.value
    let sandbox = try tiny()
    let first = try await sandbox.run("tiny.yaml", "--jobs", "2")
    #expect(first.status == 0, "\(first)")
    #expect(try sandbox.read("results/tiny/results.csv") == expected)
    #expect(try sandbox.read("results/tiny/summary.csv").contains("adv-regularized"))

    for (index, file) in sandbox.files(below: "results").enumerated() where index % 2 == 0 {
      let path = sandbox.path("results/\(file)")
      var isFolder = false
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder {
        try FileManager.default.removeItem(atPath: path)
      }
    }
    let second = try await sandbox.run("tiny.yaml", "--jobs", "2")
    #expect(second.status == 0, "\(second)")
    #expect(try sandbox.read("results/tiny/results.csv") == expected)
  }

  /// Batches of 32 of this network go through it in two slices.
  @Test func `gives the same bytes on any number of threads`() async throws {
    let spec = """
      dataset: { name: synthetic-digits, train_limit: 80, test_limit: 70 }
      architecture: { conv_filters: [32, 32], num_fc_units: [16] }
      hparams: { batch_size: 32, epochs: 1 }
      adversarial: { method: nsl, adv_step_size: 0.1, adv_grad_norm: infinity }
      eval: { attacks: [{ name: pgd, epsilon: 0.1, steps: 10, keep: true }] }
      """
    var expected: [String: [UInt8]]?
    for threads in [1, 2, 3, 8] {
      let sandbox = try Sandbox()
      try sandbox.write(spec, to: "threads.yaml")
      let run = try await sandbox.run("threads.yaml", "--threads", "\(threads)", "--quiet")
      #expect(run.status == 0, "\(run)")
      let names = sandbox.files(below: "results/threads").filter { name in
        [".safetensors", ".csv", ".npz", ".png"].contains { name.hasSuffix($0) }
          && !name.hasSuffix("timings.csv")
      }
      #expect(names.count >= 8, "\(names)")
      let files = try Dictionary(
        uniqueKeysWithValues: names.map { name in
          let path = sandbox.path("results/threads/\(name)")
          return (name, [UInt8](try Data(contentsOf: URL(filePath: path))))
        })
      if let expected { #expect(files == expected) } else { expected = files }
    }
  }

  @Test func `that is stored trains nothing, and an attack more only evaluates`() async throws {
    let sandbox = try tiny()
    let first = try await sandbox.run("tiny.yaml")
    #expect(first.status == 0, "\(first)")
    #expect(first.error.contains("12 stages, 12 run and 0 stored already"), "\(first)")
    let results = try sandbox.read("results/tiny/results.csv")

    let second = try await sandbox.run("tiny.yaml")
    #expect(second.status == 0)
    #expect(second.output == first.output)
    #expect(second.error.contains("12 stages, 0 run and 12 stored already"), "\(second)")
    #expect(try sandbox.read("results/tiny/results.csv") == results)

    try sandbox.write(
      Sandbox.tinySpec.replacing(
        "  attacks:\n", with: "  attacks:\n    - { name: noise-uniform, epsilon: 0.1 }\n"),
      to: "tiny.yaml")
    let third = try await sandbox.run("tiny.yaml")
    #expect(third.status == 0, "\(third)")
    #expect(third.error.contains("16 stages, 4 run and 12 stored already"), "\(third)")
    #expect(!third.error.contains("train base"), "\(third)")
    #expect(!third.error.contains("train adv-regularized"), "\(third)")
    let rows = try sandbox.read("results/tiny/results.csv").split(separator: "\n")
    #expect(rows.count == 1 + 12)
    #expect(results.split(separator: "\n").allSatisfy(rows.contains))
  }

  @Test func `shows its table on standard output and nothing else there`() async throws {
    let sandbox = try tiny()
    let ending = try await sandbox.run("run", "tiny.yaml", "--quiet", "--results-dir", "elsewhere")
    #expect(ending.status == 0)
    #expect(ending.error.isEmpty, "\(ending)")
    #expect(ending.output.hasPrefix("synthetic-digits: accuracy in %, mean"))
    #expect(!sandbox.exists("results"))
    let shown = try await sandbox.run("show", "tiny", "--results-dir", "elsewhere")
    #expect(shown.output == ending.output)
  }

  @Test func `leaves the files that the reference promises`() async throws {
    let sandbox = try tiny()
    #expect(try await sandbox.run("tiny.yaml").status == 0)
    let files = sandbox.files(below: "results/tiny").filter { !$0.contains(".nsl-run") }
    try expectSnapshot(
      withoutDigests(files.joined(separator: "\n")) + "\n", named: "files.txt")
    // A run's own spec is complete: it gives the same numbers by itself.
    let run = try #require(files.first { $0.hasPrefix("runs/000-") && $0.hasSuffix("spec.yaml") })
    let check = try await sandbox.run("validate", "results/tiny/\(run)")
    #expect(check.status == 0, "\(check)")
  }

  @Test func `that cannot begin leaves nothing behind`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      Sandbox.tinySpec.replacing("name: synthetic-digits", with: "name: files, path: nowhere.npz"),
      to: "tiny.yaml")
    let ending = try await sandbox.run("tiny.yaml")
    #expect(ending.status == 2, "\(ending)")
    #expect(!sandbox.exists("results"))
  }

  @Test func `says that more jobs than processors do not help`() async throws {
    let ending = try await tiny().run("tiny.yaml", "-j500", "seeds=1")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.error.contains("note: 500 jobs on "), "\(ending)")
    #expect(!(try await tiny().run("tiny.yaml", "-j1", "seeds=1")).error.contains("note: "))
  }

  @Test(arguments: [["--timeout", "0.001s"], ["--time-limit", "1ms"], ["timeout=1ms"]])
  func `takes a time limit with a unit, by two names and from the spec`(
    arguments: [String]
  ) async throws {
    let sandbox = try tiny()
    let ending = try await sandbox.shell(
      "nsl-run tiny.yaml seeds=1 \(arguments.joined(separator: " "))")
    #expect(ending.status == 1)
    #expect(ending.error.contains("timed-out, not finished within"), "\(ending)")
    // An option wins over the spec.
    let long = try await sandbox.run(
      "tiny.yaml", "seeds=1", "-q", "timeout=1ms", "--timeout", "1h30m")
    #expect(long.status == 0, "\(long)")
    // A time is no option of another tool.
    let again = try await sandbox.run("tiny.yaml", "seeds=1", "-q", "--timeout", "5m")
    #expect(again.status == 0, "\(again)")
  }

  @Test func `in which all runs time out ends with 1 and says so`() async throws {
    let sandbox = try tiny()
    let ending = try await sandbox.run("tiny.yaml", "--timeout", "0.001")
    #expect(ending.status == 1)
    #expect(ending.output.contains("8 of 8 rows failed: 8 timed-out"), "\(ending)")
    #expect(ending.error.contains("train base seed=0: timed-out, not finished within"), "\(ending)")
    let again = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(again.status == 0, "\(again)")
    #expect(try await sandbox.read("results/tiny/results.csv") == Sandbox.tinyResults.value)
  }

  @Test func `does what was planned, whatever becomes of the spec meanwhile`() async throws {
    struct Document: Decodable {
      struct Plan: Decodable {
        struct Stage: Decodable { var key: String }
        struct Run: Decodable, Equatable {
          struct Model: Decodable, Equatable { var train: String }
          var name: String
          var models: [Model]
        }
        var runs: [Run]
        var stages: [Stage]
      }
      struct Status: Decodable { var key: String }
      var plan: Plan
      var statuses: [Status]?
    }
    func document(_ text: String) throws -> Document {
      try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    }
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let planned = try document(try await sandbox.run("plan", "tiny.yaml", "--json").output)
    let ending = try await sandbox.run(
      "tiny.yaml", "--jobs", "1",
      watching: { _ in
        sandbox.hasStoredModel
          && (try? sandbox.write("nothing: that is a spec", to: "tiny.yaml")) != nil
      })
    #expect(ending.status == 0, "\(ending)")
    #expect(try sandbox.read("results/tiny/results.csv") == (await Sandbox.tinyResults.value))
    let done = try document(try sandbox.read("results/tiny/results.json"))
    #expect(done.plan.runs == planned.plan.runs)
    let keys = planned.plan.stages.map(\.key)
    #expect(done.plan.stages.map(\.key) == keys)
    #expect(done.statuses?.map(\.key) == keys)
    // And nothing else has been stored.
    let stored = sandbox.files(below: "results/.store").filter { $0.hasSuffix("/stage.json") }
    #expect(
      Set(stored.compactMap { $0.split(separator: "/").dropLast().last }.map(String.init))
        == Set(keys))
  }

  @Test func `keeps the weights between, where they are asked for`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec.replacing("epochs: 1", with: "epochs: 3"), to: "tiny.yaml")
    let kept = try await sandbox.run("tiny.yaml", "checkpoint_every=2", "seeds=1", "--quiet")
    #expect(kept.status == 0, "\(kept)")
    let files = sandbox.files(below: "results/tiny/runs").filter { $0.contains("/checkpoints/") }
    #expect(
      files.map { $0.split(separator: "/").last }
        == Array(repeating: "epoch-0002.safetensors", count: 2))
    let checkpoint = try Data(
      contentsOf: URL(filePath: sandbox.path("results/tiny/runs/\(try #require(files.last))")))

    // They are what a training of so many epochs ends with.
    let short = try await sandbox.run("tiny.yaml", "epochs=2", "seeds=1", "--quiet")
    #expect(short.status == 0, "\(short)")
    let weights = try #require(
      sandbox.files(below: "results/tiny/runs").last { $0.hasSuffix("base/model.safetensors") })
    let last = try Data(contentsOf: URL(filePath: sandbox.path("results/tiny/runs/\(weights)")))
    #expect(checkpoint == last && !last.isEmpty)
  }
}
