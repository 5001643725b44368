internal import Experiments
internal import Glibc
internal import PlainText

/// Shows where an experiment is again and again, until nobody works on it any more.
package struct StatusWatch {
  private let options: RunOptions
  private let isTerminal: Bool
  private let write: (String) -> Void
  /// What was shown last.
  private var shown = ""
  private var rows = 0

  /// - Parameters:
  ///   - options: As ``WrittenRun`` has them.
  ///   - isTerminal: Whether the text takes the place of the one before; else it is printed again
  ///     where it has changed.
  ///   - write: Gets the text.
  package init(_ options: RunOptions, isTerminal: Bool, write: @escaping (String) -> Void) {
    self.options = options
    self.isTerminal = isTerminal
    self.write = write
  }

  /// - Throws: As ``ExperimentStatus``.
  package mutating func run() async throws {
    let clock = ContinuousClock()
    while true {
      let start = clock.now
      let status = try await ExperimentStatus(options)
      show(status.text)
      guard status.activity == .running || status.activity == .submitted else { return }
      // A look at many stages, or at a cluster, takes its time.
      try await Task.sleep(for: max(.seconds(1), (clock.now - start) * 20))
    }
  }

  private mutating func show(_ text: String) {
    guard isTerminal else {
      if text != shown { write(shown.isEmpty ? text : "\n" + text) }
      shown = text
      return
    }
    let size = Terminal.outputSize
    let lines = text.split(separator: "\n").prefix(max(1, size.height - 1)).map { line in
      StyledText(String(line)).text(width: max(10, size.width - 1), hasColor: false)
    }
    write(ProgressDisplay.frame(lines, over: min(rows, size.height - 1)))
    rows = lines.count
  }
}
