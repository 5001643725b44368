internal import Settings
internal import Experiments
internal import PlainText

/// A part of a line and how it is shown where colours are.
struct StyledText: Sendable {
  enum Style: String, Sendable {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case green = "32"
  }

  var parts: [(text: String, style: Style)] = []

  var count: Int { parts.reduce(0) { $0 + $1.text.count } }

  mutating func add(_ text: String, _ style: Style = .plain) {
    parts.append((text.printable, style))
  }

  /// The text, cut to `width` columns.
  func text(width: Int, hasColor: Bool) -> String {
    var rest = width
    var result = ""
    for part in parts where rest > 0 {
      let text = part.text.count <= rest ? part.text : part.text.prefix(rest - 1) + "…"
      rest -= text.count
      result +=
        hasColor && part.style != .plain
        ? "\u{1B}[\(part.style.rawValue)m\(text)\u{1B}[0m" : String(text)
    }
    return result
  }
}

extension ProgressState {
  /// How a live display may look.
  package struct LiveStyle: Sendable {
    /// Columns and rows of the terminal.
    package var width: Int
    package var height: Int
    package var hasColor: Bool

    package init(width: Int, height: Int, hasColor: Bool) {
      self.width = width
      self.height = height
      self.hasColor = hasColor
    }
  }

  /// The display of this moment: a line for the whole, a line per running stage, none wider than
  /// the terminal. With the cursor's below them they are fewer than it has rows: a display that is
  /// as high as the window scrolls or, erased, goes into the history.
  ///
  /// - Parameter time: In seconds since the beginning of the run.
  package func liveLines(at time: Double, _ style: LiveStyle) -> [String] {
    guard total > done else { return [] }
    // The last column stays free: some terminals wrap when it is written.
    let width = max(10, style.width - 1)
    var lines = [overall(at: time, width: width)]
    let room = max(0, style.height - 3)
    let shown = running.count <= room ? running.count : max(0, room - 1)
    let stages = running.prefix(shown)
    let facts = stages.map { self.facts($0, at: time) }
    let longest = stages.map(\.stage.title.count).max() ?? 0
    let factsWidth = facts.map { $0.reduce(0) { $0 + 2 + $1.count } }.max() ?? 0
    let titleWidth = min(longest, max(width * 2 / 5, width - 2 - factsWidth))
    for (stage, facts) in zip(stages, facts) {
      lines.append(line(stage.stage.title, facts, titleWidth, width))
    }
    if shown < running.count, room > 0 {
      var more = StyledText()
      more.add("  and \(running.count - shown) more", .dim)
      lines.append(more)
    }
    return lines.map { $0.text(width: width, hasColor: style.hasColor) }
  }

  private func overall(at time: Double, width: Int) -> StyledText {
    var line = StyledText()
    line.add(experiment + "  ", .bold)
    var facts = "  \(done)/\(total) stages"
    if failed > 0 { facts += ", \(failed) failed" }
    facts += "  \(Words.clock(time))"
    if let remaining = remaining(at: time) { facts += "  \(Words.clock(remaining)) left" }
    let room = width - line.count - facts.count
    if room >= 8 { add(bar: fraction, width: min(24, room), to: &line) }
    line.add(facts)
    return line
  }

  /// What is said about a stage, the most important first.
  private func facts(_ running: Running, at time: Double) -> [String] {
    var facts: [String] = []
    switch running.position {
    case .starting: facts.append("starting")
    case .training(let at):
      facts.append("epoch \(at.epoch)/\(at.epochs)")
      let step = String(at.step)
      let padding = String(repeating: " ", count: max(0, "\(at.steps)".count - step.count))
      facts.append("step \(padding)\(step)/\(at.steps)")
      facts.append("loss \(Words.loss(at.loss))")
      facts.append("accuracy \(Words.percent(at.accuracy))")
    case .evaluating(let at):
      facts.append("\(at.done)/\(at.examples) images")
      if at.done > 0 {
        facts.append("accuracy \(Words.percent(Double(at.correct) / Double(at.done)))")
      }
    }
    if let remaining = running.remaining(at: time) {
      facts.append("\(Words.clock(remaining)) left")
    }
    return facts
  }

  /// Facts that do not fit fall off as a whole.
  private func line(
    _ title: String, _ facts: [String], _ titleWidth: Int, _ width: Int
  ) -> StyledText {
    var line = StyledText()
    line.add(
      "  "
        + (title.count <= titleWidth
          ? title + String(repeating: " ", count: titleWidth - title.count)
          : title.prefix(titleWidth - 1) + "…"))
    for fact in facts {
      guard line.count + 2 + fact.count <= width else { break }
      line.add("  " + fact, fact.hasSuffix("left") ? .dim : .plain)
    }
    return line
  }

  /// A bar of eighths of a character, on a dotted ground.
  private func add(bar share: Double, width: Int, to line: inout StyledText) {
    let eighths = Int(nearest: (min(1, max(0, share)) * Double(width * 8)).rounded(.down))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let filled = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    line.add(filled, .green)
    line.add(String(repeating: "·", count: width - filled.count), .dim)
  }
}
