internal import Measurements
internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// The accuracy of each model under each attack at each point.
  func summary(_ table: MeasuredTable) -> Section? {
    guard !table.rows.isEmpty else { return nil }
    struct Place: Hashable {
      var attack: String
      var point: [String]
    }
    let images = FewerImages(results)
    // The points of an attack stand together.
    let byAttack = OrderedDictionary(grouping: table.rows, by: \.attackWords)
    let places = OrderedDictionary(grouping: byAttack.values.joined()) { row in
      Place(
        attack: ([row.attackWords] + [images.words(row.row)].compactMap(\.self))
          .joined(separator: ", "), point: row.row.point)
    }
    let axes = table.axes.indices.filter { axis in
      table.rows.contains { !$0.row.point[axis].isEmpty }
    }
    let columns =
      [DataTable.Column(title: "attack")]
      + axes.map { .init(title: table.axes[$0], isNumeric: table.isNumeric($0)) }
      + table.models.map { .init(title: $0, isNumeric: true) }
    let rows = places.map { place, rows -> [DataTable.Cell] in
      let byModel = Dictionary(rows.map { ($0.row.model, $0) }) { first, _ in first }
      return [.text(place.attack)]
        + axes.map { axis in
          .init(.text(NumberText.cell(place.point[axis])), order: Double(place.point[axis]))
        } + table.models.map { cell(byModel[$0]) }
    }
    let seeds = count(table.seeds, "seed")
    let introduction: HTML = """
      How many test images each model classifies correctly, in percent: \(table.seeds > 1 ? "the mean over \(seeds)" : "of \(seeds)"), \
      with its 95 % interval. Clean images first, then each attack; an attack's number is an upper bound, because a better attack may find more.
      """
    return Section(
      "summary", "Accuracy of all models", introduction,
      DataTable(
        caption: "Accuracy in percent, by attack\(axes.isEmpty ? "" : " and setting") and model",
        columns: columns, rows: rows, isSortable: true
      ).html + .note(.text(table.summaryNote)))
  }

  private func cell(_ row: MeasuredRow?) -> DataTable.Cell {
    guard let row else { return .init(.empty, order: .nan) }
    guard let accuracy = row.accuracy else { return .init("failed", order: .nan) }
    var content: HTML = .text(Words.percentNumber(accuracy))
    if let verdict = row.verdict, verdict != .ok {
      let mark: HTML = verdict == .broken ? "✗" : "?"
      content =
        .element("abbr", ["class": "doubt \(verdict.rawValue)", "title": verdict.rawValue], mark)
        + content
    }
    if let interval = row.interval {
      content += .element("span", ["class": "sub"], .text(Words.percentRange(interval)))
    }
    if row.row.failed > 0 {
      content += .element("span", ["class": "sub"], "\(row.row.failed) failed")
    }
    return .init(content, order: accuracy, share: accuracy)
  }
}

extension MeasuredTable {
  /// Whether all values of the axis are numbers.
  func isNumeric(_ axis: Int) -> Bool {
    rows.allSatisfy { $0.row.point[axis].isEmpty || Double($0.row.point[axis]) != nil }
  }

  fileprivate var summaryNote: String {
    let doubted = rows.contains { ($0.verdict ?? .ok) != .ok }
    let over = Set(rows.filter { $0.interval != nil }.map { $0.row.n > 1 })
    var note = ""
    if over.contains(true) {
      note += "Intervals over several seeds are Student's, of the mean. "
    }
    if over.contains(false) {
      note +=
        "Intervals of one seed are Wilson's, over the test images: they do not say how much"
        + " another training would differ. "
    }
    if doubted { note += "? is a suspicious number, ✗ a broken one: see the verdicts." }
    return note
  }
}
