internal import Measurements

/// What a diff says of its tests.
extension TableDiff {
  /// A comparison as a line of the table; what its rows do not share is `*`.
  func line(_ comparison: SeedComparison) -> Line {
    let keys = comparison.rows.map { rows[$0].key }
    let key = keyColumns.indices.map { column in
      keys.allSatisfy { $0[column] == keys[0][column] } ? keys[0][column] : "*"
    }
    var line = Line(
      key: key, column: Column.accuracy.name,
      baseline: NumberText.significant(comparison.baseline, digits: 6),
      candidate: NumberText.significant(comparison.candidate, digits: 6),
      change: comparison.change, verdict: comparison.verdict)
    let p = comparison.adjustedPValue
    let words = p < 0.0001 ? "p < 0.0001" : "p = \(NumberText.significant(p, digits: 2))"
    line.evidence = ", \(words) (\(Results.count(comparison.seeds, "seed")))"
    return line
  }

  /// Says what was tested, how, and what such a test can and cannot show.
  mutating func noteTests(_ level: Double, untested: Int) {
    let percent = NumberText.significant(100 * level, digits: 6)
    let overSeeds = comparisons.filter { $0.test == .pairedT }
    if !overSeeds.isEmpty {
      notes.append(
        "accuracies over seeds: paired t tests, \(percent) %, Holm over "
          + "\(Results.count(comparisons.count, "comparison")): \(tally(overSeeds))\(range(overSeeds))"
      )
    }
    let overExamples = comparisons.filter { $0.test == .mcNemar }
    if !overExamples.isEmpty {
      notes.append(
        "one seed: exact McNemar tests, \(percent) %, Holm over "
          + "\(Results.count(comparisons.count, "comparison")): \(tally(overExamples)). They compare two trained "
          + "models; that a setting or a commit matters they cannot say, for another seed alone can "
          + "make such a difference")
    }
    if untested > 0 {
      notes.append(
        "one seed, and it is not known which examples are right: \(Results.count(untested, "row")) judged by "
          + "size alone")
    }
  }

  private func tally(_ comparisons: [SeedComparison]) -> String {
    let verdicts: [Verdict] = [.regressed, .improved, .inseparable, .withinTolerance]
    return list(
      verdicts.compactMap { verdict in
        let number = comparisons.count { $0.verdict == verdict }
        return number > 0 ? "\(NumberText.grouped(number)) \(verdict.words)" : nil
      })
  }

  /// Which changes so many seeds could have shown.
  private func range(_ comparisons: [SeedComparison]) -> String {
    let changes = comparisons.compactMap(\.smallestChange).map { min(1, $0) }
    guard let least = changes.min(), let most = changes.max() else { return "" }
    let points = [least, most].map { NumberText.significant(100 * $0, digits: 2) }
    let span = points[0] == points[1] ? points[0] : "\(points[0]) to \(points[1])"
    return "; so many seeds show changes of \(span) points (80 % power)"
  }
}
