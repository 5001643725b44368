internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// Accuracy against severity, a chart for each corruption.
  ///
  /// - Source: Hendrycks and Dietterich 2019, arXiv:1903.12261, section 4 (severities 1 to 5).
  func corruptionCurves(_ table: MeasuredTable) -> Section? {
    let corrupted = table.rows.compactMap { row in row.corruption.map { ($0, row) } }
    let corruptions = OrderedDictionary(grouping: corrupted, by: \.0.label)
      .mapValues { $0.map(\.1) }
      .filter { _, rows in Set(rows.compactMap(\.corruption?.severity)).count > 1 }
    guard !corruptions.isEmpty else { return nil }
    let shown = corruptions.elements.prefix(Self.mostCorruptions)
    let lowest =
      shown.flatMap { $0.value.compactMap { $0.interval?.lowerBound ?? $0.accuracy } }.min() ?? 0
    let panels = shown.map { label, rows in
      Panel(
        title: label, xLabel: "severity", yLabel: "accuracy, %",
        x: .numbers(
          [0] + rows.compactMap(\.corruption).map { Double($0.severity) }, fromZero: true),
        y: .accuracy(lowest: lowest),
        series: table.curves(of: rows) { Double($0.corruption?.severity ?? 0) })
    }
    var caption: HTML =
      "Accuracy at severity 0 is that on clean images. " + .text(table.intervalWords)
    if corruptions.count > shown.count {
      caption += " \(corruptions.count - shown.count) more are in the table above only."
    }
    let introduction: HTML = """
      How much accuracy is left on images that are changed by accident: turned, blurred, noisy. Severities are those of the benchmarks MNIST-C and ImageNet-C. \
      No adversary looks for the worst change, so a number here is no upper bound of anything.
      """
    return Section(
      "corruptions", "Accuracy against severity", introduction,
      Figure(
        name: "accuracy against severity", caption: caption, panels: Array(panels),
        seriesTitle: "model"
      ).html)
  }

  private static let mostCorruptions = 12
}

extension MeasuredRow {
  /// Of the row of a corruption, what it is and how strong: `rotation` and 3 of `rotation-3`.
  var corruption: (label: String, severity: Int)? {
    guard kind == .corruption, let dash = row.attack.lastIndex(of: "-"),
      let severity = Int(row.attack[row.attack.index(after: dash)...])
    else { return nil }
    return (String(row.attack[..<dash]), severity)
  }
}
