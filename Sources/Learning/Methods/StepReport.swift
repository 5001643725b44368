/// A number that an objective reports of each step, taken before the update.
package struct StepMetric: Codable, Hashable, Sendable {
  /// How an epoch's number follows from the steps'.
  package enum Mean: String, Codable, Hashable, Sendable {
    /// The mean of the steps' numbers, each step counting the same, a smaller last one too.
    case ofBatches
    /// The mean of the steps' numbers, each weighted with its examples.
    case ofExamples
    /// The share of all examples, of which a step's number says how many it is true of.
    case share
  }

  /// The column of `history.csv`.
  package let name: String
  package let mean: Mean

  package init(_ name: String, _ mean: Mean) {
    self.name = name
    self.mean = mean
  }

  /// What is minimized.
  package static func loss(_ mean: Mean) -> StepMetric { StepMetric(lossName, mean) }
  /// How many of the examples that the objective looks at are classified right.
  package static let accuracy = StepMetric("sparse_categorical_accuracy", .share)
  static let lossName = "loss"
}

/// The numbers of one step.
package struct StepReport: Sendable {
  package let metrics: [StepMetric]
  /// In the order of the metrics; `nil` for what was not reported.
  package private(set) var values: [Double?]

  package init(_ metrics: [StepMetric]) {
    precondition(
      Set(metrics.map(\.name)).count == metrics.count
        && [StepMetric.lossName, StepMetric.accuracy.name]
          .allSatisfy { name in metrics.contains { $0.name == name } },
      "an objective reports its loss and its accuracy, and no name twice")
    self.metrics = metrics
    values = Array(repeating: nil, count: metrics.count)
  }

  /// Forgets the numbers of the step before.
  mutating func clear() {
    for place in values.indices { values[place] = nil }
  }

  /// The number of that name; `nil` where it was not reported.
  ///
  /// Precondition of writing: the name is one of the metrics'.
  package subscript(name: String) -> Double? {
    get { metrics.firstIndex { $0.name == name }.flatMap { values[$0] } }
    set {
      guard let place = metrics.firstIndex(where: { $0.name == name }) else {
        preconditionFailure("\(name) is not one of the objective's metrics")
      }
      values[place] = newValue
    }
  }

  /// What is minimized.
  package var loss: Double {
    get { self[StepMetric.lossName] ?? .nan }
    set { self[StepMetric.lossName] = newValue }
  }

  /// How many examples were classified right.
  package var correct: Int {
    get { self[StepMetric.accuracy.name].map { Int($0) } ?? 0 }
    set { self[StepMetric.accuracy.name] = Double(newValue) }
  }
}

extension LossPass {
  /// The mean of the losses.
  var meanLoss: Double {
    var sum = 0.0
    for loss in losses { sum += Double(loss) }
    return sum / Double(losses.count)
  }

  /// How many examples were classified right.
  var correctCount: Int {
    var count = 0
    for n in 0..<batchSize where prediction(of: n) == labels[n] { count += 1 }
    return count
  }
}
