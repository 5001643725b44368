/// The columns of `results.csv`, `summary.csv` and their JSON, by name: the one place where they are
/// spelled.
package enum Column: String, CodingKey, Hashable, Sendable, CaseIterable {
  // What a row is about.
  case run, point, seed, dataset, model, attack, source, norm, epsilon
  // What was measured.
  case examples, correct, accuracy, loss
  case accuracyLow = "accuracy_low"
  case accuracyHigh = "accuracy_high"
  case meanLinf = "mean_linf"
  case meanL2 = "mean_l2"
  // What only rows of attacks have.
  case cleanCorrect = "clean_correct"
  case successRate = "success_rate"
  case accuracy8Bit = "accuracy_8bit"
  case distanceMean = "distance_mean"
  case distanceMedian = "distance_median"
  case distanceLow = "distance_q10"
  case distanceHigh = "distance_q90"
  case gradients
  case forwardPasses = "forward_passes"
  case zeroGradients = "zero_gradients"
  case verdict
  case status
  // What a summary says of several seeds.
  case n, failed
  case accuracyMean = "accuracy_mean"
  case accuracySD = "accuracy_sd"
  case accuracyCILow = "accuracy_ci_low"
  case accuracyCIHigh = "accuracy_ci_high"
  case accuracyMin = "accuracy_min"
  case accuracyMax = "accuracy_max"
  case lossMean = "loss_mean"
  case lossSD = "loss_sd"
}

extension Column {
  /// What names a row, but for the run, the seed and what was swept.
  package static let keys: [Column] = [.dataset, .model, .attack, .source, .norm, .epsilon]

  /// The metrics of `results.csv`, in its order.
  package static let metrics: [Column] = [
    .examples, .correct, .accuracy, .accuracyLow, .accuracyHigh, .loss, .meanLinf, .meanL2,
    .cleanCorrect, .successRate, .accuracy8Bit, .distanceMean, .distanceMedian, .distanceLow,
    .distanceHigh, .gradients, .forwardPasses, .zeroGradients,
  ]

  /// Columns of `results.csv` that tables of older versions lack.
  package static let new: [Column] = attackMetrics + [.verdict]

  /// The metrics among them that only rows of attacks have; tables of older versions lack them.
  package static let attackMetrics: [Column] = Array(metrics.suffix(10))

  /// The metrics of `summary.csv`, in its order.
  package static let summaryMetrics: [Column] = [
    .n, .failed, .accuracyMean, .accuracySD, .accuracyCILow, .accuracyCIHigh, .accuracyMin,
    .accuracyMax, .lossMean, .lossSD, .meanLinf, .meanL2,
  ]

  /// `results.csv`: what follows the columns of swept paths.
  package static let results: [Column] = [.seed] + keys + metrics + [.verdict, .status]

  /// `summary.csv`: what follows the columns of swept paths.
  package static let summary: [Column] = keys + summaryMetrics

  /// The names that a swept path cannot have as its column.
  package static let taken = Set(([.run] + results + summary).map(\.name))

  /// As tables have it.
  package var name: String { rawValue }
}
