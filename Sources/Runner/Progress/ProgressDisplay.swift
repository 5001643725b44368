internal import PlainText
internal import Results
internal import Synchronization

/// How much is said on standard error.
package enum Verbosity: Sendable {
  /// Errors and warnings.
  case quiet
  case normal
  /// Beginnings and epochs of stages, too.
  case verbose
}

/// Shows a run on standard error: on a terminal a display that is drawn again and again, elsewhere
/// plain lines.
package final class ProgressDisplay: Sendable {
  private struct State {
    var progress: ProgressState?
    /// Columns of the display's lines that stand on the terminal now.
    var drawn: [Int] = []
    var isFinished = false
    /// When the last line was written.
    var lastLine = 0.0
  }

  private let state = Mutex(State())
  private let terminal: Terminal
  private let verbosity: Verbosity
  private let start = ContinuousClock.now
  private let write: @Sendable (String) -> Void

  /// - Parameter write: Gets the text, with control sequences on a terminal.
  package init(
    terminal: Terminal, verbosity: Verbosity,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.terminal = terminal
    self.verbosity = verbosity
    self.write = write
  }

  private var time: Double { (ContinuousClock.now - start) / .seconds(1) }
  private var isLive: Bool { terminal.isInteractive && verbosity != .quiet }

  /// Prints lines that stay; not where `verbosity` is `quiet`.
  package func note(_ line: String) {
    if verbosity != .quiet { say(line) }
  }

  /// Prints lines that stay, always.
  package func warn(_ line: String) { say(line) }

  private func say(_ line: String) {
    state.withLock { state in
      state.lastLine = time
      write(erasure(&state) + line.printableLines + "\n")
    }
  }

  /// From here on events are shown.
  package func begin(_ progress: ProgressState) {
    state.withLock { $0.progress = progress }
  }

  package func apply(_ event: SchedulerEvent) {
    state.withLock { state in
      guard let lines = state.progress.map({ shown(event, $0) }) else { return }
      // In its place: a copy would take as long as the run has stages.
      state.progress?.apply(event, at: time)
      guard !lines.isEmpty else { return }
      state.lastLine = time
      write(erasure(&state) + lines.map { $0.printable + "\n" }.joined() + drawing(&state))
    }
  }

  private func shown(_ event: SchedulerEvent, _ progress: ProgressState) -> [String] {
    if verbosity == .quiet {
      guard case .ended(_, let result) = event, result.status != .ok else { return [] }
      return progress.lines(for: event, detail: false)
    }
    return progress.lines(for: event, detail: verbosity == .verbose)
  }

  /// Keeps a terminal's display up to date, ten times a second, until the task is cancelled.
  /// Elsewhere says how far the run is where nothing else was said for a while: for half a minute, in
  /// long runs for a twentieth of their time.
  ///
  /// - Parameter pause: The shortest while, in seconds.
  package func animate(pause: Double = 30) async {
    guard isLive else {
      guard !terminal.isInteractive, verbosity != .quiet else { return }
      while (try? await Task.sleep(for: .seconds(min(1, pause)))) != nil {
        state.withLock { state in
          let now = time
          guard let progress = state.progress, !progress.isDone,
            now - state.lastLine >= max(pause, now / 20)
          else { return }
          state.lastLine = now
          write(progress.progressLine(at: now).printable + "\n")
        }
      }
      return
    }
    while (try? await Task.sleep(for: .milliseconds(100))) != nil {
      state.withLock { state in
        let text = redrawing(&state)
        if !text.isEmpty { write(text) }
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

  // MARK: Drawing

  /// Rows that the display takes on a terminal of this size: one that has become narrower has
  /// broken its lines, one that has become lower has pushed some out.
  private func rows(_ state: State) -> Int {
    let size = Terminal.size
    let rows = state.drawn.reduce(0) { $0 + max(1, ($1 + size.width - 1) / size.width) }
    return min(rows, size.height - 1)
  }

  /// What takes the display away.
  private func erasure(_ state: inout State) -> String {
    let rows = rows(state)
    state.drawn = []
    return Self.frame([], over: rows)
  }

  /// What draws the display where there is none.
  private func drawing(_ state: inout State) -> String {
    Self.frame(lines(&state), over: 0)
  }

  /// What draws the display over the old one.
  private func redrawing(_ state: inout State) -> String {
    let rows = rows(state)
    return Self.frame(lines(&state), over: rows)
  }

  /// The display's lines, which are drawn from here on.
  private func lines(_ state: inout State) -> [String] {
    guard isLive, !state.isFinished, let progress = state.progress else {
      state.drawn = []
      return []
    }
    let size = Terminal.size
    let style = ProgressState.LiveStyle(
      width: size.width, height: size.height, hasColor: terminal.hasColor)
    let lines = progress.liveLines(at: time, style)
    // Colours take no room.
    state.drawn = lines.map { min($0.count, size.width - 1) }
    return lines
  }

  /// Lines in the place of so many rows above the cursor.
  ///
  /// Each row is cleared by itself: to clear the whole screen from its first row on, which the
  /// display may begin in, puts a copy of it into the history of tmux and others.
  package static func frame(_ lines: [String], over rows: Int) -> String {
    let erased = max(0, rows - lines.count)
    return (rows > 0 ? "\u{1B}[\(rows)A\r" : "")
      + lines.map { $0 + (rows > 0 ? "\u{1B}[K" : "") + "\n" }.joined()
      + String(repeating: "\u{1B}[2K\n", count: erased)
      + (erased > 0 ? "\u{1B}[\(erased)A" : "")
  }
}
