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
      ([row.attackWords] + [images.words(row)].compactMap(\.self)).joined(separator: ", ")
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
        rows: byPoint.map { point, rows in
          (axes.map { NumberText.cell(point[$0]) }, cells(rows))
        })
    }
  }
}
