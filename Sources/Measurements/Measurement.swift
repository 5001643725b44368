/// What one evaluation measured; the same from the evaluation to the row of a table.
package struct Measurement: Codable, Hashable, Sendable {
  /// At least 1.
  package var examples: Int
  /// In `0...examples`.
  package var correct: Int
  /// Softmax cross-entropy in nats, mean over the examples.
  package var loss: Double
  /// Largest absolute change of a pixel, mean over the examples, in pixel units; 0 for clean images.
  package var meanLinf: Double
  /// Euclidean length of the perturbation, mean over the examples, in pixel units; 0 for clean images.
  package var meanL2: Double
  /// `nil` for clean images.
  package var attack: AttackMeasurement?

  package init(
    examples: Int, correct: Int, loss: Double, meanLinf: Double, meanL2: Double,
    attack: AttackMeasurement? = nil
  ) {
    self.attack = attack
    self.examples = examples
    self.correct = correct
    self.loss = loss
    self.meanLinf = meanLinf
    self.meanL2 = meanL2
  }

  /// `correct / examples`.
  package var accuracy: Double { Double(correct) / Double(examples) }
}
