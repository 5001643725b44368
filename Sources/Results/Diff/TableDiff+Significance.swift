internal import Measurements
internal import OrderedCollections
internal import Statistics

/// How differences of accuracies are judged: by their size, or by what chance explains.
package struct Significance: Sendable {
  /// The chance of one false alarm or more in a diff without a difference.
  package var level: Double
  /// Which examples are right, by rows from 0; of tables that are not known to have any, none. They
  /// are asked for only where there is one seed.
  package var baselineRight: @Sendable (Int) -> RightExamples?
  package var candidateRight: @Sendable (Int) -> RightExamples?

  package init(
    level: Double,
    baselineRight: @escaping @Sendable (Int) -> RightExamples? = { _ in nil },
    candidateRight: @escaping @Sendable (Int) -> RightExamples? = { _ in nil }
  ) {
    self.level = level
    self.baselineRight = baselineRight
    self.candidateRight = candidateRight
  }
}

extension TableDiff {
  /// Judges rows that differ by what seeds or examples say of their accuracies; the other numbers of
  /// these rows are not judged. Rows that have failed, lack numbers, or are of other numbers of
  /// examples stay as they are.
  ///
  /// - Parameters:
  ///   - accuracies: Of a row, by its place in the diff: the baseline's and the candidate's, and the
  ///     texts of all its numbers. Rows with the same numbers are of one training.
  mutating func test(
    _ significance: Significance, _ tolerance: Tolerance,
    _ accuracies: (Row) -> (baseline: Double, candidate: Double, numbers: [String])?
  ) {
    guard let seed = keyColumns.firstIndex(of: Column.seed.name) else { return }
    let testable = rows.indices.filter { isTestable(rows[$0]) }
    let groups = OrderedDictionary(grouping: testable) { place in
      var key = rows[place].key
      key[seed] = ""
      return key
    }
    var found: OrderedDictionary<[[String]], SeedComparison> = [:]
    var untested = 0
    for places in groups.values where places.contains(where: { rows[$0].verdict != .equal }) {
      let ordered = places.sorted { Self.seedOrder(rows[$0].key[seed], rows[$1].key[seed]) }
      let numbers = ordered.compactMap { accuracies(rows[$0]) }
      guard numbers.count == ordered.count else { continue }
      let identity = zip(ordered, numbers).map { [rows[$0].key[seed]] + $1.numbers }
      if found[identity] != nil {
        found[identity]?.rows += ordered
        continue
      }
      if let comparison = comparison(
        ordered, numbers.map { ($0.baseline, $0.candidate) }, significance)
      {
        found[identity] = comparison
      } else {
        untested += 1
      }
    }
    comparisons = decided(Array(found.values), significance.level, tolerance)
    for comparison in comparisons {
      for place in comparison.rows { take(comparison.verdict, place) }
    }
    noteTests(significance.level, untested: untested)
  }

  /// Whether chance could explain what differs in a row.
  private func isTestable(_ row: Row) -> Bool {
    guard row.baselineRow != nil, row.candidateRow != nil else { return false }
    return row.cells.allSatisfy {
      $0.verdict != .notFinite && $0.verdict != .failed && $0.column != kind?.statusColumn
        && $0.column != Column.examples.name
    }
  }

  private static func seedOrder(_ a: String, _ b: String) -> Bool {
    switch (KeyText.wholeNumber(a), KeyText.wholeNumber(b)) {
    case (let first?, let second?): first < second
    default: a < b
    }
  }

  private func comparison(
    _ places: [Int], _ accuracies: [(baseline: Double, candidate: Double)],
    _ significance: Significance
  ) -> SeedComparison? {
    if places.count > 1 {
      return SeedComparison(
        rows: places, baseline: accuracies.map(\.baseline), candidate: accuracies.map(\.candidate))
    }
    let row = rows[places[0]]
    guard let before = row.baselineRow.flatMap(significance.baselineRight),
      let after = row.candidateRow.flatMap(significance.candidateRight), before.count == after.count
    else { return nil }
    return SeedComparison(rows: places, baseline: before, candidate: after)
  }

  private func decided(
    _ comparisons: [SeedComparison], _ level: Double, _ tolerance: Tolerance
  ) -> [SeedComparison] {
    let adjusted = HolmCorrection.adjusted(comparisons.map(\.pValue))
    var effects = SmallestEffects(level: level / Double(max(1, comparisons.count)))
    return zip(comparisons, adjusted).map { comparison, adjusted in
      var comparison = comparison
      comparison.adjustedPValue = adjusted
      comparison.decide(level: level, tolerance)
      comparison.planSeeds(&effects)
      return comparison
    }
  }

  /// Gives a row the verdict of its comparison. Of its numbers the accuracy stays, where it differs: only
  /// accuracies were tested.
  private mutating func take(_ verdict: Verdict, _ place: Int) {
    if rows[place].verdict == .equal { return }
    rows[place].cells = rows[place].cells.filter { $0.column == Column.accuracy.name }
    for cell in rows[place].cells.indices { rows[place].cells[cell].verdict = verdict }
    rows[place].verdict = rows[place].cells.isEmpty ? .inseparable : verdict
  }
}
