package import Settings
package import Measurements

/// The first images of an evaluation, for a person to look at.
package struct FirstBatch: Codable, Hashable, Sendable {
  /// Height, width, channels.
  package var shape: [Int]
  /// One flat `[H, W, C]` per image, as the subject saw them.
  package var images: [[Float]]
  package var labels: [Int]
  /// -1 where the subject gave no number.
  package var predictions: [Int]
}

/// How far the images of a minimal-norm attack are from the clean ones.
package struct PerturbationDistances: Codable, Hashable, Sendable {
  package var norm: Norm
  /// In the order of the examples; infinite where the attack failed, 0 where the clean image is enough.
  package var values: [Double]

  package init(norm: Norm, values: [Double]) {
    self.norm = norm
    self.values = values
  }

  /// For how many examples the attack succeeded.
  package var successes: Int { values.count(where: \.isFinite) }
}

/// What came of a model's evaluation on a split's images, clean or attacked.
package struct EvaluationResult: Codable, Hashable, Sendable {
  package var measurement: Measurement
  /// `nil` but for attacks of minimal norm.
  package var distances: PerturbationDistances?
  /// Up to 32.
  package var firstBatch: FirstBatch
  /// Which kernel each primitive ran on.
  package var implementations: [String]
}

/// How far an evaluation is.
package struct EvaluationProgress: Sendable {
  /// Examples that are done.
  package var done: Int
  package var examples: Int
  /// Of those that are done.
  package var correct: Int
}
