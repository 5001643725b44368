internal import Measurements
internal import PlainText

extension ExperimentComparison {
  /// The comparison for a terminal: the settings that differ, what must be known, and the accuracies,
  /// a block for each model.
  ///
  /// - Parameter width: Columns of the terminal; deviations, and then parts of long names, are left out
  ///   where they do not fit.
  package func text(width: Int = 100) -> String {
    let before =
      list(names).wrapped(to: width) + [""] + settingLines + noteLines(width: width)
    let after = footnotes.flatMap { [""] + $0.wrapped(to: width) }
    var blocks: [String] = []
    for style in [Style(), Style(showsDeviation: false), Style(showsDeviation: false, names: 16)] {
      let seeds = seedWords(withDeviation: style.showsDeviation)
      blocks = "accuracy in %, \(seeds)".wrapped(to: width) + render(style)
      if blocks.allSatisfy({ $0.count <= width }) { break }
    }
    return (before + [""] + blocks + after).map { $0.printable + "\n" }.joined()
  }

  private struct Style {
    var showsDeviation = true
    var names = Int.max
  }

  // MARK: Settings and notes

  private var settingLines: [String] {
    var lines = ["no setting differs"]
    if !settings.differing.isEmpty {
      let rows = settings.differing.map { row in
        [row.path] + row.values.map { ($0 ?? Self.none).shortened(to: 40) }
      }
      lines = TextColumns([["settings that differ"] + names] + rows).render()
    }
    let shared = settings.shared.count
    if shared > 0 {
      lines.append(
        "\(count(shared, "more setting")) \(shared == 1 ? "is" : "are") the same in all: --settings lists them"
      )
    }
    return lines
  }

  /// What stands where an experiment has nothing.
  static let none = "-"

  private func noteLines(width: Int) -> [String] {
    let lines = notes.flatMap { note in
      note.wrapped(to: width - 2).enumerated().map { ($0 == 0 ? "! " : "  ") + $1 }
    }
    return lines.isEmpty ? [] : [""] + lines
  }

  // MARK: Accuracies

  private func render(_ style: Style) -> [String] {
    models.flatMap { model -> [String] in
      let rows = rows.filter { $0.key.model == model }
      let used = axes.indices.filter { axis in rows.contains { !$0.key.point[axis].isEmpty } }
      var columns = TextColumns()
      columns.lines = [
        ([model] + used.map { axes[$0] } + names + (experiments.count == 2 ? ["difference"] : []))
          .map { $0.shortened(to: style.names) }
      ]
      for row in rows {
        let values = used.map { NumberText.cell(row.key.point[$0]) }
        let cells = zip(row.cells, row.isLeading).map { cell($0, isLeading: $1, style) }
        let attack = row.key.attackWords
        let label = style.names == .max ? attack : attack.shortened(to: 2 * style.names)
        columns.lines.append([label] + values + cells + [judgement(of: row)])
      }
      columns.separator = "   "
      return [""] + columns.render()
    }
  }

  private func cell(_ cell: ComparedCell?, isLeading: Bool, _ style: Style) -> String {
    guard let cell else { return Self.none }
    let accuracy = cell.accuracy
    guard let mean = accuracy.mean else { return "failed" }
    var text = NumberText.fixed(100 * mean, decimals: 2).leftPadded(to: 6)
    if style.showsDeviation, let deviation = accuracy.standardDeviation {
      text += " " + "± \(NumberText.fixed(100 * deviation, decimals: 2))".padded(to: 7)
    }
    if isLeading { text += " *" }
    switch cell.verdict {
    case .suspicious: text += " ?"
    case .broken: text += " ✗"
    case .ok, nil: break
    }
    return cell.failed > 0 ? text + " (\(cell.failed) failed)" : text
  }

  /// Of two experiments the difference and what the seeds say of it; else why nothing is said.
  private func judgement(of row: ComparedRow) -> String {
    guard let change = change(of: row) else {
      return row.obstacle == .missing ? "" : row.verdict
    }
    let interval = row.comparison?.interval.map {
      " (\(Self.points($0.lowerBound)) to \(Self.points($0.upperBound)))"
    }
    return (Self.points(change) + (interval ?? "")).padded(to: 26) + "  " + row.verdict
  }

  /// The second experiment's accuracy less the first one's: over the seeds that are compared, else
  /// over those that both have, else of the means; `nil` where one has none, or where there are more
  /// than two.
  package func change(of row: ComparedRow) -> Double? {
    if let comparison = row.comparison { return comparison.change }
    let cells = row.cells.compactMap(\.self)
    guard experiments.count == 2, cells.count == 2 else { return nil }
    let seeds = cells[0].seeds.filter { cells[1].measurements[$0] != nil }
    let means = cells.compactMap {
      seeds.isEmpty ? $0.accuracy.mean : $0.mean(.accuracy, over: seeds)
    }
    return means.count == 2 ? means[1] - means[0] : nil
  }

  /// `+3.50`, of a share.
  package static func points(_ share: Double) -> String {
    let text = NumberText.fixed(100 * share, decimals: 2)
    return text.hasPrefix("-") || text == "0.00" ? text : "+" + text
  }

  private var footnotes: [String] { [testWords, oneSeedWords].compactMap(\.self) }
}
