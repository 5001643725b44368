internal import Experiments
internal import Measurements
internal import Results
internal import Tracking

/// What tools call the rows of a trained model.
///
/// A row is called as its files are: `clean`, `pgd-0.2-self`, `rotation-3`. In a sweep over a setting of
/// its attack it is `pgd-self`, so that all points have a number of that name, unless two rows of the
/// model would then be called the same.
struct EvaluationNames {
  let rows: [(row: ResultRow, numbers: ModelRows.Row)]
  let axes: [Axis]

  /// The rows that have numbers.
  var evaluations: [TrackedEvaluation] {
    let short = rows.map { Self.name($0.row.key, isSwept: isSwept($0.numbers)) }
    let counts = Dictionary(short.map { ($0, 1) }, uniquingKeysWith: +)
    return zip(rows, short).compactMap { row, short in
      guard let metrics = row.row.metrics else { return nil }
      return TrackedEvaluation(
        counts[short] == 1 ? short : Self.name(row.row.key, isSwept: false),
        accuracy: metrics.accuracy, loss: metrics.loss,
        successRate: metrics.attack?.successRate)
    }
  }

  private func isSwept(_ row: ModelRows.Row) -> Bool {
    let positions = row.evaluations.compactMap(\.position)
    return axes.contains { axis in axis.attack.map(positions.contains) ?? false }
  }

  private static func name(_ key: RowKey, isSwept: Bool) -> String {
    // Clean, or corrupted.
    if key.norm.isEmpty { return key.attack }
    let (ball, source) = RunFolder.stem(
      key.attack, norm: key.norm, epsilon: key.epsilon, source: key.source)
    let name = isSwept ? key.attack : ball
    return key.source.isEmpty ? name : "\(name)-\(source)"
  }
}
