internal import OrderedCollections
internal import PlainText

/// The result of an experiment for a person at a terminal: one block per attack, points down,
/// models across, in each cell the accuracy over the seeds; the best of a block is marked.
///
/// An experiment of one point is a single block, attacks down and models across.
package struct TerminalTable: Sendable {
  private let summary: SummaryTable
  private let results: ResultTable
  /// Those that are shown.
  private let models: [String]
  private let hiddenModels: Int
  private let seeds: Int

  /// More models are not shown side by side; their rows are in the file.
  private static let mostModels = 64

  package init(_ table: ResultTable) {
    results = table
    summary = SummaryTable(table)
    let all = OrderedSet(summary.rows.map(\.model))
    models = Array(all.prefix(Self.mostModels))
    hiddenModels = all.count - models.count
    seeds = Set(table.rows.map(\.key.seed)).count
  }

  /// The tables as text that fits `width` columns, as far as it can: bars go first, then
  /// deviations, then parts of long names.
  package func text(width: Int = 100) -> String {
    guard !summary.rows.isEmpty else { return "no rows\n" }
    let styles = [
      Style(bar: 16), Style(bar: 8), Style(), Style(showsDeviation: false),
      Style(showsDeviation: false, names: 16), Style(showsDeviation: false, names: 8),
    ]
    let blocks = blocks
    let footnotes = footnotes(blocks, width: width)
    var lines: [String] = []
    for style in styles {
      lines = heading(style).wrapped(to: width) + render(blocks, style) + footnotes
      if lines.allSatisfy({ $0.count <= width }) { break }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What a cell shows, and how long names may be.
  private struct Style {
    var bar = 0
    var showsDeviation = true
    var names = Int.max
  }

  /// One matrix of cells.
  private struct Block {
    var title: String
    /// Names of the columns left of the cells.
    var labels: [String]
    var rows: [(labels: [String], cells: [SummaryRow?])]
    /// Of all models, also of those that are not shown.
    var summaries: [SummaryRow]
  }

  private func heading(_ style: Style) -> String {
    let datasets = OrderedSet(summary.rows.map(\.dataset)).joined(separator: ", ").printable
    let mean = style.showsDeviation ? "mean ± standard deviation" : "mean"
    return "\(datasets): accuracy in %, \(seeds == 1 ? "1 seed" : "\(mean) over \(seeds) seeds")"
  }

  private var blocks: [Block] {
    let points = OrderedSet(summary.rows.map(\.point))
    let byAttack = OrderedDictionary(grouping: summary.rows, by: attackWords)
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
      let byPoint = OrderedDictionary(grouping: rows, by: \.point)
      return Block(
        title: attack.printable, labels: summary.axes,
        rows: byPoint.map { point, rows in (labels: point, cells: cells(rows)) }, summaries: rows)
    }
  }

  /// `fgsm linf 0.2, source base`.
  private func attackWords(_ row: SummaryRow) -> String {
    guard !row.isClean else { return row.attack }
    return
      "\(row.attack) \(row.norm) \(NumberText.significant(row.epsilon, digits: 6)), source \(row.source)"
  }

  private func render(_ blocks: [Block], _ style: Style) -> [String] {
    var lines: [String] = []
    for block in blocks {
      lines.append("")
      if !block.title.isEmpty { lines.append(block.title) }
      var columns = TextColumns()
      columns.alignments =
        block.labels.map { _ in .left }
        + models.map { _ in .left }
      columns.separator = style.bar > 0 || style.showsDeviation ? "   " : "  "
      columns.lines = [(block.labels + models).map { $0.shortened(to: style.names) }]
      let best = bestMean(of: block)
      for row in block.rows {
        let labels = row.labels.map { style.names == .max ? $0 : $0.shortened(to: 2 * style.names) }
        columns.lines.append(labels + row.cells.map { cell($0, best: best, style) })
      }
      let indent = block.title.isEmpty ? "" : "  "
      lines += columns.render().map { indent + $0 }
    }
    return lines
  }

  /// The greatest mean of a block in which there is something to choose; rows of several attacks
  /// and clean rows are not rivals.
  private func bestMean(of block: Block) -> Double? {
    let rows = block.summaries
    guard !block.title.isEmpty, !rows.contains(where: \.isClean) else { return nil }
    let means = rows.compactMap(\.accuracy.mean)
    guard let best = means.max(), means.contains(where: { $0 < best }) else { return nil }
    return best
  }

  private func cell(_ row: SummaryRow?, best: Double?, _ style: Style) -> String {
    guard let row else { return "" }
    guard let mean = row.accuracy.mean else { return "failed" }
    var text = NumberText.fixed(100 * mean, decimals: 2).leftPadded(to: 6)
    if style.showsDeviation, seeds > 1 {
      let deviation = row.accuracy.standardDeviation.map {
        "± " + NumberText.fixed(100 * $0, decimals: 2)
      }
      text += " " + (deviation ?? "").padded(to: 7)
    }
    text += mean == best ? " *" : "  "
    if style.bar > 0 {
      let bar = Bar(mean, width: style.bar)
      text += " " + bar.filled + bar.ground
    }
    if row.failed > 0 { text += " (\(row.failed) failed)" }
    return text
  }

  private func footnotes(_ blocks: [Block], width: Int) -> [String] {
    var lines: [String] = []
    if hiddenModels > 0 {
      lines +=
        [""]
        + "… and \(count(hiddenModels, "more model")), not shown here".wrapped(to: width)
    }
    let winners = blocks.compactMap { block in winner(of: block).map { "\(block.title): \($0)" } }
    if !winners.isEmpty {
      lines += ["", "* most robust"]
      for winner in winners {
        lines += winner.wrapped(to: width - 4).enumerated().map { ($0 == 0 ? "  " : "    ") + $1 }
      }
    }
    let failed = results.rows.filter { $0.status != .ok }
    if !failed.isEmpty {
      let kinds = RowStatus.allCases.compactMap { status -> String? in
        let number = failed.count { $0.status == status }
        return number > 0 ? "\(NumberText.grouped(number)) \(status.rawValue)" : nil
      }
      let rows = count(results.rows.count, "row")
      let note = "\(NumberText.grouped(failed.count)) of \(rows) failed: \(list(kinds))"
      lines += [""] + note.wrapped(to: width)
    }
    return lines
  }

  /// The model and the point of a block's best cell.
  private func winner(of block: Block) -> String? {
    guard let best = bestMean(of: block) else { return nil }
    guard let row = block.summaries.first(where: { $0.accuracy.mean == best }) else { return nil }
    let point = zip(summary.axes, row.point).map { ", \($0)=\($1)" }.joined()
    return "\((row.model + point).printable), \(NumberText.fixed(100 * best, decimals: 2)) %"
  }
}
