internal import OrderedCollections
internal import Results

extension ComparisonReport {
  /// Accuracy against epsilon, a chart for each model and attack, a line for each experiment.
  func securityCurves() -> Section? {
    let rows = comparison.rows.filter { !$0.key.norm.isEmpty }
    let curves = OrderedDictionary(grouping: rows) { Curve($0.key) }
      .filter { Set($0.value.map(\.key.epsilon)).count > 1 }
    guard !curves.isEmpty else { return nil }
    // Those that most experiments have come first; else in the order of the tables.
    func size(_ rows: [ComparedRow]) -> Int {
      names.indices.count { place in rows.contains { $0.cells[place] != nil } }
    }
    let sizes = curves.values.map(size)
    let order = curves.elements.indices.sorted { a, b in
      sizes[a] == sizes[b] ? a < b : sizes[a] > sizes[b]
    }
    let shown = order.prefix(Self.mostCurves).map { curves.elements[$0] }
    let lowest =
      shown.flatMap { $0.value.flatMap { $0.cells.compactMap { $0?.accuracy.mean } } }.min() ?? 0
    let panels = shown.map { curve, rows in panel(curve, rows, y: .accuracy(lowest: lowest)) }
    var caption: HTML = """
      Accuracy at epsilon 0 is that on clean images. Error bars are 95 % intervals over the seeds (Student's t), of one seed over the test images (Wilson).
      """
    if shown.contains(where: { $0.value.contains { $0.obstacle == .otherAttack } }) {
      caption += " Where the attack has other settings, lines say nothing of each other."
    }
    if curves.count > shown.count {
      caption += " \(curves.count - shown.count) more are in the table above only."
    }
    return Section(
      "security-curves", "Accuracy against epsilon",
      "The same model under the same attack, one line for each experiment. The higher a curve stays, the more robust the model is against this attack.",
      Figure(
        name: "accuracy against epsilon", caption: caption, panels: panels,
        seriesTitle: "experiment"
      ).html)
  }

  private static let mostCurves = 24

  private func panel(_ curve: Curve, _ rows: [ComparedRow], y: Scale) -> Panel {
    let clean = comparison.rows.first { row in
      row.key.isClean && row.key.model == curve.model
        && zip(row.key.point, curve.point).allSatisfy { $0.isEmpty || $0 == $1 }
    }
    let series = names.indices.compactMap { place -> Series? in
      let points = ([clean].compactMap(\.self) + rows).compactMap { row -> Series.Point? in
        guard let cell = row.cells[place], let mean = cell.accuracy.mean else { return nil }
        return Series.Point(row.key.epsilon, mean, cell.interval)
      }.sorted { $0.x < $1.x }
      // A line without the attack is of another experiment.
      guard rows.contains(where: { $0.cells[place]?.accuracy.mean != nil }) else { return nil }
      return Series(name: names[place], style: style(of: place), points: points)
    }
    let source =
      curve.source.isEmpty || curve.source == "self" ? "" : ", gradients of \(curve.source)"
    let values = zip(comparison.axes, curve.point).filter { !$1.isEmpty }
      .map { ", \($0)=\(NumberText.cell($1))" }.joined()
    return Panel(
      title: "\(curve.model), \(curve.attack)", subtitle: curve.norm + source + values,
      xLabel: "epsilon", yLabel: "accuracy, %",
      x: .numbers(rows.map(\.key.epsilon) + [0], fromZero: true), y: y, series: series)
  }
}

/// Rows that differ in nothing but epsilon.
private struct Curve: Hashable {
  let model: String
  let attack: String
  let source: String
  let norm: String
  let point: [String]

  init(_ key: ComparedKey) {
    model = key.model
    attack = key.attack
    source = key.source
    norm = key.norm
    point = key.point
  }
}
