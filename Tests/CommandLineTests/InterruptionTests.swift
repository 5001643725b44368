import FoundationEssentials
import Glibc
import Synchronization
import Testing

/// Trainings are long enough here to be caught in the act, also by a busy machine's watch.
@Suite struct `A run that is disturbed` {
  private static let spec = Sandbox.tinySpec.replacing("epochs: 1", with: "epochs: 150")

  private static let undisturbed = Task {
    let sandbox = try Sandbox()
    try sandbox.write(spec, to: "tiny.yaml")
    let ending = try await sandbox.run("tiny.yaml", "--quiet")
    try #require(ending.status == 0, "\(ending)")
    return try sandbox.read("results/tiny/results.csv")
  }

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Self.spec, to: "tiny.yaml")
    return sandbox
  }

  @Test func `by the death of a worker has failed rows, not a failed sweep`() async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.run(
      "tiny.yaml", "--jobs", "1", "--retries", "0",
      watching: { parent in
        guard let worker = Processes.workers(of: parent).first else { return false }
        kill(worker, SIGKILL)
        return true
      })
    #expect(ending.status == 1, "\(ending)")
    #expect(
      ending.error.contains("train adv-regularized seed=0: crashed, killed by SIGKILL"), "\(ending)"
    )
    let rows = try sandbox.read("results/tiny/results.csv").split(separator: "\n")
    let expected = try await Self.undisturbed.value.split(separator: "\n")
    #expect(rows.count == expected.count)
    #expect(rows.contains { $0.hasSuffix(",crashed") })
    // Nothing of the other seed's rows is different.
    let other = expected.filter { $0.hasPrefix("001-") }
    #expect(other.count == 4 && other.allSatisfy(rows.contains))

    let again = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(again.status == 0, "\(again)")
    #expect(try await sandbox.read("results/tiny/results.csv") == Self.undisturbed.value)
  }

  @Test func `by the death of a worker begins that stage again, to the same tables`() async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.run(
      "tiny.yaml", "--jobs", "1",
      watching: { parent in
        guard let worker = Processes.workers(of: parent).first else { return false }
        kill(worker, SIGKILL)
        return true
      })
    #expect(ending.status == 0, "\(ending)")
    #expect(
      ending.error.contains(
        "train adv-regularized seed=0: crashed, retry 1 of 1: killed by SIGKILL"), "\(ending)")
    #expect(try await sandbox.read("results/tiny/results.csv") == Self.undisturbed.value)
    let timings = try sandbox.read("results/tiny/timings.csv").split(separator: "\n")
    #expect(timings.count { $0.hasSuffix(",2") } == 1, "\(timings)")
    #expect(!sandbox.files(below: "results/.store/logs").contains { $0.hasSuffix(".json") })
  }

  @Test func `by its own death gives the same results when it is run again`() async throws {
    let sandbox = try sandbox()
    let orphans = Mutex<[pid_t]>([])
    // One job: the second training runs while the first one's model is seen.
    let ending = try await sandbox.run(
      "tiny.yaml", "--jobs", "1",
      watching: { parent in
        let workers = Processes.workers(of: parent)
        guard sandbox.hasStoredModel && !workers.isEmpty else { return false }
        kill(parent, SIGKILL)
        orphans.withLock { $0 = workers }
        return true
      })
    #expect(ending.status == 128 + SIGKILL)
    #expect(!sandbox.exists("results/tiny/results.csv"))
    let workers = orphans.withLock { $0 }
    try await Processes.watch { !workers.contains(where: Processes.isAlive) }

    let again = try await sandbox.run("tiny.yaml")
    #expect(again.status == 0, "\(again)")
    #expect(!again.error.contains("12 run and 0 stored"), "\(again)")
    #expect(try await sandbox.read("results/tiny/results.csv") == Self.undisturbed.value)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `by Ctrl-C, kill or the end of its terminal ends with 130 and goes on later`(
    signal: Int32
  ) async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.run(
      "tiny.yaml", "--jobs", "1",
      watching: { parent in
        guard !Processes.workers(of: parent).isEmpty else { return false }
        kill(parent, signal)
        return true
      })
    #expect(ending.status == 130, "\(ending)")
    #expect(ending.output.isEmpty)
    #expect(ending.error.contains("interrupted after"), "\(ending)")
    #expect(ending.error.contains("the same command resumes"), "\(ending)")
    #expect(!sandbox.exists("results/tiny/results.csv"))

    let again = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(again.status == 0, "\(again)")
    #expect(try await sandbox.read("results/tiny/results.csv") == Self.undisturbed.value)
  }

  /// One model and an attack of some seconds, in batches that take a fraction of one.
  private static let longAttack = """
    experiment: long
    dataset: { name: synthetic-digits, train_limit: 200, test_limit: 60 }
    architecture: { input_shape: [28, 28, 1], num_classes: 10, conv_filters: [4], num_fc_units: [8] }
    hparams: { epochs: 1 }
    adversarial: none
    eval:
      batch_size: 4
      attacks:
        - { name: pgd, epsilon: 0.2, steps: 5000 }

    """

  @Test func `by the death of all of it goes on within an attack`() async throws {
    let undisturbed = try Sandbox()
    try undisturbed.write(Self.longAttack, to: "long.yaml")
    let whole = try await undisturbed.run("long.yaml", "--quiet")
    #expect(whole.status == 0, "\(whole)")

    let sandbox = try Sandbox()
    try sandbox.write(Self.longAttack, to: "long.yaml")
    let ending = try await sandbox.run(
      "long.yaml", "--jobs", "1",
      watching: { parent in
        let parts = sandbox.files(below: "results/.store/unfinished").filter {
          $0.contains("/") && !$0.contains("/.")
        }
        guard !parts.isEmpty else { return false }
        let workers = Processes.workers(of: parent)
        kill(parent, SIGKILL)
        for worker in workers { kill(worker, SIGKILL) }
        return true
      })
    #expect(ending.status == 128 + SIGKILL)

    let again = try await sandbox.run("long.yaml", "--quiet")
    #expect(again.status == 0, "\(again)")
    let logs = try sandbox.files(below: "results/.store").filter { $0.hasSuffix("/log.txt") }
      .map { try sandbox.read("results/.store/" + $0) }
    #expect(logs.count { $0.contains("goes on after ") } == 1, "\(logs)")
    for name in ["results.csv", "summary.csv"] {
      #expect(
        try sandbox.read("results/long/" + name) == undisturbed.read("results/long/" + name))
    }
    #expect(sandbox.files(below: "results/.store/unfinished").isEmpty)
  }
}
