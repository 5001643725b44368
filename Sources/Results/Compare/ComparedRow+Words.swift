internal import Measurements

extension ComparedRow {
  /// What the seeds say of the second experiment's accuracy, or why they say nothing; of more than two
  /// experiments why, where they say nothing.
  package var verdict: String {
    if let obstacle { return obstacle.words }
    guard cells.count == 2 else { return "" }
    let accuracies = cells.map { $0?.measurements.mapValues(\.accuracy) }
    if accuracies[0] == accuracies[1] { return "equal" }
    return switch comparison?.verdict {
    case .improved: "higher"
    case .regressed: "lower"
    default: "not separable"
    }
  }

  /// The names of ``isLeading``.
  func leaders(_ names: [String]) -> [String] {
    zip(names, isLeading).filter(\.1).map(\.0)
  }
}

extension ComparisonObstacle {
  /// In a cell.
  var words: String { self == .oneSeed ? "no claim (1 seed)" : rawValue }
}

extension ExperimentComparison {
  /// How accuracies were tested, and what follows from that; `nil` where nothing was.
  package var testWords: String? {
    guard family > 0 else { return nil }
    if experiments.count > 2 {
      return "* best, or not separable from the best; nothing is marked where seeds separate none "
        + "(paired t test, 5 %, Holm over \(count(family, "pair")))"
    }
    let comparisons = rows.compactMap(\.comparison)
    let isPaired = comparisons.contains { $0.test == .pairedT }
    let isUnpaired = comparisons.contains { $0.test == .welch }
    let test = [isPaired ? "paired t test" : nil, isUnpaired ? "Welch's t test" : nil]
      .compactMap(\.self).joined(separator: " or ")
    let changes = comparisons.compactMap(\.smallestChange).map { min(1, $0) }
    var words =
      "\(names[1]) less \(names[0]), in points, with 95 % interval (\(test) over seeds, 5 %, Holm over "
      + "\(count(family, "comparison")))"
    if let least = changes.min(), let most = changes.max() {
      let points = [least, most].map { NumberText.significant(100 * $0, digits: 2) }
      words +=
        "; so many seeds show differences of "
        + (points[0] == points[1] ? points[0] : "\(points[0]) to \(points[1])")
        + " points (80 % power)"
    }
    return words
  }

  /// Why nothing can be claimed where there is one seed; `nil` elsewhere.
  package var oneSeedWords: String? {
    rows.contains { $0.obstacle == .oneSeed }
      ? "1 seed: which experiment is better cannot be said, for other seeds give other numbers; "
        + "`seeds: 5` trains five times" : nil
  }

  /// `mean over 3 seeds`, or `mean ± standard deviation over 3 seeds`.
  package func seedWords(withDeviation: Bool = false) -> String {
    let mean = withDeviation ? "mean ± standard deviation" : "mean"
    let counts = Set(experiments.map(\.seeds.count))
    guard let seeds = counts.first, counts.count == 1 else { return "\(mean) over the seeds" }
    return seeds == 1 ? "1 seed" : "\(mean) over \(count(seeds, "seed"))"
  }
}
