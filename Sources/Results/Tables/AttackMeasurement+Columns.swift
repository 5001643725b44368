internal import Measurements

extension AttackMeasurement {
  /// As tables hold it: what was measured in single precision, what is calculated without noise.
  var rounded: AttackMeasurement {
    var copy = self
    copy.gradients = gradients.map(NumberText.withoutNoise)
    copy.forwardPasses = forwardPasses.map(NumberText.withoutNoise)
    copy.zeroGradients = zeroGradients.map(NumberText.withoutNoise)
    copy.distance?.round()
    return copy
  }

  /// The number of one of its columns; `nil` where it has none.
  func value(_ column: Column, examples: Int) -> Double? {
    switch column {
    case .cleanCorrect: Double(cleanCorrect)
    case .successRate: successRate
    case .accuracy8Bit: Double(correctAfterRounding) / Double(examples)
    case .distanceMean: distance?.mean
    case .distanceMedian: distance?.median
    case .distanceLow: distance?.low
    case .distanceHigh: distance?.high
    case .gradients: gradients
    case .forwardPasses: forwardPasses
    case .zeroGradients: zeroGradients
    default: nil
    }
  }

  /// Reads the numbers back from a row; `nil` where it has none.
  ///
  /// - Parameters:
  ///   - correct: How many of the examples are right under the attack.
  ///   - value: Of one column.
  init?(examples: Int, _ value: (Column) -> Double?) {
    guard let clean = value(.cleanCorrect).flatMap(Int.init(exactly:)), clean >= 0,
      let rounded = value(.accuracy8Bit), (0...1).contains(rounded)
    else { return nil }
    let rate = value(.successRate) ?? 0
    self.init(
      cleanCorrect: clean, fooled: Int((rate * Double(clean)).rounded()),
      correctAfterRounding: Int((rounded * Double(examples)).rounded()))
    gradients = value(.gradients)
    forwardPasses = value(.forwardPasses)
    zeroGradients = value(.zeroGradients)
    guard let mean = value(.distanceMean), let median = value(.distanceMedian),
      let low = value(.distanceLow), let high = value(.distanceHigh)
    else { return }
    distance = DistanceMeasurement(mean: mean, median: median, low: low, high: high)
  }
}

extension DistanceMeasurement {
  fileprivate mutating func round() {
    for path in [\DistanceMeasurement.mean, \.median, \.low, \.high] {
      self[keyPath: path] = NumberText.rounded(self[keyPath: path])
    }
  }
}
