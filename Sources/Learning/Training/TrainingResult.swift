package import Measurements

/// How training ended.
package enum TrainingOutcome: Codable, Hashable, Sendable {
  case finished
  /// A number became infinite or not a number; `epoch` and `step` count from 1.
  case diverged(epoch: Int, step: Int, what: String)
  /// A step computed no gradient for this weight, which nothing would ever have changed: a defect of
  /// the engine.
  case untrained(weight: String)
}

/// A trained model's weights and how they came about.
package struct TrainingResult: Sendable {
  package var outcome: TrainingOutcome
  /// One entry per finished epoch.
  package var history: [EpochMetrics]
  /// The epoch after which training was ended early; `nil` where it came to its last one.
  package var stoppedEpoch: Int?
  /// Whose weights the model has, where those of the best epoch were taken back.
  package var restoredEpoch: Int?
  /// `[P + S]`, our order: what is trained, then moving averages.
  package var parameters: [Float]
  /// Which kernel each primitive ran on.
  package var implementations: [String]
}

/// How far training is, after every step.
package struct TrainingProgress: Sendable {
  /// From 1.
  package var epoch: Int
  package var epochs: Int
  /// Steps of this epoch that are done.
  package var step: Int
  package var stepsPerEpoch: Int
  /// The epoch's running mean of the loss.
  package var loss: Double
  /// The epoch's running mean of the accuracy, in `0...1`.
  package var accuracy: Double
  /// After an epoch's last step, where there are validation examples.
  package var validationLoss: Double?
  /// The same, in `0...1`.
  package var validationAccuracy: Double?
}
