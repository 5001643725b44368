/// What is minimized.
package enum TrainingMethod: Codable, Hashable, Sendable {
  /// The mean cross-entropy of the clean images.
  case standard
  /// Adversarial regularization: the clean loss plus `multiplier` times the loss of adversarial
  /// neighbors, through whose making no gradient flows.
  case nsl(multiplier: Float, neighbor: AdversarialNeighborConfiguration)
}
