package import Experiments
internal import Files
internal import Glibc
package import Learning
internal import PlainText
internal import Subprocess
internal import Synchronization
package import SystemPackage

/// Runs every worker as a child process of this one: a program of one thread that gets its request
/// on standard input, says events on standard output and whatever else on standard error, which
/// goes to the stage's log.
///
/// The request is a file, not a pipe: writing to a pipe whose reader has died would end this
/// process (`SIGPIPE`), and a stage that fails can be done again by hand.
package struct LocalLauncher: Launcher {
  package var store: ContentStore
  package var dataset: PreparedDataset
  package var programVersion: String
  /// What is started; by default this program itself.
  package var executable: FilePath
  package var arguments: [String]
  /// What there is for a worker, in bytes; a stage that needs more is not begun. `nil` where that
  /// is not known.
  package var memory: Int?

  package init(
    store: ContentStore, dataset: PreparedDataset, programVersion: String,
    executable: FilePath = "/proc/self/exe", arguments: [String] = ["worker"],
    memory: Int? = MachineMemory.total
  ) {
    self.store = store
    self.dataset = dataset
    self.programVersion = programVersion
    self.executable = executable
    self.arguments = arguments
    self.memory = memory
  }

  package func launch(
    _ stage: Stage, onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome { await launch(stage, deadline: nil, onEvent: onEvent) }

  package func launch(
    _ stage: Stage, deadline: ContinuousClock.Instant?,
    onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome {
    let need = MemoryNeed(stage.work)
    if let reason = MachineMemory.refusal(
      needed: need.bytes, parameters: need.parameters, available: memory)
    {
      return .crashed(reason: reason)
    }
    let log = store.logPath(of: stage.key)
    let request = store.requestPath(of: stage.key)
    do {
      try FileSystem.createFolders(log.removingLastComponent())
      try FileSystem.removeTree(request)
      try AtomicFile.write(
        WireFormat.encode(
          WorkerRequest(
            stage: stage, dataset: dataset, store: store.folder.string,
            programVersion: programVersion)),
        to: request)
      let outcome = try await run(
        request, log: log, stop: WorkerStop(deadline: deadline), onEvent: onEvent)
      if case .crashed = outcome { return outcome }
      // What is stored has a log of its own.
      try FileSystem.removeTree(log)
      try FileSystem.removeTree(request)
      return outcome
    } catch {
      if Task.isCancelled { return .cancelled }
      return .crashed(reason: "the worker could not be started: \(error)")
    }
  }

  private func run(
    _ request: FilePath, log: FilePath, stop: WorkerStop,
    onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async throws -> LaunchOutcome {
    // A new file: what stands there may be a link to something, or a pipe that nobody reads.
    try FileSystem.removeTree(log)
    let logFile = try FileDescriptor.open(
      log, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    defer { try? logFile.close() }
    let requestFile = try FileDescriptor.open(request, .readOnly, options: .closeOnExec)
    defer { try? requestFile.close() }
    let failure = Mutex<String?>(nil)
    let result = try await stop.waiting {
      try await Subprocess.run(
        .path(executable),
        arguments: Arguments(executablePathOverride: "nsl-run", remainingValues: arguments),
        environment: .inherit.updating(["OMP_NUM_THREADS": "1"]),
        input: .fileDescriptor(requestFile, closeAfterSpawningProcess: false), output: .sequence,
        error: .fileDescriptor(logFile, closeAfterSpawningProcess: false)
      ) { execution in
        var splitter = LineSplitter()
        func take(_ line: [UInt8]) throws {
          guard let event = WorkerEvent(line: line) else {
            let text = String(decoding: line, as: UTF8.self).printable
            try logFile.writeAll(Array("stdout: \(text)\n".utf8))
            return
          }
          if case .failed(let reason) = event { failure.withLock { $0 = reason } }
          onEvent(event)
        }
        let heeding = stop.heeding { await execution.teardown(using: $0) }
        defer { heeding.cancel() }
        for try await buffer in execution.standardOutput {
          for line in buffer.withUnsafeBytes({ splitter.add($0) }) { try take(line) }
        }
        if let rest = splitter.finish() { try take(rest) }
      }
    }
    if Task.isCancelled { return .cancelled }
    switch result.terminationStatus {
    case .exited(0): return .finished
    case .exited(StopRequest.exitStatus):
      return .crashed(reason: "stopped by SIGTERM; the same command goes on from there")
    case .exited(let status):
      if let reason = failure.withLock({ $0 }) { return .crashed(reason: reason) }
      return .crashed(reason: "exit status \(status)" + lastWords(logFile))
    case .signaled(let signal):
      return .crashed(reason: Self.words(signal: signal) + lastWords(logFile))
    }
  }

  /// What a log says about its end, as the end of a reason.
  private func lastWords(_ log: FileDescriptor) -> String {
    LastWords.of((try? log.end(LastWords.scope)) ?? []).map { "; its last message: \($0)" }
      ?? ""
  }

  static func words(signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGHUP: "SIGHUP", SIGILL: "SIGILL",
      SIGINT: "SIGINT", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGTERM: "SIGTERM",
      SIGTRAP: "SIGTRAP", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
    ]
    let reasons: [Int32: String] = [
      SIGKILL: "as the system does if memory runs out",
      SIGXCPU: "its processor time is limited (`ulimit -t`)",
      SIGXFSZ: "a file grew beyond the limit of file sizes (`ulimit -f`)",
    ]
    return "killed by \(names[signal] ?? "signal \(signal)")"
      + (reasons[signal].map { ", \($0)" } ?? "")
  }
}

extension FileDescriptor {
  /// The last bytes of a file, `count` at most.
  fileprivate func end(_ count: Int) throws -> [UInt8] {
    let size = try seek(offset: 0, from: .end)
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try read(
        fromAbsoluteOffset: max(0, size - Int64(count)),
        into: UnsafeMutableRawBufferPointer(buffer))
    }
  }
}
