internal import Experiments

extension ProgressState {
  /// What is shown below the running stages where there is room: failures first, then the best
  /// accuracy under each attack, then the queue.
  func panels(room: Int, width: Int) -> [StyledText] {
    let best = best.map {
      "\(Words.percent($0.accuracy))  \($0.title)"
    }
    let widest = best.map { $0.prefix { $0 != "%" }.count }.max() ?? 0
    let aligned = best.map { line in
      String(repeating: " ", count: widest - line.prefix { $0 != "%" }.count) + line
    }
    let next = nextStages(20)
    var lines: [StyledText] = []
    for panel in [
      (title: "failed", lines: Array(failures.reversed()), of: failures.count, most: 5, .red),
      (title: "best so far", lines: aligned, of: best.count, most: 8, .plain),
      (title: "next", lines: next, of: waiting, most: 8, .dim),
    ] as [(title: String, lines: [String], of: Int, most: Int, style: StyledText.Style)] {
      // An empty line and a heading are above them.
      let left = min(room - lines.count - 2, panel.most)
      guard left > 0, !panel.lines.isEmpty else { continue }
      let shown = panel.lines.prefix(panel.of <= left ? left : max(1, left - 1))
      lines += [StyledText(), StyledText("  \(panel.title)", .bold)]
      lines += shown.map { StyledText("    \($0)", panel.style) }
      if shown.count < panel.of, shown.count < left {
        lines.append(StyledText("    and \(panel.of - shown.count) more", .dim))
      }
    }
    return lines
  }

  /// Where there is no live display: how far the run is, now and then.
  ///
  /// - Parameter time: In seconds since the beginning of the run.
  package func progressLine(at time: Double) -> String {
    var words = "\(experiment): \(done)/\(total) stages"
    if failed > 0 { words += ", \(failed) failed" }
    words += ", \(Int((100 * fraction).rounded(.down))) % done after \(Words.clock(time))"
    if let remaining = remaining(at: time) { words += ", about \(Words.clock(remaining)) left" }
    let stages = running.prefix(4).map { "\($0.stage.title) \($0.percent) %" }
    guard !stages.isEmpty else { return words }
    return words + "; running: " + stages.joined(separator: ", ")
      + (running.count > 4 ? ", and \(running.count - 4) more" : "")
  }
}
