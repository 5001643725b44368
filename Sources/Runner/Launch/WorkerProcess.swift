internal import Dispatch
internal import Glibc
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A worker as a child process: does one stage after the other, until it dies or is told that there
/// are no more.
///
/// It hears requests through a socket, as writing to a pipe whose reader has died would end this
/// process (`SIGPIPE`), and says events into a pipe, whose end it notices.
final class WorkerProcess: Sendable {
  /// How what was asked of it ended.
  enum Ending: Sendable {
    /// With an event that says so; the worker waits for the next request.
    case said(WorkerEvent)
    /// `hasBegun` is false where it has said nothing of the stage.
    case died(TerminationStatus, hasBegun: Bool)
    case notStarted(any Error)

    /// Whether the worker has died without a word about the stage.
    var isUnheard: Bool { if case .died(_, hasBegun: false) = self { true } else { false } }
  }

  /// What it is doing.
  private struct Job {
    var continuation: CheckedContinuation<Ending, Never>
    var onLine: @Sendable (Line) -> Void
    var hasBegun = false
  }

  /// What it says.
  enum Line {
    case event(WorkerEvent)
    /// Something else, such as what a library prints.
    case other([UInt8])
  }

  private struct State {
    var job: Job?
    /// How the process ended.
    var end: Result<TerminationStatus, any Error>?
  }

  private let state = Mutex(State())
  /// One end of the socket whose other one is the worker's standard input.
  private let input: FileDescriptor
  private let process: Task<Void, Never>
  /// Signals that are to be sent to it.
  private let stops: AsyncStream<Signal>.Continuation
  /// From being asked to save what it has (SIGTERM) to being killed.
  private static let patience = Duration.seconds(2)

  /// Starts the process.
  ///
  /// - Parameter log: Gets its standard error.
  /// - Throws: `Errno` where there are no descriptors for it. That it cannot be started is said when
  ///   it is asked for something.
  init(_ executable: FilePath, _ arguments: [String], log: FileDescriptor) throws(Errno) {
    let (input, theirInput) = try Self.socketPair()
    self.input = input
    // Before anything else happens, for it is this process that closes them.
    let ownLog: FileDescriptor
    do {
      ownLog = try log.duplicate()
    } catch {
      for file in [input, theirInput] { try? file.close() }
      throw (error as? Errno) ?? .badFileDescriptor
    }
    let (signals, stops) = AsyncStream.makeStream(of: Signal.self)
    self.stops = stops
    let (lines, speaker) = AsyncStream.makeStream(of: [UInt8].self)
    let (ends, report) = AsyncStream.makeStream(of: Result<TerminationStatus, any Error>.self)
    process = Task.detached {
      do {
        let result = try await Subprocess.run(
          .path(executable),
          arguments: Arguments(executablePathOverride: "nsl-run", remainingValues: arguments),
          input: .fileDescriptor(theirInput, closeAfterSpawningProcess: true), output: .sequence,
          error: .fileDescriptor(ownLog, closeAfterSpawningProcess: true)
        ) { execution in
          let heeding = Task {
            for await signal in signals { try? execution.send(signal: signal) }
          }
          defer { heeding.cancel() }
          var splitter = LineSplitter()
          for try await buffer in execution.standardOutput {
            for line in buffer.withUnsafeBytes({ splitter.add($0) }) { speaker.yield(line) }
          }
          if let rest = splitter.finish() { speaker.yield(rest) }
        }
        report.yield(.success(result.terminationStatus))
      } catch {
        report.yield(.failure(error))
      }
      speaker.finish()
      report.finish()
    }
    Task.detached { [weak self] in
      // What it has said before its end comes first.
      for await line in lines { self?.take(line) }
      for await end in ends { self?.finish(end) }
    }
  }

  /// A worker that nobody needs any more ends by itself.
  deinit { try? input.close() }

  /// Asks for a stage and waits for its end. When the task is cancelled, the process is asked to save
  /// what it has (SIGTERM), and is killed where it has not ended two seconds later.
  ///
  /// - Parameters:
  ///   - request: A line.
  ///   - deadline: When the task is cancelled then or later, it is killed at once; `nil` for never.
  ///   - onLine: Told what the worker says, in its order, but for the event that ends the stage.
  func perform(
    _ request: [UInt8], deadline: ContinuousClock.Instant?,
    onLine: @escaping @Sendable (Line) -> Void
  ) async -> Ending {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let end = state.withLock { state in
          if state.end == nil { state.job = Job(continuation: continuation, onLine: onLine) }
          return state.end
        }
        if let end { return continuation.resume(returning: Self.ending(end, hasBegun: false)) }
        send(request[...])
      }
    } onCancel: {
      stop(atOnce: deadline.map { ContinuousClock.now >= $0 } ?? false)
    }
  }

  private func stop(atOnce: Bool) {
    guard !atOnce else {
      stops.yield(.kill)
      return
    }
    stops.yield(.terminate)
    Task.detached { [stops] in
      try? await Task.sleep(for: Self.patience)
      stops.yield(.kill)
    }
  }

  var isAlive: Bool { state.withLock { $0.end == nil } }

  /// Tells it that there are no more requests, and waits for its end.
  func end() async {
    shutdown(input.rawValue, Int32(SHUT_WR))
    await process.value
  }

  // MARK: Requests

  /// Sends as much as there is room for, and the rest on a thread of its own. That nobody reads is
  /// known from the end of the process.
  private func send(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(
          input.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count < 0 {
        if errno == EINTR { continue }
        guard errno == EAGAIN else { return }
        let left = rest
        DispatchQueue.global().async { self.sendAll(left) }
        return
      }
      rest = rest.dropFirst(count)
    }
  }

  private func sendAll(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(input.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno != EINTR { return }
      rest = rest.dropFirst(max(0, count))
    }
  }

  // MARK: Events

  private func take(_ line: [UInt8]) {
    let event = WorkerEvent(line: line)
    let (job, isOver) = state.withLock { state -> (Job?, Bool) in
      guard let job = state.job else { return (nil, false) }
      guard let event else { return (job, false) }
      state.job?.hasBegun = true
      guard event.endsStage else { return (job, false) }
      state.job = nil
      return (job, true)
    }
    // What is said between two stages is of no interest.
    guard let job else { return }
    job.onLine(event.map { .event($0) } ?? .other(line))
    if isOver, let event { job.continuation.resume(returning: .said(event)) }
  }

  private func finish(_ end: Result<TerminationStatus, any Error>) {
    let job = state.withLock { state in
      state.end = end
      defer { state.job = nil }
      return state.job
    }
    job?.continuation.resume(returning: Self.ending(end, hasBegun: job?.hasBegun == true))
  }

  private static func ending(
    _ end: Result<TerminationStatus, any Error>, hasBegun: Bool
  ) -> Ending {
    switch end {
    case .success(let status): .died(status, hasBegun: hasBegun)
    case .failure(let error): .notStarted(error)
    }
  }

  // MARK: Descriptors

  private static func socketPair() throws(Errno) -> (FileDescriptor, FileDescriptor) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Errno(rawValue: errno) }
    return (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
  }
}

extension WorkerEvent {
  /// Whether nothing more is said about the stage.
  var endsStage: Bool {
    switch self {
    case .finished, .failed: true
    // After this it ends.
    case .stopped: false
    case .started, .training, .epoch, .evaluating: false
    }
  }
}
