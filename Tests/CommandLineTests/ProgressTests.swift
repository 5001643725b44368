import FoundationEssentials
import Testing

/// How a run shows on standard error where it is.
@Suite struct `The progress of a run` {
  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    return sandbox
  }

  /// What standard error is on a terminal of 80 by 24.
  ///
  /// - Parameter command: Its standard output goes to a file.
  private func terminal(
    _ command: String, in sandbox: Sandbox, environment: [String: String] = [:]
  ) async throws -> String {
    try sandbox.write("stty cols 80 rows 24; \(command) > output.txt\n", to: "command.sh")
    let ending = try await sandbox.shell(
      "script -qec 'sh command.sh' /dev/null < /dev/null",
      environment: ["TERM": "xterm"].merging(environment) { $1 })
    #expect(ending.status == 0, "\(ending)")
    return ending.output
  }

  private static let escape = "\u{1B}"

  @Test func `is a JSON object per event with --progress json`() async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.run("tiny.yaml", "--progress", "json", "--jobs", "9999")
    #expect(ending.status == 0, "\(ending)")
    #expect(!ending.error.contains("\r") && !ending.error.contains(Self.escape))
    struct Event: Decodable {
      var event: String
      var elapsed: Double
      var schema_version: Int
      var stages: Int?
      var stored: Int?
      var to_run: Int?
      var done: Int?
      var status: String?
      var accuracy: Double?
      var stage: String?
      var level: String?
      var exit_status: Int?
      var folder: String?
      var eta_seconds: Double?
    }
    func events(_ text: String) throws -> [Event] {
      #expect(text.hasSuffix("\n"))
      return try text.split(separator: "\n").map {
        try JSONDecoder().decode(Event.self, from: Data($0.utf8))
      }
    }
    let all = try events(ending.error)
    #expect(all.allSatisfy { $0.schema_version == 1 })
    // More jobs than processors are worth a note.
    #expect(all.contains { $0.event == "message" })
    let planned = try #require(all.first { $0.event == "planned" })
    #expect(planned.stages == 12 && planned.stored == 0 && planned.to_run == 12)
    #expect(all.count { $0.event == "started" } == 12)
    let ends = all.filter { $0.event == "ended" }
    #expect(ends.count == 12 && ends.allSatisfy { $0.status == "ok" })
    #expect(ends.allSatisfy { ($0.accuracy != nil) == ($0.stage?.hasPrefix("evaluate") == true) })
    let last = try #require(all.last { $0.event == "overall" })
    #expect(last.done == 12 && last.eta_seconds == 0)
    #expect(all.last?.event == "finished" && all.last?.exit_status == 0)
    #expect(all.last?.folder == "results/tiny")

    let again = try await sandbox.run("tiny.yaml", "--progress", "json")
    #expect(try events(again.error).map(\.event) == ["planned", "overall", "finished"])
    // Standard output is what it always is.
    let plain = try await sandbox.run("tiny.yaml")
    #expect(plain.output == again.output && !plain.output.isEmpty)
  }

  @Test func `says what failed to programs, too`() async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.run(
      "tiny.yaml", "epochs=100000", "--time-limit", "1s", "--progress", "json")
    #expect(ending.status == 1, "\(ending)")
    let last = try #require(ending.error.split(separator: "\n").last)
    #expect(last.contains(#""event":"finished","exit_status":1,"failures":[{"reason":"#), "\(last)")
    #expect(ending.error.contains(#""status":"timed-out""#), "\(ending)")
  }

  @Test func `has colours on a terminal, unless NO_COLOR is set`() async throws {
    let sandbox = try sandbox()
    let colored = try await terminal("nsl-run tiny.yaml epochs=60", in: sandbox)
    #expect(
      colored.contains("\(Self.escape)[1mtiny") && colored.contains("12 stages"), "\(colored)")
    #expect(colored.contains("\(Self.escape)[K"))
    let plain = try await terminal(
      "nsl-run tiny.yaml epochs=61", in: sandbox, environment: ["NO_COLOR": "1"])
    #expect(plain.contains("\(Self.escape)[K") && plain.contains(" running"), "\(plain)")
    #expect(!plain.contains("\(Self.escape)[1m") && !plain.contains("\(Self.escape)[3"), "\(plain)")
  }

  @Test(arguments: [
    ("", ["TERM": "dumb"], true), ("--progress lines", [:], true), ("--quiet", [:], false),
    ("--progress none", [:], false),
  ])
  func `is lines without control characters, or nothing`(
    options: String, environment: [String: String], hasLines: Bool
  ) async throws {
    let sandbox = try sandbox()
    let text = try await terminal(
      "nsl-run tiny.yaml \(options)", in: sandbox, environment: environment)
    #expect(!text.contains(Self.escape), "\(text)")
    #expect(text.contains("[12/12] ") == hasLines, "\(text)")
    #expect(text.isEmpty == (options == "--quiet"), "\(text)")
    #expect(try sandbox.read("output.txt").contains("adv-regularized"))
  }

  @Test func `has beginnings and epochs with --verbose, on a terminal, too`() async throws {
    let sandbox = try sandbox()
    let text = try await terminal("nsl-run tiny.yaml epochs=2 --verbose", in: sandbox)
    #expect(text.contains("train base seed=0: started"), "\(text)")
    #expect(text.contains("train base seed=0: epoch 2/2: loss "), "\(text)")
    let none = try await terminal("nsl-run tiny.yaml epochs=3", in: sandbox)
    #expect(!none.contains(": started"), "\(none)")
  }

  @Test(arguments: [
    (["--progress", "live"], "--progress live needs a terminal on standard error"),
    (["--progress", "json", "--quiet"], "--quiet and --progress json cannot be used together"),
    (["--progress", "none", "--verbose"], "--verbose and --progress none cannot be used together"),
    (["--progress", "fancy"], "'fancy' is invalid for '--progress <how>'"),
  ])
  func `refuses what cannot be meant`(arguments: [String], message: String) async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.shell("nsl-run tiny.yaml \(arguments.joined(separator: " "))")
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.contains(message), "\(ending)")
    #expect(!sandbox.exists("results"))
  }
}
