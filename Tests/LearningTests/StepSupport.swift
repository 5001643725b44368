import Learning
import Settings
import Measurements

extension StepReport {
  /// Mean cross-entropy of the clean images.
  var clean: Double { self["sparse_categorical_crossentropy"] ?? .nan }
  /// The multiplier times the mean cross-entropy of NSL's neighbors.
  var scaledAdversarial: Double { self["scaled_adversarial_loss"] ?? .nan }
}

extension StepContext {
  /// Of the first examples of an epoch.
  static func first(_ count: Int, seed: Int = 1) -> StepContext {
    StepContext(seed: seed, examples: Array(0..<count)[...])
  }
}

extension TrainingStep {
  /// The adversarial neighbors of the last step, where the method makes any.
  var neighborImages: UnsafeBufferPointer<Float>? {
    (objective as? AdversarialRegularization)?.neighborImages
  }
}

extension EpochMetrics {
  var loss: Double { self["loss"] ?? .nan }
  /// Of the clean images.
  var accuracy: Double { self["sparse_categorical_accuracy"] ?? .nan }
}
