import FoundationEssentials
import Glibc
import Testing

@Suite struct `nsl-run logs` {
  private static let finished = Task {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let ending = try await sandbox.run("tiny.yaml", "--quiet")
    try #require(ending.status == 0, "\(ending)")
    return sandbox
  }

  private func logs(_ arguments: String) async throws -> [Substring] {
    let ending = try await Self.finished.value.shell("nsl-run logs tiny \(arguments)")
    #expect(ending.status == 0 && ending.error.isEmpty, "\(ending)")
    return ending.output.split(separator: "\n")
  }

  @Test func `has the lines of all stages, each with its stage`() async throws {
    let lines = try await logs("")
    #expect(lines.first == "train base seed=0: train base seed=0", "\(lines)")
    #expect(lines.contains { $0.hasPrefix("train base seed=1: epoch 1/1: loss ") }, "\(lines)")
    #expect(lines.count { $0.contains(": stored after ") } == 12, "\(lines)")
  }

  @Test func `has those of one stage by its title, its key or words`() async throws {
    let one = try await logs("'train base seed=1'")
    #expect(one.first == "train base seed=1", "\(one)")
    #expect(one.contains { $0.hasPrefix("epoch 1/1: loss ") }, "\(one)")
    #expect(try await logs("'base seed=1 train'") == one)
    struct Status: Decodable {
      struct Stage: Decodable {
        var title: String
        var key: String
      }
      var stages: [Stage]
    }
    let status = try await Self.finished.value.run("status", "tiny", "--json")
    let stages = try JSONDecoder().decode(Status.self, from: Data(status.output.utf8)).stages
    let key = try #require(stages.first { $0.title == "train base seed=1" }?.key)
    #expect(try await logs(String(key.prefix(12))) == one)
    // Words that several titles have, and a run.
    let several = try await logs("'evaluate clean'")
    #expect(several.count { $0.contains(": stored after ") } == 4, "\(several)")
    let run = try await logs("1")
    #expect(run.count { $0.contains(": stored after ") } == 6, "\(run)")
    #expect(run.allSatisfy { $0.contains(" seed=1: ") }, "\(run)")
  }

  @Test func `ends at once with --follow where nobody works`() async throws {
    #expect(try await logs("'train base seed=1' --follow") == logs("'train base seed=1'"))
  }

  @Test func `knows stages alone`() async throws {
    let sandbox = try await Self.finished.value
    let ending = try await sandbox.run("logs", "tiny", "nothing of the kind")
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.contains("`tiny` has no stage `nothing of the kind`"), "\(ending)")
  }

  @Test func `has what a stage said that failed`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run(
      "tiny.yaml", "epochs=150", "--jobs", "1", "--fail-fast", "--retries", "0",
      watching: { parent in
        guard let worker = Processes.workers(of: parent).first else { return false }
        let log = sandbox.files(below: "results/.store/logs").first { $0.hasSuffix(".log") }
        let said = log.flatMap { try? sandbox.read("results/.store/logs/\($0)") } ?? ""
        guard said.contains("epoch 2/150") else { return false }
        kill(worker, SIGKILL)
        return true
      })
    #expect(run.status == 1, "\(run)")
    let ending = try await sandbox.run("logs", "tiny")
    #expect(ending.output.contains(": epoch 2/150: loss "), "\(ending)")
  }

  @Test func `follows a run to its end`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "epochs=30", "--jobs", "1", "--quiet") { process in
      try await Processes.watch(process) { !Processes.workers(of: process).isEmpty }
      let ending = try await sandbox.run("logs", "tiny", "--follow")
      #expect(ending.status == 0, "\(ending)")
      let lines = ending.output.split(separator: "\n")
      // The last stages are followed though nothing was known of them when it began.
      #expect(lines.count { $0.contains(": stored after ") } >= 10, "\(ending)")
      let epochs = lines.filter { $0.contains(": epoch ") }
      #expect(Set(epochs).count == epochs.count, "\(ending)")
      #expect(lines.contains { $0.contains(": epoch 30/30: loss ") }, "\(ending)")
    }
    #expect(run.status == 0, "\(run)")
  }
}
