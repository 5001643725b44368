import Testing

/// Everything is ended after a minute: what was a hang is a failure.
@Suite struct `A process with limits` {
  private static let run = "exec timeout -s KILL 60 nsl-run tiny.yaml"

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    return sandbox
  }

  @Test(arguments: [8, 10, 16, 20, 24])
  func `says that there are too few open files before it runs`(limit: Int) async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.shell("ulimit -n \(limit); \(Self.run)")
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.hasPrefix("error: a run needs "), "\(ending)")
    #expect(
      ending.error.contains("open files, but this process may open only \(limit)"), "\(ending)")
    #expect(!sandbox.exists("results"))
  }

  @Test func `runs fewer jobs than it has no files for, and says so`() async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.shell("ulimit -n 64; \(Self.run) --jobs 40 --quiet")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.error.hasPrefix("warning: "), "\(ending)")
    #expect(ending.error.contains("jobs in parallel instead of 40"), "\(ending)")
    #expect(try await sandbox.read("results/tiny/results.csv") == Sandbox.tinyResults.value)
  }

  @Test func `raises a soft limit of open files`() async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.shell("ulimit -Sn 20; \(Self.run) --quiet")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.error.isEmpty, "\(ending)")
  }

  /// In KiB.
  @Test(arguments: ["-d 20000", "-d 50000"])
  func `says that there is too little memory for its threads`(limit: String) async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.shell("ulimit \(limit); \(Self.run)")
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.contains("threads and 64 MiB of memory"), "\(ending)")
    #expect(ending.error.contains("ulimit \(limit.prefix(2))"), "\(ending)")
  }

  @Test func `says that files may not grow`() async throws {
    let sandbox = try sandbox()
    // The data are made ready without a limit.
    let data = try await sandbox.run("tiny.yaml", "--quiet", "--timeout", "0.0001")
    #expect(data.status == 1, "\(data)")
    // Blocks of 512 bytes: enough for a request, not for weights.
    let ending = try await sandbox.shell("ulimit -f 8; \(Self.run)")
    #expect(ending.status == 1, "\(ending)")
    #expect(ending.error.contains("File too large"), "\(ending)")
  }

  @Test func `is said to be too small for a model before that is trained`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      Sandbox.tinySpec.replacing(
        "num_fc_units: [8]",
        with: "num_fc_units: [65536" + String(repeating: ", 65536", count: 9) + "]"),
      to: "tiny.yaml")
    let plan = try await sandbox.run("plan", "tiny.yaml")
    #expect(plan.output.contains("the largest model has 38,"), "\(plan)")
    #expect(plan.output.contains("it is not trained here"), "\(plan)")
    let ending = try await sandbox.shell(Self.run)
    #expect(ending.status == 1, "\(ending)")
    #expect(ending.error.contains("train base seed=0: out-of-memory, needs at least "), "\(ending)")
    #expect(!ending.error.contains("SIGABRT"), "\(ending)")
  }

  @Test(arguments: [("", 0), ("--timeout 0.0001", 1)])
  func `whose reader has gone writes its tables and ends as ever`(
    options: String, status: Int
  ) async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.shell(
      "(sleep 0.2; nsl-run tiny.yaml \(options) && echo status 0 >&2 || echo status $? >&2) | true")
    #expect(ending.error.contains("status \(status)\n"), "\(ending)")
    #expect(ending.error.contains("results/tiny: 12 stages"), "\(ending)")
    #expect(sandbox.exists("results/tiny/results.csv"))
  }
}
