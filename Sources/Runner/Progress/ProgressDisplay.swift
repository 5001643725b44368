internal import Experiments
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
/// plain lines or JSON.
package final class ProgressDisplay: Sendable {
  private struct State {
    var progress: ProgressState?
    var file: ProgressFile?
    /// Columns of the display's lines that stand on the terminal now.
    var drawn: [Int] = []
    var isFinished = false
    /// When the last line was written.
    var lastLine = 0.0
    /// When the file, and programs, are to be told next.
    var nextRecord = 0.0
    /// What programs were told last of each stage.
    var told: [String: Double] = [:]
  }

  private enum Style { case live, lines, json, none }

  private let state = Mutex(State())
  private let terminal: Terminal
  private let verbosity: Verbosity
  private let style: Style
  private let start = ContinuousClock.now
  private let write: @Sendable (String) -> Void

  /// - Parameter write: Gets the text, with control sequences on a terminal.
  package init(
    terminal: Terminal, verbosity: Verbosity, mode: ProgressMode = .auto,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.terminal = terminal
    self.verbosity = verbosity
    style =
      switch mode {
      case .auto: terminal.isInteractive && verbosity != .quiet ? .live : .lines
      case .live: .live
      case .lines: .lines
      case .json: .json
      case .none: .none
      }
    self.write = write
  }

  private var time: Double { (ContinuousClock.now - start) / .seconds(1) }
  private var isLive: Bool { style == .live }

  /// Prints lines that stay; not where `verbosity` is `quiet`.
  package func note(_ line: String) {
    if verbosity != .quiet { say(line, .note) }
  }

  /// Prints lines that stay, always.
  package func warn(_ line: String) { say(line, .warning) }

  private func say(_ line: String, _ level: ProgressEvent.MessageLevel) {
    if style == .json { return tell(.message(level: level, text: line)) }
    state.withLock { state in
      state.lastLine = time
      write(erasure(&state) + line.printableLines + "\n")
    }
  }

  /// Tells programs, where they are what listens.
  package func tell(_ event: ProgressEvent) {
    guard style == .json else { return }
    state.withLock { _ in write(event.line(elapsed: time)) }
  }

  /// From here on events are shown.
  ///
  /// - Parameter file: Where other processes see how far the run is.
  package func begin(_ progress: ProgressState, file: ProgressFile? = nil) {
    state.withLock { state in
      state.progress = progress
      state.file = file
    }
  }

  package func apply(_ event: SchedulerEvent) {
    state.withLock { state in
      let now = time
      guard let text = state.progress.map({ shown(event, $0, at: now) }) else { return }
      // In its place: a copy would take as long as the run has stages.
      state.progress?.apply(event, at: now)
      guard !text.isEmpty else { return }
      state.lastLine = now
      write(erasure(&state) + text + drawing(&state))
    }
  }

  /// The lines of an event, with their line feeds.
  private func shown(_ event: SchedulerEvent, _ progress: ProgressState, at time: Double) -> String
  {
    // Thousands a second, of which nothing is said.
    if case .worker(_, let event) = event {
      guard case .epoch = event else { return "" }
    }
    switch style {
    case .none: return ""
    case .json:
      return progress.events(for: event, at: time).map { $0.line(elapsed: time) }.joined()
    case .live, .lines: break
    }
    if verbosity == .quiet {
      guard case .ended(_, let result) = event, result.status != .ok else { return "" }
    }
    return progress.lines(for: event, detail: verbosity == .verbose)
      .map { $0.printable + "\n" }.joined()
  }

  // MARK: Now and then

  /// Keeps a terminal's display up to date, ten times a second at most, and the file and programs, once a
  /// second at most, until the task is cancelled. Where lines are printed, says how far the run is
  /// when nothing else was said for a while: for half a minute, in long runs for a twentieth of
  /// their time.
  ///
  /// - Parameter pause: The shortest while, in seconds.
  package func animate(pause: Double = 30) async {
    let step = Duration.seconds(isLive ? 0.1 : min(1, pause))
    var cost = Duration.zero
    // A large window with many stages is drawn less often: a twentieth of a processor at most.
    while (try? await Task.sleep(for: max(step, cost * 20))) != nil {
      let begin = ContinuousClock.now
      defer { cost = ContinuousClock.now - begin }
      record()
      state.withLock { state in
        let now = time
        switch style {
        case .live:
          let text = redrawing(&state)
          if !text.isEmpty { write(text) }
        case .lines:
          guard verbosity != .quiet, let progress = state.progress, !progress.isDone,
            now - state.lastLine >= max(pause, now / 20)
          else { return }
          state.lastLine = now
          write(progress.progressLine(at: now).printable + "\n")
        case .json, .none: break
        }
      }
    }
  }

  /// Writes the file and tells programs how far the run is, once a second at most.
  ///
  /// - Parameter isLast: Now in any case.
  private func record(isLast: Bool = false) {
    let now = time
    let record = state.withLock { state -> (ProgressFile?, ProgressTotals, [StageProgress])? in
      guard state.progress != nil, isLast || now >= state.nextRecord else { return nil }
      state.nextRecord = now + 1
      state.progress?.refresh(at: now)
      guard let progress = state.progress else { return nil }
      let (totals, running) = (progress.totals(at: now), progress.stageProgress(at: now))
      if style == .json {
        let news = running.filter { state.told[$0.key] != $0.fraction }
        state.told = Dictionary(uniqueKeysWithValues: running.map { ($0.key, $0.fraction) })
        let events = news.map { ProgressEvent.progress($0) } + [.overall(totals)]
        write(events.map { $0.line(elapsed: now) }.joined())
      }
      return (state.file, totals, running)
    }
    // Whoever has something to say need not wait for a disk.
    if let (file, totals, running) = record { file?.write(totals, running, elapsed: now) }
  }

  /// Takes the display away; lines may follow.
  package func finish() {
    record(isLast: true)
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
