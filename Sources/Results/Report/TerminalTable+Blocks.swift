internal import OrderedCollections
internal import PlainText

/// What the blocks of a terminal's table hold.
extension TerminalTable {
  /// One matrix of cells.
  struct Block {
    var title: String
    /// Names of the columns left of the cells.
    var labels: [String]
    var rows: [(labels: [String], cells: [SummaryRow?])]
  }

  var blocks: [Block] {
    let points = OrderedSet(summary.rows.map(\.point))
    let images = FewerImages(results)
    let byAttack = OrderedDictionary(grouping: summary.rows) { row in
      ([attackWords(row)] + [images.words(row)].compactMap(\.self)).joined(separator: ", ")
    }
    let cells = { (rows: [SummaryRow]) in
      let byModel = Dictionary(rows.map { ($0.model, $0) }) { first, _ in first }
      return models.map { byModel[$0] }
    }
    if points.count == 1 {
      let rows = byAttack.map { attack, rows in
        (labels: [attack], cells: cells(rows))
      }
      return [Block(title: "", labels: [""], rows: rows)]
    }
    return byAttack.map { attack, rows in
      // A setting of another attack has no column here.
      let axes = summary.axes.indices.filter { axis in rows.contains { !$0.point[axis].isEmpty } }
      let byPoint = OrderedDictionary(grouping: rows, by: \.point)
      return Block(
        title: attack.printable, labels: axes.map { summary.axes[$0] },
        rows: byPoint.map { point, rows in (axes.map { words(of: point[$0]) }, cells(rows)) })
    }
  }

  /// `fgsm linf 0.2, source base`; of clean and corrupted images, which have no ball, `rotation-3`.
  func attackWords(_ row: SummaryRow) -> String {
    words(ofAttack: row.attack, row.norm, row.epsilon, source: row.source)
  }

  func attackWords(_ key: RowKey) -> String {
    words(ofAttack: key.attack, key.norm, key.epsilon, source: key.source)
  }

  func words(
    ofAttack attack: String, _ norm: String, _ epsilon: Double, source: String
  ) -> String {
    guard !norm.isEmpty else { return attack }
    let radius = epsilon.pixelSteps ?? NumberText.significant(epsilon, digits: 6)
    let ball = "\(attack) \(norm) \(radius)"
    return source.isEmpty ? ball : "\(ball), source \(source)"
  }

  /// A value of a point: `8/255` for the number that the table has.
  func words(of value: String) -> String { Double(value)?.pixelSteps ?? value }
}
