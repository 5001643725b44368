internal import OrderedCollections
internal import PlainText

/// The result of an experiment for a person at a terminal: one block per attack, points down,
/// models across, in each cell the accuracy over the seeds; the best of a block are marked.
///
/// An experiment of one point is a single block, attacks down and models across.
package struct TerminalTable: Sendable {
  let summary: SummaryTable
  let results: ResultTable
  /// Those that are shown.
  let models: [String]
  private let hiddenModels: Int
  let claims: ClaimText

  /// More models are not shown side by side; their rows are in the file.
  private static let mostModels = 64

  /// - Parameter claims: Those of the table, where they are made already.
  package init(_ table: ResultTable, claims: ClaimText? = nil) {
    results = table
    summary = SummaryTable(table)
    let all = OrderedSet(summary.rows.map(\.model))
    models = Array(all.prefix(Self.mostModels))
    hiddenModels = all.count - models.count
    self.claims = claims ?? ClaimText(table)
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
    let footnotes = footnotes(width: width)
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

  private func heading(_ style: Style) -> String {
    let datasets = OrderedSet(summary.rows.map(\.dataset)).joined(separator: ", ").printable
    let mean = style.showsDeviation ? "mean ± standard deviation" : "mean"
    return
      "\(datasets): accuracy in %, \(claims.seeds == 1 ? "1 seed" : "\(mean) over \(claims.seeds) seeds")"
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
      for row in block.rows {
        let labels = row.labels.map { style.names == .max ? $0 : $0.shortened(to: 2 * style.names) }
        columns.lines.append(labels + row.cells.map { cell($0, style) })
      }
      let indent = block.title.isEmpty ? "" : "  "
      lines += columns.render().map { indent + $0 }
    }
    return lines
  }

  private func cell(_ row: SummaryRow?, _ style: Style) -> String {
    guard let row else { return "" }
    guard let mean = row.accuracy.mean else { return "failed" }
    var text = NumberText.fixed(100 * mean, decimals: 2).leftPadded(to: 6)
    if style.showsDeviation, claims.seeds > 1 {
      let deviation = row.accuracy.standardDeviation.map {
        "± " + NumberText.fixed(100 * $0, decimals: 2)
      }
      text += " " + (deviation ?? "").padded(to: 7)
    }
    text += claims.claims.isLeading(row) ? " *" : "  "
    if style.bar > 0 {
      let bar = Bar(mean, width: style.bar)
      text += " " + bar.filled + bar.ground
    }
    if row.failed > 0 { text += " (\(row.failed) failed)" }
    return text
  }

  private func footnotes(width: Int) -> [String] {
    var lines: [String] = []
    if hiddenModels > 0 {
      lines +=
        [""]
        + "… and \(count(hiddenModels, "more model")), not shown here".wrapped(to: width)
    }
    lines += claimLines(width: width)
    lines += doubts(width: width)
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
}
