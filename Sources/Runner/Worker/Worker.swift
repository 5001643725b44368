internal import Engine
internal import Experiments
internal import Files
internal import Glibc
internal import SystemPackage

/// The process behind the hidden `worker` command: does one stage after the other. Requests come on
/// standard input, one a line; events go to standard output, words for people to standard error.
package enum Worker {
  /// Does stages until there are no more requests.
  ///
  /// - Returns: The exit status: 0 where all stages are stored, 1 where one could not be done, 2 where
  ///   there is no request, or one that cannot be done by anybody, which ends the work, or where the
  ///   processor lacks the instructions that are asked for, 3 where it was
  ///   asked to stop.
  package static func main() -> Int32 {
    // Ctrl-C reaches every process of the terminal's foreground; the parent decides what ends.
    signal(SIGINT, SIG_IGN)
    // So does the end of the terminal.
    signal(SIGHUP, SIG_IGN)
    // A file that grows beyond `ulimit -f` is then an error with a name.
    signal(SIGXFSZ, SIG_IGN)
    // The parent may have these ignored, which is inherited.
    StopRequest.listen()
    signal(SIGPIPE, SIG_DFL)
    endWithParent()
    ProcessMemory.keepFreed()
    var lines = InputLines(STDIN_FILENO, limit: largestRequest)
    var worker = Lazily { WorkerMemory() }
    let control = WorkerControl(
      saveSeconds: getenv(WorkerControl.variable).map { String(cString: $0) },
      isStopping: { StopRequest.hasBeenMade })
    var logs = OwnLog()
    defer { logs.remove() }
    var status: Int32 = 0
    var isFirst = true
    do throws(WorkerError) {
      if let problem = EngineInformation.problem { throw WorkerError(problem) }
      while let line = try lines.next() {
        // What a person sends may have empty lines.
        if !isFirst, line.allSatisfy(\.isSpace) { continue }
        isFirst = false
        let request = try WorkerRequest(decoding: line)
        // It came while the last stage ended.
        if StopRequest.hasBeenMade { return StopRequest.exitStatus }
        switch StopRequest.atStage({ perform(request, control, memory: worker.value, &logs) }) {
        case .stored: break
        case .failed: status = 1
        case .stopped: return StopRequest.exitStatus
        }
      }
      // Says that there is none.
      if isFirst { _ = try WorkerRequest(decoding: []) }
    } catch {
      WorkerLog(isEchoing: true).write("error: \(error)")
      return 2
    }
    return status
  }

  private enum Outcome {
    case stored
    case failed
    case stopped
  }

  /// Does one stage.
  private static func perform(
    _ request: WorkerRequest, _ control: WorkerControl, memory: WorkerMemory, _ logs: inout OwnLog
  ) -> Outcome {
    let log = WorkerLog(isEchoing: true)
    // What libraries print is in the log of the stage that they print it in.
    defer { fflush(nil) }
    do {
      if request.hasLog == true {
        try logs.begin(request.stage.key, in: ContentStore(FilePath(request.store)))
      }
      emit(.started(processIdentifier: getpid()))
      try StageWorker(request, control: control, log: log, memory: memory, emit: emit).run()
      logs.isNeeded = false
      return .stored
    } catch is WorkerStopped {
      emit(.stopped)
      return .stopped
    } catch {
      log.write("error: \(error)")
      emit(.failed(reason: "\(error)", cause: FailureCause(error)))
      return .failed
    }
  }

  private static func emit(_ event: WorkerEvent) { StandardStream.output.write(event.line) }

  /// Ends this process as soon as nobody reads its standard output any more: the parent is dead
  /// then, however it died. (`PR_SET_PDEATHSIG` would not do: it is about the thread that started
  /// this process, and threads come and go.)
  private static func endWithParent() {
    var information = stat()
    guard fstat(STDOUT_FILENO, &information) == 0, information.st_mode & S_IFMT == S_IFIFO else {
      return
    }
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { _ in
        var descriptor = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        while true {
          let ready = poll(&descriptor, 1, -1)
          if ready > 0, descriptor.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { _exit(1) }
        }
      }, nil)
    if status == 0 { pthread_detach(thread) }
  }

  /// In bytes; requests have some thousand.
  private static let largestRequest = 1 << 26
}

/// The log that standard error goes to, where this process has made it.
private struct OwnLog {
  private var current: (key: StageKey, store: ContentStore)?
  /// Whether it says why a stage failed.
  var isNeeded = false

  mutating func begin(_ key: StageKey, in store: ContentStore) throws {
    let old = current.flatMap { !isNeeded && $0.store.folder == store.folder ? $0.key : nil }
    current = nil
    try store.takeLog(of: key, insteadOf: old)
    (current, isNeeded) = ((key, store), true)
  }

  /// Removes the log of a stage that is stored.
  func remove() {
    if let current, !isNeeded { current.store.removeLog(of: current.key) }
  }
}

/// A value that is made when it is asked for first.
private struct Lazily<Value> {
  private let make: () -> Value
  private(set) lazy var value = make()
  init(_ make: @escaping () -> Value) { self.make = make }
}

/// The lines of a descriptor, each as soon as it is there.
private struct InputLines {
  private let descriptor: Int32
  private let limit: Int
  private var rest: [UInt8] = []
  /// Of `rest`, what holds no line feed.
  private var searched = 0
  private var hasEnded = false

  init(_ descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// - Returns: `nil` at the end.
  mutating func next() throws(WorkerError) -> [UInt8]? {
    while true {
      if let end = rest.withUnsafeBytes({ LineSplitter.lineFeed(in: $0[searched...]) }) {
        let line = Array(rest[..<end])
        rest.removeFirst(end + 1)
        searched = 0
        return line
      }
      searched = rest.count
      guard rest.count <= limit else {
        throw WorkerError("the request on standard input has more than \(limit) bytes")
      }
      if hasEnded {
        defer { (rest, searched) = ([], 0) }
        return rest.isEmpty ? nil : rest
      }
      read()
    }
  }

  private mutating func read() {
    let size = 1 << 16
    let count = withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { chunk in
      while true {
        let count = Glibc.read(descriptor, chunk.baseAddress, size)
        if count < 0, errno == EINTR { continue }
        if count > 0 { rest.append(contentsOf: chunk[..<count]) }
        return count
      }
    }
    hasEnded = count <= 0
  }
}
