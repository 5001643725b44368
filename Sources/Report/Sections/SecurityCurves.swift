internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// Accuracy against epsilon, a chart for each attack, with the noise of the same ball beside it.
  ///
  /// - Source: Biggio and Roli 2018, Pattern Recognition 84, section 4 (security evaluation curves).
  func securityCurves(_ table: MeasuredTable) -> Section? {
    let balls = OrderedDictionary(
      grouping: table.rows.filter { $0.kind == .attack && !$0.row.norm.isEmpty }
    ) { Ball($0.row) }.filter { _, rows in Set(rows.map(\.row.epsilon)).count > 1 }
    guard !balls.isEmpty else { return nil }
    let shown = balls.elements.prefix(Self.mostCurves)
    let lowest = shown.flatMap { $0.value.compactMap(\.accuracy) }.min() ?? 0
    let panels = shown.map { ball, rows in
      table.securityCurve(ball, rows, y: .accuracy(lowest: lowest))
    }
    var caption: HTML =
      "Accuracy at epsilon 0 is that on clean images. A curve that does not fall to 0 at large epsilons is a sign of a weak attack. "
    if panels.contains(where: { $0.series.contains(where: \.style.isBaseline) }) {
      caption += "Dotted, with empty marks: random noise of the same size, which is no attack. "
    }
    caption += .text(table.intervalWords)
    if balls.count > shown.count {
      caption += " \(balls.count - shown.count) more attacks are in the table above only."
    }
    let introduction: HTML = """
      How much accuracy is left if an attacker may change each image by at most epsilon (in pixel units: images lie in 0 to 1). \
      The higher a curve stays, the more robust the model is against this attack.
      """
    return Section(
      "security-curves", "Accuracy against epsilon", introduction,
      Figure(
        name: "accuracy against epsilon", caption: caption, panels: Array(panels),
        seriesTitle: "model"
      ).html)
  }

  private static let mostCurves = 12
}

/// Attacks that differ in nothing but epsilon.
private struct Ball: Hashable {
  let attack: String
  let source: String
  let norm: String

  init(_ row: SummaryRow) {
    attack = row.attack
    source = row.source
    norm = row.norm
  }
}

extension MeasuredTable {
  fileprivate func securityCurve(_ ball: Ball, _ rows: [MeasuredRow], y: Scale) -> Panel {
    let noise = self.rows.filter { $0.kind == .noise && $0.row.norm == ball.norm }
    let epsilons = (rows + noise).map(\.row.epsilon)
    let attacks = curves(of: rows, place: \.row.epsilon)
    let source = ball.source.isEmpty || ball.source == "self" ? "" : ", gradients of \(ball.source)"
    return Panel(
      title: ball.attack, subtitle: ball.norm + source, xLabel: "epsilon", yLabel: "accuracy, %",
      x: .numbers(epsilons + [0], fromZero: true), y: y,
      series: attacks
        + curves(of: noise, suffix: ", noise", isBaseline: true, place: \.row.epsilon))
  }
}
