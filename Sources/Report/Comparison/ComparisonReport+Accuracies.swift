internal import Measurements
internal import Results

extension ComparisonReport {
  /// The accuracies side by side.
  func summary() -> Section? {
    guard !comparison.rows.isEmpty else { return nil }
    let rows = comparison.rows.map { row -> [DataTable.Cell] in
      keyCells(row.key)
        + zip(row.cells, row.isLeading).map { cell($0, isLeading: $1) }
        + [.text(row.obstacle == nil ? "" : row.verdict)]
    }
    let introduction: HTML = """
      How many test images each model classifies correctly, in percent, \(comparison.seedWords()), with 95 % intervals over the seeds. \
      Numbers under an attack are upper bounds. The last column says why a row allows no claim.
      """
    var note = ""
    if !isPair, let words = comparison.testWords { note += words + ". " }
    note += "? is a suspicious number, ✗ a broken one."
    return Section(
      "summary", "Accuracy of all models", introduction,
      DataTable(
        caption: "Accuracy in percent, by model and attack, a column for each experiment",
        columns: keyColumns() + names.map { .init(title: $0, isNumeric: true) }
          + [.init(title: "no claim")],
        rows: rows, headers: 2, isSortable: true
      ).html + .note(.text(note)))
  }

  private func cell(_ cell: ComparedCell?, isLeading: Bool) -> DataTable.Cell {
    guard let cell else { return .init("–", order: .nan) }
    let accuracy = cell.accuracy
    guard let mean = accuracy.mean else { return .init("failed", order: .nan) }
    var content: HTML = .text(Words.percentNumber(mean) + (isLeading ? " *" : ""))
    if let verdict = cell.verdict, verdict != .ok {
      content =
        .element(
          "abbr", ["class": "doubt \(verdict.rawValue)", "title": verdict.rawValue],
          verdict == .broken ? "✗" : "?") + content
    }
    if let interval = cell.interval {
      content += .element("span", ["class": "sub"], .text(Words.percentRange(interval)))
    }
    if cell.failed > 0 {
      content += .element("span", ["class": "sub"], "\(cell.failed) failed")
    }
    return .init(content, order: mean, share: mean)
  }

  /// What the seeds say of the differences.
  func differences() -> Section? {
    isPair ? pairDifferences() : rankedDifferences()
  }

  private func pairDifferences() -> Section? {
    let compared = comparison.rows.filter { comparison.change(of: $0) != nil }
    guard !compared.isEmpty else { return nil }
    let rows = compared.map { row -> [DataTable.Cell] in
      keyCells(row.key)
        + judged(
          comparison.change(of: row), row.comparison?.interval, row.comparison?.adjustedPValue)
        + [.text(row.verdict)]
    }
    let introduction: HTML = """
      \(names[1]) less \(names[0]), in percentage points, with the 95 % interval over the seeds. \
      Chance explains what is not separable.
      """
    let note = [comparison.testWords, comparison.oneSeedWords].compactMap(\.self)
      .joined(separator: ". ")
    return Section(
      "differences", "Differences", introduction,
      table(
        "Differences of accuracies in points, by model and attack", [], rows,
        last: "what the seeds say") + .note(.text(note)))
  }

  private func rankedDifferences() -> Section? {
    let rows = comparison.rows.flatMap { row -> [[DataTable.Cell]] in
      guard let claim = row.claim else { return [] }
      return claim.rivals.map { rival in
        let interval = zip([rival.low], [rival.high]).compactMap { low, high in
          low.flatMap { low in high.map { low...$0 } }
        }.first
        return keyCells(row.key) + [.text(claim.best.model), .text(rival.setting.model)]
          + judged(rival.difference, interval, rival.adjustedPValue)
          + [.text(rival.isSeparable ? "better" : "not separable")]
      }
    }
    guard !rows.isEmpty else { return nil }
    let introduction: HTML =
      "The experiment with the highest mean less each of the others, in percentage points, over the seeds that both have."
    return Section(
      "differences", "Differences from the best", introduction,
      table(
        "Differences of accuracies in points, by model and attack",
        [.init(title: "best"), .init(title: "other")], rows, last: "what the seeds say")
        + .note(.text(comparison.testWords ?? "")))
  }

  private func judged(
    _ change: Double?, _ interval: ClosedRange<Double>?, _ pValue: Double?
  ) -> [DataTable.Cell] {
    func points(_ value: Double) -> String { ExperimentComparison.points(value) }
    return [
      .init(.text(change.map(points) ?? ""), order: change ?? .nan),
      .init(
        .text(interval.map { "\(points($0.lowerBound)) to \(points($0.upperBound))" } ?? ""),
        order: interval?.lowerBound ?? .nan),
      .init(
        .text(
          pValue.map { $0 < 0.0001 ? "< 0.0001" : NumberText.significant($0, digits: 2) } ?? ""),
        order: pValue ?? .nan),
    ]
  }

  private func table(
    _ caption: String, _ columns: [DataTable.Column], _ rows: [[DataTable.Cell]], last: String
  ) -> HTML {
    DataTable(
      caption: caption,
      columns: keyColumns() + columns + [
        .init(title: "difference", isNumeric: true),
        .init(title: "95 % interval", isNumeric: true), .init(title: "p (Holm)", isNumeric: true),
        .init(title: last),
      ], rows: rows, headers: 2, isSortable: true
    ).html
  }
}
