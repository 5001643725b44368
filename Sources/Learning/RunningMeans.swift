/// The sums behind an epoch's metrics.
///
/// Keras weights a batch's mean loss by its examples. NSL adds its losses as metrics of their own, so
/// that every batch counts the same, a smaller last one too; its accuracy counts examples.
struct RunningMeans {
  let countsBatches: Bool
  var weight = 0.0
  var total = 0.0
  var clean = 0.0
  var adversarial = 0.0
  var examples = 0
  var correct = 0

  init(method: TrainingMethod) {
    if case .nsl = method { countsBatches = true } else { countsBatches = false }
  }

  mutating func add(_ losses: StepLosses, examples count: Int) {
    let share = countsBatches ? 1 : Double(count)
    weight += share
    total += share * losses.total
    clean += share * losses.clean
    adversarial += share * losses.scaledAdversarial
    examples += count
    correct += losses.correct
  }

  var loss: Double { total / weight }
  var accuracy: Double { Double(correct) / Double(examples) }

  func metrics(epoch: Int) -> EpochMetrics {
    EpochMetrics(
      epoch: epoch, loss: loss, sparseCategoricalCrossentropy: clean / weight,
      sparseCategoricalAccuracy: accuracy,
      scaledAdversarialLoss: countsBatches ? adversarial / weight : nil)
  }
}
