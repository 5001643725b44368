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

/// What came of a model's evaluation on a split's images, clean or attacked.
package struct EvaluationResult: Hashable, Sendable {
  package var measurement: Measurement
  /// Of each example, in the order of the split.
  package var outcomes: [ExampleOutcome]
  /// What the attack asked of the model whose gradients it used.
  package var passes: PassCounts
  /// `nil` where the attack does not take several steps, has a target, is an ensemble, or leaves
  /// nothing to its last steps.
  package var lastSteps: LastSteps?
  /// Up to 32.
  package var firstBatch: FirstBatch
  /// All images; `nil` where they are not kept.
  package var kept: KeptImages?
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
  /// How much of the batch that is being attacked is done, in examples. An estimate.
  package var underWay = 0.0
}
