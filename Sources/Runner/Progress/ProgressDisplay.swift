internal import Results
internal import Synchronization

/// How much is said on standard error.
package enum Verbosity: Sendable {
  /// Errors, and what is loud on purpose.
  case quiet
  case normal
  /// Every line that there is, on a terminal too.
  case verbose
}

/// Shows a run on standard error: on a terminal a display that is drawn again and again, elsewhere
/// plain lines.
package final class ProgressDisplay: Sendable {
  private struct State {
    var progress: ProgressState?
    /// Lines of the display that stand on the terminal now.
    var drawn = 0
    var isFinished = false
  }

  private let state = Mutex(State())
  private let terminal: Terminal
  private let verbosity: Verbosity
  private let start = ContinuousClock.now
  private let write: @Sendable (String) -> Void

  /// - Parameter write: Gets the text, with control sequences on a terminal.
  package init(
    terminal: Terminal, verbosity: Verbosity,
    write: @escaping @Sendable (String) -> Void = { StandardStream.error.write($0) }
  ) {
    self.terminal = terminal
    self.verbosity = verbosity
    self.write = write
  }

  private var time: Double { (ContinuousClock.now - start) / .seconds(1) }
  private var isLive: Bool { terminal.isInteractive && verbosity != .quiet }

  /// Says something for good; not where `verbosity` is `quiet`.
  package func note(_ line: String) {
    if verbosity != .quiet { say(line) }
  }

  /// Says something for good, always.
  package func warn(_ line: String) { say(line) }

  private func say(_ line: String) {
    state.withLock { state in write(erasure(&state) + line + "\n") }
  }

  /// From here on events are shown.
  package func begin(_ progress: ProgressState) {
    state.withLock { $0.progress = progress }
  }

  package func apply(_ event: SchedulerEvent) {
    state.withLock { state in
      guard var progress = state.progress else { return }
      let lines = shown(event, progress)
      progress.apply(event, at: time)
      state.progress = progress
      guard !lines.isEmpty else { return }
      write(erasure(&state) + lines.map { $0 + "\n" }.joined() + drawing(&state))
    }
  }

  private func shown(_ event: SchedulerEvent, _ progress: ProgressState) -> [String] {
    if verbosity == .quiet {
      guard case .ended(_, let result) = event, result.status != .ok else { return [] }
      return progress.lines(for: event, detail: false)
    }
    return progress.lines(for: event, detail: !terminal.isInteractive || verbosity == .verbose)
  }

  /// Keeps a terminal's display up to date, ten times a second, until the task is cancelled.
  package func animate() async {
    guard isLive else { return }
    while (try? await Task.sleep(for: .milliseconds(100))) != nil {
      state.withLock { state in
        let old = erasure(&state)
        let new = drawing(&state)
        if !old.isEmpty || !new.isEmpty { write(old + new) }
      }
    }
  }

  /// Takes the display away; lines may follow.
  package func finish() {
    state.withLock { state in
      let old = erasure(&state)
      state.isFinished = true
      if !old.isEmpty { write(old) }
    }
  }

  /// What takes the display away.
  private func erasure(_ state: inout State) -> String {
    guard state.drawn > 0 else { return "" }
    defer { state.drawn = 0 }
    return "\u{1B}[\(state.drawn)A\r\u{1B}[J"
  }

  /// What draws the display anew.
  private func drawing(_ state: inout State) -> String {
    guard isLive, !state.isFinished, let progress = state.progress else { return "" }
    let size = Terminal.size
    let lines = progress.liveLines(
      at: time,
      ProgressState.LiveStyle(
        width: size.width, height: size.height, hasColor: terminal.hasColor))
    state.drawn = lines.count
    return lines.map { $0 + "\n" }.joined()
  }
}
