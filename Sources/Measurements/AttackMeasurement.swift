/// What a row says of an attack, beside what it says of every evaluation.
package struct AttackMeasurement: Codable, Hashable, Sendable {
  /// How many of the examples are right on clean images: what the success rate is of.
  package var cleanCorrect: Int
  /// How many of these the attack made wrong.
  package var fooled: Int
  /// How many examples are right once their pixels are rounded to 8 bits.
  package var correctAfterRounding: Int
  /// Lengths of the smallest perturbations; `nil` for attacks of fixed epsilon.
  package var distance: DistanceMeasurement?
  /// Gradients at the images for each example; `nil` for what is made from several evaluations.
  package var gradients: Double?
  /// Forward passes for each example, those in front of a gradient among them.
  package var forwardPasses: Double?
  /// The share of gradients of which every element is exactly 0; `nil` where none was asked for.
  package var zeroGradients: Double?
  /// Whether the number can be believed.
  package var verdict = AttackVerdict()

  package init(cleanCorrect: Int, fooled: Int, correctAfterRounding: Int) {
    self.cleanCorrect = cleanCorrect
    self.fooled = fooled
    self.correctAfterRounding = correctAfterRounding
  }

  /// `fooled / cleanCorrect`; `nil` where nothing is right on clean images.
  package var successRate: Double? {
    cleanCorrect > 0 ? Double(fooled) / Double(cleanCorrect) : nil
  }
}

/// How far the closest wrong images are, over the examples that are right on clean images; infinite
/// for those for which none was found.
package struct DistanceMeasurement: Codable, Hashable, Sendable {
  package var mean: Double
  /// The quantile 0.5.
  package var median: Double
  /// The quantiles 0.1 and 0.9.
  package var low: Double
  package var high: Double

  package init(mean: Double, median: Double, low: Double, high: Double) {
    self.mean = mean
    self.median = median
    self.low = low
    self.high = high
  }

  /// - Parameter distances: At least one.
  package init(_ distances: [Double]) {
    let sorted = distances.sorted()
    /// With linear interpolation between neighbors, as NumPy does.
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let (below, above) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
      let weight = place - place.rounded(.down)
      return weight == 0 || below == above ? below : below + weight * (above - below)
    }
    mean = sorted.reduce(0, +) / Double(sorted.count)
    median = quantile(0.5)
    low = quantile(0.1)
    high = quantile(0.9)
  }
}
