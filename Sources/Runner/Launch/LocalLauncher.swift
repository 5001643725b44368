package import Experiments
internal import Files
internal import Glibc
package import Learning
internal import PlainText
internal import Subprocess
package import SystemPackage

/// Runs workers as child processes of this one: programs that get requests on standard input, say events on standard output and whatever else on standard error, which goes to the
/// stage's log.
///
/// A worker does one stage after the other. One that dies or is cancelled is followed by a new one.
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
  /// Tells workers that were killed for lack of memory from others.
  package var memoryKills: MemoryKills
  private let pool = WorkerPool()

  package init(
    store: ContentStore, dataset: PreparedDataset, programVersion: String,
    executable: FilePath = "/proc/self/exe", arguments: [String] = ["worker"],
    memory: Int? = MachineMemory.total, memoryKills: MemoryKills = .own
  ) {
    self.store = store
    self.dataset = dataset
    self.programVersion = programVersion
    self.executable = executable
    self.arguments = arguments
    self.memory = memory
    self.memoryKills = memoryKills
  }

  package func launch(
    _ stage: Stage, onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome {
    await launch(stage, threads: 1, deadline: nil, onEvent: onEvent)
  }

  package func launch(
    _ stage: Stage, threads: Int, deadline: ContinuousClock.Instant?,
    onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> LaunchOutcome {
    let need = MemoryNeed(stage.work, threads: threads)
    if let reason = MachineMemory.refusal(
      needed: need.bytes, parameters: need.parameters, available: memory)
    {
      return .tooLarge(reason: reason)
    }
    do {
      let outcome = try await run(stage, threads, deadline, onEvent)
      switch outcome {
      case .crashed, .outOfMemory: try? keepRequest(of: stage)
      case .finished, .tooLarge, .diskFull, .cancelled: break
      }
      return outcome
    } catch {
      if Task.isCancelled { return .cancelled }
      let reason = "the worker could not be started: \(error)"
      return Self.outcome(FailureCause(error), reason)
    }
  }

  private static func outcome(_ cause: FailureCause?, _ reason: String) -> LaunchOutcome {
    switch cause {
    case .diskFull: .diskFull(reason: reason)
    case .outOfMemory: .outOfMemory(reason: reason)
    case nil: .crashed(reason: reason)
    }
  }

  package func end() async { await pool.end() }

  /// Has a worker that waits do the stage, or a new one.
  private func run(
    _ stage: Stage, _ threads: Int, _ deadline: ContinuousClock.Instant?,
    _ onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async throws -> LaunchOutcome {
    let kills = memoryKills.count
    while let worker = pool.take() {
      let ending = try await perform(
        request(stage, threads: threads, hasLog: true), deadline, by: worker, onEvent)
      // It may have died while it waited.
      if ending.isUnheard, !Task.isCancelled { continue }
      return try outcome(ending, after: kills, of: worker, stage)
    }
    let log = try store.createLog(of: stage.key)
    defer { try? log.close() }
    let worker = try WorkerProcess(executable, arguments, log: log)
    let ending = try await perform(request(stage, threads: threads), deadline, by: worker, onEvent)
    let outcome = try outcome(ending, after: kills, of: worker, stage)
    // What is stored has a log of its own; other logs than the first are the worker's affair.
    if outcome == .finished { store.removeLog(of: stage.key) }
    return outcome
  }

  private func perform(
    _ request: WorkerRequest, _ deadline: ContinuousClock.Instant?, by worker: WorkerProcess,
    _ onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async throws -> WorkerProcess.Ending {
    let log = store.logPath(of: request.stage.key)
    return await worker.perform(try WireFormat.encode(request), deadline: deadline) { line in
      switch line {
      case .event(let event): onEvent(event)
      case .other(let bytes):
        let text = String(decoding: bytes, as: UTF8.self).printable
        try? AppendedFile.append("stdout: \(text)\n", to: log)
      }
    }
  }

  /// - Parameter kills: How many processes the system had killed for lack of memory before.
  private func outcome(
    _ ending: WorkerProcess.Ending, after kills: Int?, of worker: WorkerProcess, _ stage: Stage
  ) throws -> LaunchOutcome {
    switch ending {
    case .said(let event):
      pool.giveBack(worker)
      if case .failed(let reason, let cause) = event { return Self.outcome(cause, reason) }
      return .finished
    case .notStarted(let error): throw error
    case .died(let status, _):
      if Task.isCancelled { return .cancelled }
      switch status {
      case .exited(StopRequest.exitStatus):
        return .crashed(reason: "stopped by SIGTERM; the same command goes on from there")
      case .exited(let number): return died("exit status \(number)", of: stage)
      case .signaled(SIGKILL) where (memoryKills.count ?? 0) > (kills ?? 0):
        return .outOfMemory(
          reason: "killed by the system because memory ran out" + lastWords(of: stage.key).ending)
      case .signaled(let number): return died(Self.words(signal: number), of: stage)
      }
    }
  }

  private func died(_ reason: String, of stage: Stage) -> LaunchOutcome {
    let (words, ending) = lastWords(of: stage.key)
    let ranOut = words.map(LastWords.tellOfMemory) ?? false
    return Self.outcome(ranOut ? .outOfMemory : nil, reason + ending)
  }

  /// - Parameter hasLog: `nil` for a worker whose standard error is the stage's log already.
  private func request(
    _ stage: Stage, threads: Int? = nil, hasLog: Bool? = nil
  ) -> WorkerRequest {
    WorkerRequest(
      stage: stage, dataset: dataset, store: store.folder.string, programVersion: programVersion,
      threads: threads, hasLog: hasLog)
  }

  /// Leaves the request of a stage that failed, which can be done again by hand.
  private func keepRequest(of stage: Stage) throws {
    let path = store.requestPath(of: stage.key)
    try FileSystem.createFolders(path.removingLastComponent())
    try FileSystem.removeTree(path)
    try AtomicFile.write(WireFormat.encode(request(stage)), to: path)
  }

  /// What a log says about its end, also as the end of a reason.
  private func lastWords(of key: StageKey) -> (words: String?, ending: String) {
    let log = try? FileDescriptor.open(
      store.logPath(of: key), .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
    guard let log else { return (nil, "") }
    defer { try? log.close() }
    let words = LastWords.of((try? log.end(LastWords.scope)) ?? [])
    return (words, words.map { "; its last message: \($0)" } ?? "")
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
