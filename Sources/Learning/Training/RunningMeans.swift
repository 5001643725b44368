import Measurements

/// The sums behind an epoch's numbers.
struct RunningMeans: Codable, Hashable, Sendable {
  let metrics: [StepMetric]
  private var sums: [Double]
  private var weights: [Double]

  init(_ metrics: [StepMetric]) {
    self.metrics = metrics
    sums = Array(repeating: 0, count: metrics.count)
    weights = sums
  }

  /// Whether both are means of the same numbers.
  func fits(_ other: RunningMeans) -> Bool {
    metrics == other.metrics && sums.count == other.sums.count
      && weights.count == other.weights.count
  }

  mutating func add(_ report: StepReport, examples count: Int) {
    for (place, value) in report.values.enumerated() {
      guard let value else { continue }
      switch metrics[place].mean {
      case .ofBatches:
        sums[place] += value
        weights[place] += 1
      case .ofExamples:
        sums[place] += Double(count) * value
        weights[place] += Double(count)
      case .share:
        sums[place] += value
        weights[place] += Double(count)
      }
    }
  }

  /// `nil` for what no step has reported.
  private func value(_ place: Int) -> Double? {
    weights[place] > 0 ? sums[place] / weights[place] : nil
  }

  private func value(_ name: String) -> Double {
    metrics.firstIndex { $0.name == name }.flatMap { value($0) } ?? .nan
  }

  var loss: Double { value(StepMetric.lossName) }
  var accuracy: Double { value(StepMetric.accuracy.name) }

  func metrics(epoch: Int) -> EpochMetrics {
    EpochMetrics(
      epoch: epoch,
      means: metrics.indices.map { EpochMetrics.Mean(metrics[$0].name, value($0)) })
  }
}
