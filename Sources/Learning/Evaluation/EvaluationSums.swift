import Settings
import Measurements

/// An evaluation's sums, in double precision and in the order of the examples.
struct EvaluationSums {
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
  private var kept: KeptImages?
  /// What the attack asked of the model.
  private(set) var passes = PassCounts()

  /// - Parameter keepsImages: Whether all images are kept, and not the first alone.
  init(_ architecture: Architecture, keepsImages: Bool = false) {
    let shape = architecture.inputShape
    if keepsImages {
      kept = KeptImages(imageShape: [shape[2], shape[0], shape[1]], classes: architecture.classes)
    }
    firstBatch = FirstBatch(
      shape: architecture.inputShape, images: [], labels: [], predictions: [])
  }

  /// The number of examples.
  var count: Int { outcomes.count }

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

  /// Takes what was made of the examples that come next.
  mutating func add(_ part: EvaluationPart) {
    precondition(part.first == count, "a part of other examples")
    for (n, outcome) in part.outcomes.enumerated() {
      add(outcome, linf: part.linf[n], l2: part.l2[n], part.lastLosses[n])
    }
    firstBatch.images += part.images
    if let images = part.kept { kept?.append(images) }
    passes = passes + part.passes
  }

  /// What was made of the examples from one on.
  ///
  /// - Parameter earlier: What the attack asked of the model for those before.
  func part(from first: Int, after earlier: PassCounts) -> EvaluationPart {
    EvaluationPart(
      first: first, outcomes: Array(outcomes[first...]), linf: Array(linf[first...]),
      l2: Array(l2[first...]), lastLosses: Array(lastLosses[first...]), passes: passes - earlier,
      images: Array(firstBatch.images.dropFirst(first)),
      kept: kept?.part(first..<count))
  }

  func result(implementations: [String]) -> EvaluationResult {
    let count = Double(outcomes.count)
    return EvaluationResult(
      measurement: Measurement(
        examples: outcomes.count, correct: correct, loss: loss / count,
        meanLinf: linf.reduce(0, +) / count, meanL2: l2.reduce(0, +) / count),
      outcomes: outcomes, passes: passes, lastSteps: meanLastSteps,
      firstBatch: firstBatch, kept: kept, implementations: implementations)
  }
}
