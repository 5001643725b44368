internal import Measurements
internal import OrderedCollections
package import Results
internal import Statistics

/// A row of the summary with what figures draw of it: an interval, a verdict, its kind.
package struct MeasuredRow: Hashable {
  package let row: SummaryRow
  /// In `0...1`; `nil` where all seeds failed.
  let accuracy: Double?
  /// 95 %: over seeds where there are several, else over test images.
  let interval: ClosedRange<Double>?
  /// The accuracy on the same images without the attack; `nil` where rows do not say it.
  let cleanAccuracy: Double?
  /// The worst of its runs; `nil` for clean rows.
  let verdict: AttackVerdict.Level?
  let kind: AttackKind

  var attackWords: String { row.attackWords }
}

/// The summary of a table, and what its axes are.
package struct MeasuredTable {
  let axes: [String]
  package let rows: [MeasuredRow]
  /// In order of first appearance; a model's place is its colour on the whole page.
  let models: OrderedSet<String>
  let seeds: Int

  package init(_ report: ExperimentReport) {
    let table = report.results
    axes = table.axes
    let groups = OrderedDictionary(grouping: table.rows) { row in
      var key = row.key
      (key.run, key.seed) = ("", 0)
      return key
    }
    // The summary groups the same rows in the same order.
    rows = zip(SummaryTable(table).rows, groups.values).map { summary, rows in
      MeasuredRow(summary, rows, kind: report.kind(of: summary))
    }
    models = OrderedSet(rows.map(\.row.model))
    seeds = Set(table.rows.map(\.key.seed)).count
  }

  /// Which colour a model has.
  func colour(of model: String) -> Int { models.firstIndex(of: model) ?? 0 }

  /// What the error bars are, in words.
  var intervalWords: String {
    let kinds = Set(rows.filter { $0.interval != nil }.map { $0.row.n > 1 })
    if kinds == [true] {
      return "Error bars are 95 % intervals of the mean over the seeds (Student's t)."
    }
    if kinds == [false] {
      return "Error bars are Wilson's 95 % intervals: how exact the number of this one trained"
        + " model is. Another training would differ by more."
    }
    return "Error bars are 95 % intervals: over the seeds where there are several (Student's t),"
      + " else over the test images (Wilson)."
  }
}

extension MeasuredRow {
  fileprivate init(_ summary: SummaryRow, _ rows: [ResultRow], kind: AttackKind) {
    row = summary
    accuracy = summary.accuracy.mean
    let metrics = rows.compactMap(\.metrics)
    if let low = summary.accuracy.low, let high = summary.accuracy.high {
      interval = low...high
    } else {
      interval = metrics.count == 1 ? metrics[0].accuracyInterval : nil
    }
    cleanAccuracy =
      Sample(
        metrics.compactMap { one in
          one.attack.map { Double($0.cleanCorrect) / Double(one.examples) }
        }
      ).mean
    let levels = metrics.compactMap(\.attack?.verdict.level)
    verdict = AttackVerdict.Level.allCases.last(where: levels.contains)
    self.kind = kind
  }
}

extension ExperimentReport {
  /// What the row's attack is: as the caller says, else a corruption where it has no ball, and noise
  /// where its name begins like that of the noises.
  func kind(of row: SummaryRow) -> AttackKind {
    if let kind = kinds[row.attack] { return kind }
    if row.norm.isEmpty { return row.isClean ? .attack : .corruption }
    return row.attack.hasPrefix("noise-") ? .noise : .attack
  }
}
