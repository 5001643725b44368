import Dispatch
import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage
import Testing

/// A fresh folder in which the built program runs, with a cache of its own and nothing of the
/// user's environment.
final class Sandbox: Sendable {
  let folder: FilePath

  init() throws {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    folder = FilePath(parent).appending("nsl-run-tests-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder.string) }

  /// The program as built together with these tests, in the same configuration.
  static let program: FilePath = {
    let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return FilePath(tests ?? "").removingLastComponent().appending("nsl-run")
  }()

  /// The folder of Package.swift.
  static let package = FilePath(#filePath)
    .removingLastComponent().removingLastComponent().removingLastComponent()

  func path(_ name: String) -> String { folder.appending(name).string }

  func write(_ text: String, to name: String) throws {
    let parent = folder.appending(name).removingLastComponent().string
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: path(name)))
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path(name))), as: UTF8.self)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// All files below a folder, sorted.
  func files(below name: String) -> [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: path(name))) ?? []).sorted()
  }

  /// Whether a training is in the store. What is still being written there has hidden names.
  var hasStoredModel: Bool {
    files(below: "results/.store").contains { path in
      path.hasSuffix("/model.safetensors")
        && path.split(separator: "/").allSatisfy { !$0.hasPrefix(".") }
    }
  }

  // MARK: Running

  struct Ending: Sendable, CustomStringConvertible {
    /// The exit status; 128 + n where signal n ended the process, as a shell has it.
    var status: Int32
    var output: String
    var error: String

    var description: String {
      "status \(status)\n--- standard output\n\(output)--- standard error\n\(error)"
    }
  }

  /// Runs the program.
  ///
  /// - Parameter meanwhile: Gets the process while it runs.
  func run(
    _ arguments: String..., environment: [String: String] = [:],
    meanwhile: (pid_t) async throws -> Void = { _ in }
  ) async throws -> Ending {
    try await start(Self.program, arguments, environment, meanwhile)
  }

  /// Runs the program.
  ///
  /// - Parameter act: Called again and again with the process, until it returns true.
  /// - Throws: `Watcher.NeverSeen` where it never did.
  func run(
    _ arguments: String..., environment: [String: String] = [:],
    watching act: @escaping @Sendable (pid_t) -> Bool
  ) async throws -> Ending {
    // A watcher that waits for its turn would take a processor from those whose turn it is.
    await Gate.shared.enter()
    defer { Task { await Gate.shared.leave() } }
    let watcher = Watcher(folder, act)
    let ending: Ending
    do {
      ending = try await launch(Self.program, arguments, environment) { _ in }
    } catch {
      try? watcher.stop()
      throw error
    }
    try watcher.stop()
    return ending
  }

  /// Runs a script that calls the program `nsl-run`.
  func shell(_ script: String, environment: [String: String] = [:]) async throws -> Ending {
    try await start("/bin/sh", ["-euc", script], environment) { _ in }
  }

  private func start(
    _ executable: FilePath, _ arguments: [String], _ environment: [String: String],
    _ meanwhile: (pid_t) async throws -> Void
  ) async throws -> Ending {
    // What runs while another program does has its turn already: it would wait for itself.
    if Gate.isInside { return try await launch(executable, arguments, environment, meanwhile) }
    await Gate.shared.enter()
    defer { Task { await Gate.shared.leave() } }
    return try await Gate.$isInside.withValue(true) {
      try await launch(executable, arguments, environment, meanwhile)
    }
  }

  private func launch(
    _ executable: FilePath, _ arguments: [String], _ environment: [String: String],
    _ meanwhile: (pid_t) async throws -> Void
  ) async throws -> Ending {
    var variables = [
      "PATH": "\(Self.program.removingLastComponent()):/usr/local/bin:/usr/bin:/bin",
      "HOME": folder.string, "NSL_CACHE_DIR": path("cache"), "TMPDIR": folder.string,
    ]
    variables.merge(environment) { $1 }
    let result = try await Subprocess.run(
      .path(executable), arguments: Arguments(arguments),
      environment: .custom(
        Dictionary(
          uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
      workingDirectory: folder, input: .none, output: .string(limit: 1 << 24),
      error: .string(limit: 1 << 24)
    ) { execution in try await meanwhile(execution.processIdentifier.value) }
    let status =
      switch result.terminationStatus {
      case .exited(let status): status
      case .signaled(let signal): 128 + signal
      }
    return Ending(
      status: status, output: result.standardOutput, error: result.standardError)
  }
}

extension Sandbox {
  /// A small experiment: 4 trainings and 8 evaluations that take a fraction of a second each.
  static let tinySpec = """
    experiment: tiny
    dataset: { name: synthetic-digits, train_limit: 200, test_limit: 100 }
    architecture: { input_shape: [28, 28, 1], num_classes: 10, conv_filters: [4], num_fc_units: [8] }
    hparams: { epochs: 1 }
    adversarial: { method: nsl, adv_step_size: 0.2, adv_grad_norm: infinity }
    eval:
      attacks:
        - { name: fgsm, epsilon: 0.2, source: base }
    seeds: 2

    """

  /// What the tiny experiment comes to, run once for all tests.
  static let tinyResults = Task {
    let sandbox = try Sandbox()
    try sandbox.write(tinySpec, to: "tiny.yaml")
    let ending = try await sandbox.run("tiny.yaml", "--jobs", "1")
    try #require(ending.status == 0, "\(ending)")
    return try sandbox.read("results/tiny/results.csv")
  }
}

/// Lets few programs run at a time, though all tests run at once: a run starts workers of its own.
private actor Gate {
  static let shared = Gate(places: 3)
  /// Whether the task has a place.
  @TaskLocal static var isInside = false

  private var places: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(places: Int) { self.places = places }

  func enter() async {
    if places > 0 {
      places -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func leave() {
    if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
  }
}

/// Processes of the system, as /proc has them.
enum Processes {
  /// The children of a process that are workers.
  static func workers(of parent: pid_t) -> [pid_t] {
    everything.filter { process in
      self.parent(of: process) == parent
        && read(process, "cmdline").split(separator: "\0").last == "worker"
    }
  }

  static var everything: [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }
  }

  static func parent(of process: pid_t) -> pid_t? {
    // The name in parentheses may hold anything; the parent's number is the second after it.
    let fields = read(process, "stat").split(separator: ")").last?.split(separator: " ")
    return fields?.dropFirst().first.flatMap { pid_t($0) }
  }

  static func isAlive(_ process: pid_t) -> Bool {
    let stat = read(process, "stat")
    return !stat.isEmpty && !stat.contains(") Z ")
  }

  /// Calls `act` again and again until it returns true, at most five minutes: a busy machine is no
  /// failure. What may be over soon is caught by a ``Watcher``.
  ///
  /// - Parameter process: The end of this process ends the waiting, as a failure.
  static func watch(
    _ process: pid_t? = nil, _ act: @escaping @Sendable () -> Bool
  ) async throws {
    try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<Void, any Error>) in
      DispatchQueue(label: "watch").async {
        for _ in 0..<300_000 {
          if act() { return continuation.resume() }
          if let process, !isAlive(process) { break }
          usleep(1000)
        }
        continuation.resume(throwing: Watcher.NeverSeen())
      }
    }
  }

  private static func read(_ process: pid_t, _ name: String) -> String {
    // Files of /proc say that they are empty, so that a `Data` of them is.
    guard let file = try? FileDescriptor.open("/proc/\(process)/\(name)", .readOnly) else {
      return ""
    }
    defer { try? file.close() }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = (try? buffer.withUnsafeMutableBytes { try file.read(into: $0) }) ?? 0
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }
}

/// The digests in the names of runs replaced, which change with every revision of the engine.
func withoutDigests(_ text: String) -> String {
  text.replacing(/(\b[0-9]{3}-)[0-9a-f]{8}\b/) { "\($0.1)xxxxxxxx" }
}
