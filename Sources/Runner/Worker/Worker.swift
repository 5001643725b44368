internal import Glibc

/// The process behind the hidden `worker` command: one stage, from a request on standard input to
/// events on standard output, words for people on standard error.
package enum Worker {
  /// Does the stage.
  ///
  /// - Returns: The exit status: 0 where the stage is stored, 1 where it cannot be done, 2 where
  ///   there is no request, or none that can be, 3 where it was asked to stop.
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
    let log = WorkerLog(isEchoing: true)
    let request: WorkerRequest
    do {
      request = try WorkerRequest(decoding: readStandardInput())
    } catch {
      log.write("error: \(error)")
      return 2
    }
    emit(.started(processIdentifier: getpid()))
    let control = WorkerControl(
      saveSeconds: getenv(WorkerControl.variable).map { String(cString: $0) },
      isStopping: { StopRequest.hasBeenMade })
    return StopRequest.atStage {
      do {
        try StageWorker(request, control: control, log: log, emit: emit).run()
        return 0
      } catch is WorkerStopped {
        emit(.stopped)
        return StopRequest.exitStatus
      } catch {
        log.write("error: \(error)")
        emit(.failed(reason: "\(error)"))
        return 1
      }
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

  private static func readStandardInput() throws(WorkerError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= largestRequest else {
        throw WorkerError("the request on standard input has more than \(largestRequest) bytes")
      }
    }
  }
}
