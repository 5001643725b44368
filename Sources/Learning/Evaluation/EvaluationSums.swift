import Settings
import Measurements

/// An evaluation's sums, in double precision and in the order of the examples.
struct EvaluationSums {
  private let channels: Int
  private(set) var correct = 0
  private var loss = 0.0
  /// `[N]`.
  private var linf: [Double] = []
  private var l2: [Double] = []
  /// `[N]`: losses before and after the last steps of the attack, where there are any.
  private var lastLosses: [SIMD2<Float>?] = []
  private var outcomes: [ExampleOutcome] = []
  private var firstBatch: FirstBatch
  /// `nil` where images are not kept.
  var kept: KeptImages?
  /// What the attack asked of the model in parts that were taken.
  private var earlier = PassCounts()

  /// - Parameter keepsImages: Whether all images are kept, and not the first alone.
  init(_ architecture: Architecture, keepsImages: Bool = false) {
    let shape = architecture.inputShape
    if keepsImages {
      kept = KeptImages(imageShape: [shape[2], shape[0], shape[1]], classes: architecture.classes)
    }
    channels = architecture.inputShape[2]
    firstBatch = FirstBatch(
      shape: architecture.inputShape, images: [], labels: [], predictions: [])
  }

  /// The number of examples.
  var count: Int { outcomes.count }

  mutating func add(
    _ outcome: ExampleOutcome, seen: UnsafeBufferPointer<Float>, linf: Double, l2: Double,
    lastLosses: SIMD2<Float>?
  ) {
    add(outcome, linf: linf, l2: l2, lastLosses)
    guard firstBatch.images.count < EvaluationPart.mostImages else { return }
    let area = seen.count / channels
    firstBatch.images.append(
      (0..<seen.count).map { seen[$0 % channels * area + $0 / channels] })
  }

  private mutating func add(
    _ outcome: ExampleOutcome, linf: Double, l2: Double, _ lastLosses: SIMD2<Float>?
  ) {
    self.lastLosses.append(lastLosses)
    outcomes.append(outcome)
    if outcome.isCorrect { correct += 1 }
    loss += Double(outcome.loss)
    self.linf.append(linf)
    self.l2.append(l2)
    guard firstBatch.labels.count < EvaluationPart.mostImages else { return }
    firstBatch.labels.append(Int(outcome.label))
    firstBatch.predictions.append(Int(outcome.prediction))
  }

  private var meanLastSteps: LastSteps? {
    let found = lastLosses.compactMap(\.self)
    guard !found.isEmpty else { return nil }
    let examples = Double(found.count)
    return LastSteps(
      examples: found.count, lossBefore: found.reduce(0) { $0 + Double($1[0]) } / examples,
      lossAfter: found.reduce(0) { $0 + Double($1[1]) } / examples)
  }

  /// Takes what was made before of the examples that come next.
  mutating func add(_ part: EvaluationPart) {
    precondition(part.first == count, "a part of other examples")
    for (n, outcome) in part.outcomes.enumerated() {
      add(outcome, linf: part.linf[n], l2: part.l2[n], part.lastLosses[n])
    }
    firstBatch.images += part.images
    if let images = part.kept { kept?.append(images) }
    earlier = earlier + part.passes
  }

  /// What was made of the examples from one on.
  ///
  /// - Parameter passes: What the attack asked of the model for them.
  func part(from first: Int, passes: PassCounts) -> EvaluationPart {
    EvaluationPart(
      first: first, outcomes: Array(outcomes[first...]), linf: Array(linf[first...]),
      l2: Array(l2[first...]), lastLosses: Array(lastLosses[first...]), passes: passes,
      images: Array(firstBatch.images.dropFirst(first)),
      kept: kept?.part(first..<count))
  }

  /// - Parameter passes: What the attack asked of the model but for the parts that were taken.
  func result(_ passes: PassCounts, implementations: [String]) -> EvaluationResult {
    let count = Double(outcomes.count)
    return EvaluationResult(
      measurement: Measurement(
        examples: outcomes.count, correct: correct, loss: loss / count,
        meanLinf: linf.reduce(0, +) / count, meanL2: l2.reduce(0, +) / count),
      outcomes: outcomes, passes: earlier + passes, lastSteps: meanLastSteps,
      firstBatch: firstBatch, kept: kept, implementations: implementations)
  }
}
