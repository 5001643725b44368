internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// What each member of an ensemble leaves of the accuracy, one after the other.
  ///
  /// - Source: Croce and Hein 2020, arXiv:2003.01690, section 5 (the order of AutoAttack).
  func waterfall(_ table: MeasuredTable) -> Section? {
    let names = Set(table.rows.map(\.row.attack))
    let members = OrderedDictionary(
      grouping: table.rows.filter { row in
        row.accuracy != nil && row.row.ensemble.map { names.contains($0) } ?? false
      }
    ) { Ensemble($0.row) }
    let panels = members.compactMap { table.steps($0, $1) }
    guard !panels.isEmpty else { return nil }
    let shown = Array(panels.prefix(Self.mostWaterfalls))
    let rest =
      panels.count > shown.count
      ? " \(panels.count - shown.count) more are in the table above." : ""
    let caption: HTML = """
      Solid: what is still right after this member and all before it. Shaded: what this member took. The last number is that of the ensemble.\(rest)
      """
    let introduction: HTML = """
      An ensemble runs its attacks one after the other, each on the images that are still right. \
      A late member that still takes much is a sign that the first ones, and attacks like them, are too weak for this model.
      """
    let figure: HTML = .element(
      "figure", [:], .element("div", ["class": "panels"], shown.map(\.html)),
      .element("figcaption", [:], caption),
      .details("Numbers of this figure", WaterfallPanel.table(shown).html))
    return Section("ensembles", "Ensembles, member by member", introduction, figure)
  }

  private static let mostWaterfalls = 12
}

/// An ensemble at one epsilon on one model at one point.
private struct Ensemble: Hashable {
  let attack: String?
  let source: String
  let norm: String
  let epsilon: Double
  let model: String
  let point: [String]

  init(_ row: SummaryRow) {
    attack = row.ensemble
    source = row.source
    norm = row.norm
    epsilon = row.epsilon
    model = row.model
    point = row.point
  }
}

extension MeasuredTable {
  fileprivate func steps(_ ensemble: Ensemble, _ rows: [MeasuredRow]) -> WaterfallPanel? {
    guard let first = rows.first?.cleanAccuracy else { return nil }
    let attack = ensemble.attack ?? ""
    let settings = zip(axes, ensemble.point).filter { !$1.isEmpty }
      .map { "\($0)=\(NumberText.cell($1))" }
    return WaterfallPanel(
      title: ([ensemble.model] + settings).joined(separator: ", "),
      subtitle: "\(attack) \(ensemble.norm) \(NumberText.radius(ensemble.epsilon))",
      colour: colour(of: ensemble.model), clean: first,
      steps: rows.compactMap { row in
        row.accuracy.map { (String(row.row.attack.dropFirst(attack.count + 1)), $0) }
      })
  }
}

extension SummaryRow {
  /// As ``RowKey/ensemble``.
  fileprivate var ensemble: String? {
    RowKey(
      run: "", point: point, seed: 0, dataset: dataset, model: model, attack: attack,
      source: source, norm: norm, epsilon: epsilon
    ).ensemble
  }
}
