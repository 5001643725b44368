internal import Measurements
internal import Results

extension ExperimentReport {
  /// Which numbers can be believed, in words.
  func verdicts(_ table: MeasuredTable) -> Section? {
    let judged = results.rows.compactMap(\.metrics?.attack).count
    guard judged > 0 else { return nil }
    let doubts = results.doubts
    let introduction: HTML = """
      A number under an attack is an upper bound: a weak attack, or a model that hides its gradients, makes it too high. \
      Suspicious: true robustness is probably lower. Broken: the number says nothing about robustness.
      """
    guard !doubts.isEmpty else {
      return Section(
        "verdicts", "Can these numbers be believed?", introduction,
        .paragraph(
          badge(.ok)
            + " No sign of an attack that is too weak was found in \(count(judged, "row")). That is no proof."
        ))
    }
    let rows = doubts.map { doubt -> [DataTable.Cell] in
      let accuracies = doubt.rows.compactMap { $0.metrics?.accuracy }
      let (low, high) = (accuracies.min() ?? 0, accuracies.max() ?? 0)
      let accuracy = low == high ? Words.percentNumber(low) : Words.percentRange(low...high)
      let reasons = doubt.reasons.map { HTML.element("li", [:], .text($0)) }
      return [
        .text(doubt.attack), .text(doubt.model),
        .init(badge(doubt.isBroken ? .broken : .suspicious), order: doubt.isBroken ? 0 : 1),
        .init(.text(accuracy), order: low),
        .init(
          reasons.isEmpty
            ? "see results.json" : .element("ul", ["class": "reasons"], reasons)),
      ]
    }
    let others = judged - doubts.reduce(0) { $0 + $1.rows.count }
    var note: HTML = "Do not claim robustness from the numbers in this table."
    if others > 0 {
      note +=
        " The other \(count(others, "row")) under an attack, a corruption or noise show no such sign, which is no proof."
    }
    return Section(
      "verdicts", "Can these numbers be believed?", introduction,
      DataTable(
        caption: "Attacks whose numbers are too high, or may be",
        columns: [
          .init(title: "attack"), .init(title: "model"), .init(title: "verdict"),
          .init(title: "accuracy, %", isNumeric: true), .init(title: "why"),
        ], rows: rows, isSortable: true
      ).html + .note(note))
  }

  private func badge(_ level: AttackVerdict.Level) -> HTML {
    let mark = level == .ok ? "✓" : level == .suspicious ? "?" : "✗"
    return .element(
      "span", ["class": "badge \(level.rawValue)"], .text("\(mark) \(level.rawValue)"))
  }
}
