import Settings
import Measurements

/// An evaluation's sums, in double precision and in the order of the examples.
struct EvaluationSums {
  private let channels: Int
  private var examples = 0
  private(set) var correct = 0
  private var loss = 0.0
  private var linf = 0.0
  private var l2 = 0.0
  private var distances: PerturbationDistances?
  private var firstBatch: FirstBatch

  /// - Parameter distances: The norm of each example's distance; `nil` where it is not asked for.
  init(_ architecture: Architecture, distances norm: Norm?) {
    distances = norm.map { PerturbationDistances(norm: $0, values: []) }
    channels = architecture.inputShape[2]
    firstBatch = FirstBatch(
      shape: architecture.inputShape, images: [], labels: [], predictions: [])
  }

  /// - Parameter isFooled: Whether the attack got what it was after.
  mutating func add(
    seen: UnsafeBufferPointer<Float>, clean: UnsafeBufferPointer<Float>, label: Int32,
    prediction: Int32, loss: Float, isFooled: Bool
  ) {
    examples += 1
    if prediction == label { correct += 1 }
    self.loss += Double(loss)
    linf += Norm.infinity.distance(seen, clean)
    l2 += Norm.l2.distance(seen, clean)
    if let norm = distances?.norm {
      distances?.values.append(isFooled ? norm.distance(seen, clean) : .infinity)
    }
    guard firstBatch.images.count < 32 else { return }
    let area = seen.count / channels
    firstBatch.images.append(
      (0..<seen.count).map { seen[$0 % channels * area + $0 / channels] })
    firstBatch.labels.append(Int(label))
    firstBatch.predictions.append(Int(prediction))
  }

  func result(implementations: [String]) -> EvaluationResult {
    let count = Double(examples)
    return EvaluationResult(
      measurement: Measurement(
        examples: examples, correct: correct, loss: loss / count, meanLinf: linf / count,
        meanL2: l2 / count),
      distances: distances, firstBatch: firstBatch, implementations: implementations)
  }
}
