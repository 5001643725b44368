/// What the last tenth of an attack's steps does to the loss: if it still rises, more steps would do more
/// harm.
///
/// It is about the first start of each example, and only about examples that are right before the last
/// tenth: the loss of others rises without end and says nothing.
package struct LastSteps: Codable, Hashable, Sendable {
  /// How many there are; at least 1.
  package var examples: Int
  /// Cross-entropy before the last tenth of the steps and at the end of it, in nats: means over these
  /// examples.
  package var lossBefore: Double
  package var lossAfter: Double

  package init(examples: Int, lossBefore: Double, lossAfter: Double) {
    self.examples = examples
    self.lossBefore = lossBefore
    self.lossAfter = lossAfter
  }
}

/// Takes the losses of a batch's examples while they are attacked.
final class AttackTrace {
  private var before: [Float?]
  private var after: [Float?]

  /// - Parameter batchSize: `N`.
  init(batchSize: Int) {
    before = Array(repeating: nil, count: batchSize)
    after = before
  }

  /// How many of the steps are the last tenth; at least 1.
  static func length(of steps: Int) -> Int { max(steps / 10, 1) }

  /// Takes the loss of an example that is right before the last tenth.
  func begin(_ example: Int, loss: Float) { (before[example], after[example]) = (loss, loss) }

  /// Takes the loss after one more step; nothing of an example that was wrong before.
  func update(_ example: Int, loss: Float) {
    if before[example] != nil { after[example] = loss }
  }

  /// `nil` of an example that was wrong before, or whose attack takes no steps.
  subscript(_ example: Int) -> (before: Float, after: Float)? {
    guard let before = before[example], let after = after[example] else { return nil }
    return (before, after)
  }
}
