internal import Files
internal import Synchronization
internal import SystemPackage

/// Notices that a worker says nothing any more.
///
/// Time is counted in ticks of this process, and only while the worker may run: neither a worker that
/// somebody has stopped (SIGSTOP, a debugger) nor a machine that was asleep counts as silent.
final class Watchdog: Sendable {
  private struct State {
    var worker: Int32?
    var silence = Duration.zero
    /// Between two reports.
    var longest = Duration.zero
  }

  private let state = Mutex(State())
  private let patience: Duration
  private let tick: Duration
  private let isStopped: @Sendable (Int32) -> Bool

  /// A stage that was silent for long and then went on may be so again, for as much longer.
  private static let margin = 20

  /// - Parameter patience: How long the worker may say nothing.
  init(
    patience: Duration,
    isStopped: @escaping @Sendable (Int32) -> Bool = { ProcessState.isStopped($0) }
  ) {
    self.patience = patience
    self.isStopped = isStopped
    tick = min(max(patience / 20, .milliseconds(10)), .seconds(5))
  }

  /// Tells it what the worker has said.
  func note(_ event: WorkerEvent) {
    state.withLock { state in
      if case .started(let worker) = event {
        state.worker = worker
      } else {
        state.longest = max(state.longest, state.silence)
      }
      state.silence = .zero
    }
  }

  /// Waits for more silence than there may be.
  ///
  /// - Returns: How long it was; `nil` where the task was cancelled.
  func wait() async -> Duration? {
    while (try? await Task.sleep(for: tick)) != nil {
      if let silence = pass() { return silence }
    }
    return nil
  }

  private func pass() -> Duration? {
    if let worker = state.withLock({ $0.worker }), isStopped(worker) { return nil }
    return state.withLock { state in
      state.silence += tick
      return state.silence >= max(patience, state.longest * Self.margin) ? state.silence : nil
    }
  }
}

/// What the system says of a process.
enum ProcessState {
  /// Whether it is stopped, by a signal or by a debugger.
  static func isStopped(_ process: Int32) -> Bool {
    let text = (try? FileSystem.readText(FilePath("/proc/\(process)/stat"))) ?? ""
    // Its name, in parentheses, may hold anything.
    guard let end = text.lastIndex(of: ")") else { return false }
    let state = text[end...].dropFirst(2).first
    return state == "T" || state == "t"
  }
}
