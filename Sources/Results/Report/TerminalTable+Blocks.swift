internal import OrderedCollections
internal import PlainText

/// What the blocks of a terminal's table hold, and which cells are the best.
extension TerminalTable {
  /// One matrix of cells.
  struct Block {
    var title: String
    /// Names of the columns left of the cells.
    var labels: [String]
    var rows: [(labels: [String], cells: [SummaryRow?])]
    /// Of all models, also of those that are not shown.
    var summaries: [SummaryRow]
    /// By the attack's swept settings, the greatest mean of the rows with these settings: a
    /// stronger attack lowers every accuracy, so that rows of other settings are no rivals.
    var best: [[String]: Double] = [:]
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
      return [Block(title: "", labels: [""], rows: rows, summaries: summary.rows)]
    }
    return byAttack.map { attack, rows in
      // A setting of another attack has no column here.
      let axes = summary.axes.indices.filter { axis in rows.contains { !$0.point[axis].isEmpty } }
      let byPoint = OrderedDictionary(grouping: rows, by: \.point)
      return Block(
        title: attack.printable, labels: axes.map { summary.axes[$0] },
        rows: byPoint.map { point, rows in (axes.map { NumberText.cell(point[$0]) }, cells(rows)) },
        summaries: rows, best: best(of: rows))
    }
  }

  // MARK: The best

  /// The row's swept settings of its attack.
  func attackValues(_ row: SummaryRow) -> [String] { attackAxes.map { row.point[$0] } }

  /// The greatest means of an attack's rows where there is something to choose; clean rows are not
  /// rivals.
  private func best(of rows: [SummaryRow]) -> [[String]: Double] {
    guard !rows.contains(where: \.isClean) else { return [:] }
    return Dictionary(grouping: rows, by: attackValues).compactMapValues { rows in
      let means = rows.compactMap(\.accuracy.mean)
      guard let best = means.max(), means.contains(where: { $0 < best }) else { return nil }
      return best
    }
  }

  /// The attack, the model and the point of each best cell of a block.
  func winners(of block: Block) -> [String] {
    var left = block.best
    return block.summaries.compactMap { row in
      let values = attackValues(row)
      guard let best = left[values], row.accuracy.mean == best else { return nil }
      left[values] = nil
      let point = zip(summary.axes, row.point).filter { !$1.isEmpty }.map {
        ", \($0)=\(NumberText.cell($1))"
      }
      return "\(block.title): \((row.model + point.joined()).printable),"
        + " \(NumberText.fixed(100 * best, decimals: 2)) %"
    }
  }
}
