internal import FoundationEssentials
internal import Measurements
internal import PlainText

extension ExperimentComparison {
  /// The metrics that are listed: means over the seeds. The counts of examples follow from the others.
  private static let metrics = Column.metrics.filter {
    ![.examples, .correct, .accuracyLow, .accuracyHigh, .cleanCorrect].contains($0)
  }

  /// The column that says which metric a row is of.
  package static let metricColumn = "metric"

  /// The columns that texts show even where all their cells are alike.
  var tellingColumns: Set<String> {
    Set(
      [Column.model.name, Column.attack.name, Self.metricColumn, "change", "best", "verdict"]
        + valueColumns)
  }

  /// The columns of the experiments: their names, as far as no other column has them.
  package var valueColumns: [String] {
    var taken = Set(keyColumns + Self.judgementColumns + ["best"])
    return names.map { name in
      var column = name.isEmpty ? "experiment" : name
      while !taken.insert(column).inserted { column = "experiment." + column }
      return column
    }
  }

  private var keyColumns: [String] {
    let fixed = [Column.model, .attack, .source, .norm, .epsilon].map(\.name) + [Self.metricColumn]
    // A swept path may be called like a column of ours.
    return axes.map {
      fixed.contains($0) || Self.judgementColumns.contains($0) ? "sweep." + $0 : $0
    }
      + fixed
  }

  private static let judgementColumns = [
    "change", "ci_low", "ci_high", "p_holm", "verdict",
  ]

  /// The measured quantities as a table: a row for each metric, a column for each experiment; of two
  /// experiments also the difference of the second one from the first, with interval and verdict for
  /// accuracies.
  package var table: CSVTable {
    let isPair = experiments.count == 2
    let last = isPair ? Self.judgementColumns : ["best", "verdict"]
    return CSVTable(
      columns: keyColumns + valueColumns + last,
      rows: rows.flatMap { row in
        Self.metrics.compactMap { metric -> [String]? in
          let means = row.cells.map { $0?.mean(metric) }
          guard means.contains(where: { $0 != nil }) || metric == .accuracy else { return nil }
          let key = row.key
          let keys =
            key.point.map { $0 }
            + [key.model, key.attack, key.source, key.norm, NumberText.shortest(key.epsilon)]
          let values = means.map { $0.map(NumberText.shortest) ?? "" }
          let isAccuracy = metric == .accuracy
          let judged =
            isPair
            ? judgement(of: row, means, isAccuracy: isAccuracy)
            : isAccuracy ? [row.leaders(names).joined(separator: ", "), row.verdict] : ["", ""]
          return keys + [metric.name] + values + judged
        }
      })
  }

  private func judgement(
    of row: ComparedRow, _ means: [Double?], isAccuracy: Bool
  ) -> [String] {
    func text(_ value: Double?) -> String {
      value.map { NumberText.shortest(NumberText.withoutNoise($0)) } ?? ""
    }
    guard isAccuracy else {
      let both = means.compactMap(\.self)
      return [text(both.count == 2 ? both[1] - both[0] : nil), "", "", "", ""]
    }
    let interval = row.comparison?.interval
    return [
      text(change(of: row)), text(interval?.lowerBound), text(interval?.upperBound),
      text(row.comparison?.adjustedPValue), row.verdict,
    ]
  }

  /// The settings as a table, those that differ first.
  package var settingTable: CSVTable {
    // None of the experiments' columns is called `setting` or `differs`.
    var taken: Set<String> = ["setting", "differs"]
    let columns = names.map { name in
      var column = name.isEmpty ? "experiment" : name
      while !taken.insert(column).inserted { column = "experiment." + column }
      return column
    }
    func rows(_ rows: [SettingComparison.Row], _ differs: String) -> [[String]] {
      rows.map { [$0.path] + $0.values.map { $0 ?? "" } + [differs] }
    }
    return CSVTable(
      columns: ["setting"] + columns + ["differs"],
      rows: rows(settings.differing, "true") + rows(settings.shared, "false"))
  }

  /// Everything for programs, but the measured quantities: an object whose last entry the caller adds.
  ///
  /// - Parameter rows: Those that are shown, as `TableListing` has them.
  /// - Throws: `EncodingError`, never for a comparison.
  package func json(_ rows: TableListing) throws -> String {
    let document = Document(
      experiments: experiments.map { one in
        .init(
          name: one.name, rows: one.table.rows.count,
          failed: one.table.rows.count { $0.status != .ok }, seeds: one.seeds)
      },
      settings: .init(
        differing: settings.differing.map { row in
          .init(
            setting: row.path,
            values: Dictionary(
              uniqueKeysWithValues: zip(names, row.values.map { CellValue($0 ?? "") })))
        }, same: settings.shared.count), notes: notes, rows: rows.objects)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(document), as: UTF8.self).printableJSON + "\n"
  }

  private struct Document: Encodable {
    var schema_version = 1
    var experiments: [Experiment]
    var settings: Settings
    var notes: [String]
    var rows: [[String: CellValue]]

    struct Experiment: Encodable {
      var name: String
      var rows: Int
      var failed: Int
      var seeds: [Int]
    }

    struct Settings: Encodable {
      var differing: [Setting]
      var same: Int
    }

    struct Setting: Encodable {
      var setting: String
      var values: [String: CellValue]
    }
  }
}

extension ExperimentComparison {
  /// What Markdown has above the measured quantities: settings that differ, and notes.
  package var markdownHeading: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map { TableDiff.escaped($0) }.joined(separator: " | ") + " |\n"
    }
    var text = ""
    if !settings.differing.isEmpty {
      text += line(["setting"] + names) + line(["---"] + names.map { _ in "---" })
      for row in settings.differing {
        text += line([row.path] + row.values.map { $0 ?? Self.none })
      }
      text += "\n"
    }
    let shared = settings.shared.count
    text += "\(count(shared, "setting")) \(shared == 1 ? "is" : "are") the same in all.\n\n"
    for note in notes { text += "- \(TableDiff.escaped(note))\n" }
    return notes.isEmpty ? text : text + "\n"
  }

  /// What Markdown has below them: how accuracies were tested.
  package var markdownEnd: String {
    [testWords, oneSeedWords].compactMap(\.self).map { "\n\(TableDiff.escaped($0))\n" }.joined()
  }
}
