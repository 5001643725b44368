/// The first images of an evaluation, for a person to look at.
package struct FirstBatch: Codable, Hashable, Sendable {
  /// Height, width, channels.
  package var shape: [Int]
  /// One flat `[H, W, C]` per image, as the subject saw it.
  package var images: [[Float]]
  package var labels: [Int]
  /// The subject's answers; -1 where it gave no number.
  package var predictions: [Int]
}

/// What a model answered about a split's images, clean or attacked.
package struct EvaluationResult: Codable, Hashable, Sendable {
  package var examples: Int
  package var correct: Int
  /// Mean cross-entropy.
  package var loss: Double
  /// Mean over the examples of the perturbation's largest element; 0 for clean images.
  package var meanLinf: Double
  /// Mean over the examples of the perturbation's Euclidean length; 0 for clean images.
  package var meanL2: Double
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
