internal import Experiments
internal import Settings
internal import Results

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

  /// A lower terminal has room for one line for the whole.
  private static let leastHeightOfCounts = 7

  /// The display of this moment: two lines for the whole, a line per running stage and, where the
  /// terminal is high, what failed, the best accuracies and what comes next; no line wider than the
  /// terminal. With the cursor's below them they are fewer than it has rows: a display that is as
  /// high as the window scrolls or, erased, goes into the history.
  ///
  /// - Parameter time: In seconds since the beginning of the run.
  package func liveLines(at time: Double, _ style: LiveStyle) -> [String] {
    guard total > done else { return [] }
    // The last column stays free: some terminals wrap when it is written.
    let width = max(10, style.width - 1)
    let hasCounts = style.height >= Self.leastHeightOfCounts
    var lines = [overall(at: time, width: width, withFailed: !hasCounts)]
    if hasCounts { lines.append(counts(at: time, width: width)) }
    let room = max(0, style.height - 2 - lines.count)
    let shown = running.count <= room ? running.count : max(0, room - 1)
    lines += stageLines(
      Array(running.prefix(shown)), at: time, width: width, mayHaveHeading: running.count < room)
    if shown < running.count, room > 0 {
      lines.append(StyledText("  and \(running.count - shown) more", .dim))
    }
    // Half of the window: the lines above stay visible.
    lines += panels(room: min(style.height - 2, style.height / 2) - lines.count, width: width)
    return lines.map { $0.text(width: width, hasColor: style.hasColor) }
  }

  private func overall(at time: Double, width: Int, withFailed: Bool) -> StyledText {
    var line = StyledText(experiment + "  ", .bold)
    var facts = "  \(done)/\(total) stages"
    if failed > 0, withFailed { facts += ", \(failed) failed" }
    facts += "  \(Words.clock(time))"
    if let remaining = remaining(at: time) { facts += "  \(Words.clock(remaining)) left" }
    let room = width - line.count - facts.count
    if room >= 8 { line.add(Bar(fraction, width: min(24, room))) }
    line.add(facts)
    return line
  }

  /// Stages by their state, then the speed and the best accuracy where there is room.
  private func counts(at time: Double, width: Int) -> StyledText {
    var line = StyledText("  ")
    line.add(totals(at: time).countWords, failed > 0 ? .red : .plain)
    // What falls off last comes first here: the accuracy, then the speed, then whose accuracy it is.
    var room = width - line.count
    func fits(_ fact: String) -> Bool { fact.count + 2 <= room }
    var shown: [String] = []
    let best = bestOfLast.map { "best \(Words.percent($0.accuracy))" }
    if let best, fits(best) {
      shown = [best]
      room -= best.count + 2
    }
    if let speed = examplesPerSecond(at: time), speed >= 0.5 {
      let words = "\(NumberText.grouped(Int(nearest: speed))) examples/s"
      if fits(words) {
        shown.insert(words, at: 0)
        room -= words.count + 2
      }
    }
    if best != nil, best == shown.last, let title = bestOfLast?.title, title.count + 1 <= room {
      shown[shown.count - 1] += " " + title
    }
    for fact in shown { line.add("  " + fact) }
    return line
  }

  // MARK: Running stages

  /// The narrowest titles that are worth more than another fact.
  private static let narrowestTitle = 12

  /// A line per stage: its title, then facts in columns. Where there is not room for everything,
  /// words that all titles have go into a line above, then facts fall off, the least important first
  /// and from all lines; then names of settings go into the line above. Only then titles are cut.
  private func stageLines(
    _ stages: [Running], at time: Double, width: Int, mayHaveHeading: Bool
  ) -> [StyledText] {
    guard !stages.isEmpty else { return [] }
    let titles = StageTitles(stages.map(\.stage.title))
    let cut = titles.withoutShared
    let hasHeading = mayHaveHeading && !titles.shared.isEmpty
    func facts(_ level: Int) -> [[String]] { stages.map { $0.facts(at: time, level: level) } }
    func room(_ facts: [[String]], indent: Int) -> Int {
      width - indent - (facts.map { $0.reduce(0) { $0 + 2 + $1.count } }.max() ?? 0)
    }
    for level in 0...Running.lastLevel {
      let facts = facts(level)
      if titles.width <= room(facts, indent: 2) {
        return lines(titles.texts(width: titles.width), facts, indent: 2)
      }
      let isLast = level == Running.lastLevel
      let indent = hasHeading ? 4 : 2
      let ellipsis = !hasHeading && !titles.shared.isEmpty ? 2 : 0
      let left = room(facts, indent: indent)
      let isNarrow = level >= Running.shortLevel && left >= Self.narrowestTitle
      guard cut.width + ellipsis <= left || isNarrow || isLast else { continue }
      if stages.count == 1, mayHaveHeading { return alone(stages[0], at: time, width: width) }
      var (names, rows): (String?, StageTitles) = (nil, cut)
      if cut.width > left, hasHeading, let table = cut.byColumn, table.values.width <= left {
        (names, rows) = table
      }
      let texts = rows.texts(width: max(1, left - ellipsis)).map {
        ellipsis > 0 && !$0.hasPrefix("…") ? "… " + $0 : $0
      }
      let heading = StyledText("  " + titles.heading(names, width: width - 2), .dim)
      return (hasHeading ? [heading] : []) + lines(texts, facts, indent: indent)
    }
    return []
  }

  /// A stage whose title does not fit beside its facts: in two lines.
  private func alone(_ stage: Running, at time: Double, width: Int) -> [StyledText] {
    let all = (0...Running.lastLevel).map { stage.facts(at: time, level: $0) }
    let facts = all.first { 2 + $0.reduce(0) { $0 + 2 + $1.count } <= width } ?? []
    return [StyledText("  " + stage.stage.title)] + lines([""], [facts], indent: 2)
  }

  private func lines(_ titles: [String], _ facts: [[String]], indent: Int) -> [StyledText] {
    let width = titles.map(\.count).max() ?? 0
    return zip(titles, facts).map { title, facts in
      var line = StyledText(String(repeating: " ", count: indent))
      line.add(title + String(repeating: " ", count: width - title.count))
      for fact in facts { line.add("  " + fact, fact.hasSuffix("left") ? .dim : .plain) }
      return line
    }
  }
}

extension ProgressState.Running {
  /// From this level on only the share, the accuracy and the time are left.
  static let shortLevel = 3
  static let lastLevel = 5

  /// What is said about a stage.
  ///
  /// - Parameter level: How much is left out: 0 for nothing, then steps, the loss, epochs or images,
  ///   the time and the accuracy, one more each.
  func facts(at time: Double, level: Int) -> [String] {
    var facts: [(text: String, until: Int)] = []
    let accuracy: Double?
    switch position {
    case .starting: return ["starting"]
    case .training(let at):
      facts.append(("epoch \(at.epoch)/\(at.epochs)", 2))
      let step = String(at.step)
      let padding = String(repeating: " ", count: max(0, "\(at.steps)".count - step.count))
      facts.append(("step \(padding)\(step)/\(at.steps)", 0))
      facts.append(("loss \(Words.loss(at.loss))", 1))
      accuracy = at.accuracy
    case .evaluating(let at):
      facts.append(("\(at.done)/\(at.examples) images", 2))
      accuracy = at.done > 0 ? Double(at.correct) / Double(at.done) : nil
    }
    if let accuracy { facts.append(("accuracy \(Words.percent(accuracy))", 4)) }
    if let remaining = remaining(at: time) { facts.append(("\(Words.clock(remaining)) left", 3)) }
    return [share] + facts.filter { $0.until >= level }.map(\.text)
  }

  /// ` 43 %`: how much of the stage is done.
  var share: String {
    String(repeating: " ", count: percent < 10 ? 2 : percent < 100 ? 1 : 0) + "\(percent) %"
  }

  var percent: Int { Int((100 * min(1, max(0, position.fraction))).rounded(.down)) }
}
