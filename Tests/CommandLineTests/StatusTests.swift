import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct `nsl-run status, collect and cancel` {
  private struct Status: Decodable {
    struct Stage: Decodable {
      var title: String
      var state: String
      var detail: String?
    }
    var activity: String
    var launcher: String
    var counts: [String: Int]
    var stages: [Stage]
    var progress: Progress?

    struct Progress: Decodable {
      struct Totals: Decodable { var running, waiting: Int }
      struct Running: Decodable { var epochs: Int? }
      var process: pid_t
      var elapsed: Double
      var totals: Totals
      var running: [Running]
    }
  }

  private func status(_ sandbox: Sandbox) async throws -> Status {
    let ending = try await sandbox.run("status", "tiny", "--json")
    #expect(ending.status == 0, "\(ending)")
    return try JSONDecoder().decode(Status.self, from: Data(ending.output.utf8))
  }

  @Test func `find all stages of a finished run, from any folder`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "specs/tiny.yaml")
    let run = try await sandbox.shell(
      "cd specs; nsl-run tiny.yaml epochs=1 --results-dir ../results")
    #expect(run.status == 0, "\(run)")
    let status = try await sandbox.run("status", "tiny")
    #expect(status.output == "tiny: finished\n  12 stages: 12 stored\n", "\(status)")
    let json = try await self.status(sandbox)
    #expect(json.activity == "ended" && json.launcher == "local")
    #expect(json.counts["stored"] == 12 && json.counts["missing"] == 0)
    #expect(json.stages.allSatisfy { $0.state == "stored" })

    let table = try sandbox.read("results/tiny/results.csv")
    try FileManager.default.removeItem(atPath: sandbox.path("results/tiny/results.csv"))
    let collect = try await sandbox.run("collect", "tiny")
    #expect(collect.status == 0, "\(collect)")
    #expect(try sandbox.read("results/tiny/results.csv") == table)
  }

  @Test func `tell what of a run is missing`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "epochs=100000", "--timeout", "2s", "--quiet")
    #expect(run.status == 1, "\(run)")
    let failed = try await self.status(sandbox)
    #expect(failed.counts["failed"] == 12, "\(failed)")
    #expect(
      failed.stages.first?.detail == "timed-out: not finished within 2.00 s", "\(failed.stages)")
    let collect = try await sandbox.run("collect", "tiny", "--quiet")
    #expect(collect.status == 1, "\(collect)")
    #expect(try sandbox.read("results/tiny/results.csv").contains(",cancelled"))
  }

  @Test func `see a run that is under way`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "epochs=100000", "--jobs", "1", "--quiet") {
      process in
      try await Processes.watch(process) { !Processes.workers(of: process).isEmpty }
      let status = try await self.status(sandbox)
      #expect(status.activity == "running")
      #expect(status.counts["running"] == 1 && status.counts["waiting"] == 11, "\(status)")
      kill(process, SIGINT)
    }
    #expect(run.status == 130, "\(run)")
    let status = try await self.status(sandbox)
    #expect(status.activity == "interrupted" && status.counts["missing"] == 12, "\(status)")
  }

  @Test func `show what the display of a run shows`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "epochs=100000", "--jobs", "1", "--quiet") {
      process in
      try await Processes.watch(process) {
        (try? sandbox.read("results/tiny/.progress.json"))?.contains(#""epoch":"#) == true
      }
      let status = try await self.status(sandbox)
      let progress = try #require(status.progress)
      #expect(progress.process == process && progress.elapsed > 0)
      #expect(progress.totals.running == 1 && progress.totals.waiting == 11, "\(progress)")
      #expect(progress.running.first?.epochs == 100_000, "\(progress)")
      let words = try await sandbox.run("status", "tiny")
      #expect(words.output.contains("  12 stages: 1 running, 11 waiting\n"), "\(words)")
      #expect(words.output.contains("% of the work after 0:"), "\(words)")
      #expect(words.output.contains("%, epoch "), "\(words)")
      kill(process, SIGKILL)
    }
    #expect(run.status == 128 + SIGKILL, "\(run)")
    // What it wrote last is whole, and nobody takes it for something that goes on.
    let status = try await self.status(sandbox)
    #expect(status.activity == "interrupted" && status.progress == nil, "\(status)")
  }

  @Test func `watch a run to its end`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "epochs=150", "--jobs", "1", "--quiet") {
      process in
      try await Processes.watch(process) { !Processes.workers(of: process).isEmpty }
      let watch = try await sandbox.run("status", "tiny", "--watch")
      #expect(watch.status == 0, "\(watch)")
      #expect(watch.output.hasPrefix("tiny: running, process "), "\(watch)")
      #expect(watch.output.hasSuffix("tiny: finished\n  12 stages: 12 stored\n"), "\(watch)")
    }
    #expect(run.status == 0, "\(run)")
    let both = try await sandbox.run("status", "tiny", "--watch", "--json")
    #expect(both.status == 2, "\(both)")
  }

  @Test func `know experiments alone`() async throws {
    let sandbox = try Sandbox()
    for command in ["status", "logs", "collect", "cancel"] {
      let unknown = try await sandbox.run(command, "tiny")
      #expect(unknown.status == 2, "\(unknown)")
      #expect(unknown.error.contains("there is no experiment `tiny` in"), "\(unknown)")
      let path = try await sandbox.run(command, "results/tiny")
      #expect(path.status == 2 && path.error.contains("name an experiment"), "\(path)")
    }
  }
}

@Suite struct `nsl-run --launcher` {
  @Test func `needs Slurm's commands for slurm`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec + "launcher: slurm\n", to: "tiny.yaml")
    let path = ["PATH": sandbox.path("nothing")]
    let ending = try await sandbox.run("tiny.yaml", environment: path)
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.contains("`scontrol` cannot be run"), "\(ending)")
    #expect(ending.error.contains("--launcher local"), "\(ending)")
    let local = try await sandbox.run("tiny.yaml", "--launcher", "local", environment: path)
    #expect(local.status == 0, "\(local)")
    let nothing = try await sandbox.run("tiny.yaml", environment: path)
    #expect(nothing.status == 2 && nothing.error.contains("scontrol"), "\(nothing)")
    let cancel = try await sandbox.run("cancel", "tiny", environment: path)
    #expect(cancel.output == "tiny has no jobs in Slurm's queue\n", "\(cancel)")
  }

  @Test(arguments: [
    (["--detach"], "--detach needs a cluster"),
    (["--detach", "--launcher", "slurm", "--fail-fast"], "--fail-fast needs somebody who waits"),
    (["launcher.name=slurm", "launcher.time=2h"], "`time` must be a time as Slurm writes it"),
    (["launcher={name: slurm, extra: [--array=1-3]}"], "nsl-run makes the arrays"),
    (["launcher.partition=cpu"], "`partition` is not a setting of local"),
    (["--sweep", "launcher.name=local,slurm"], "cannot be swept"),
  ])
  func `refuses what cannot be meant`(arguments: [String], message: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
    let ending = try await sandbox.shell("nsl-run tiny.yaml \(quoted)")
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.contains(message), "\(ending)")
    #expect(!sandbox.exists("results/tiny/results.csv"))
  }
}

/// Everything that needs a cluster; where none can be started, the script says so and is done.
@Suite struct `A Slurm cluster` {
  private static let hasCluster =
    getuid() == 0 && ProcessInfo.processInfo.environment["NSL_TEST_SLURM"] == "1"

  @Test(.enabled(if: hasCluster, "NSL_TEST_SLURM=1 as root starts one; see Tests/Slurm/run"))
  func `does what one machine does`() async throws {
    let sandbox = try Sandbox()
    let ending = try await sandbox.shell(
      "\(Sandbox.package)/Tests/Slurm/run",
      environment: [
        "BINARY": Sandbox.program.string, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
      ])
    #expect(ending.status == 0, "\(ending)")
  }
}
