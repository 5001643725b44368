import Settings
import Engine

/// A model with its weights.
package struct TrainedModel: Sendable {
  package let model: Model
  /// `[P + S]`, our order: what is trained, then moving averages.
  package let parameters: [Float]

  package init(model: Model, parameters: [Float]) {
    self.model = model
    self.parameters = parameters
  }
}

/// Evaluates a model on clean or attacked images, and checks every adversarial number before it reports
/// it.
package final class Evaluator {
  private let work: EvaluationWork
  private let subject: CompiledModel
  private let source: CompiledModel?
  private let threads: ThreadPool
  private var lanes: [EvaluationLane]
  /// What an attack is expected to ask of the model for each example, as `Passes.cost`; `nil` where
  /// that is not known. From the second batch on it is what it did ask.
  package var expectedCost: Double?
  /// Told often while a batch is attacked how far the evaluation is; must be quick.
  package var onAttackProgress: ((EvaluationProgress) -> Void)?

  /// - Parameters:
  ///   - source: The model whose gradients make the perturbations; `nil` for the subject's own.
  ///   - attack: `nil` for clean images.
  ///   - batchSize: How many examples are attacked together, at most; fewer, where an attack is slow. It
  ///     does not change results.
  ///   - seed: Decides the attack's random draws.
  ///   - keepsImages: Whether the result has all images of an attack; no number depends on it.
  ///   - smaller: What the same attack has found at a smaller epsilon, with all images if these are
  ///     kept; `nil` to attack every example.
  ///   - compiled: Where compiled models are taken from, and whose threads share the examples.
  /// - Throws: `LearningError` where the weights do
  ///   not fit the model.
  package init(
    subject: TrainedModel, source: TrainedModel? = nil, attack: (any Attack)?, batchSize: Int,
    seed: Int, keepsImages: Bool = false, smaller: SmallerEpsilon? = nil,
    compiled: CompiledModels = CompiledModels(limit: 0)
  ) throws {
    precondition(batchSize > 0, "an empty batch")
    precondition(
      source == nil || source?.model.inputShape == subject.model.inputShape,
      "source and subject see images of different shape")
    precondition(
      smaller == nil || attack != nil && (!keepsImages || smaller?.hasAllImages == true),
      "a smaller epsilon without an attack, or without its images")
    work = EvaluationWork(
      model: subject.model, attack: attack, batchSize: batchSize, seed: seed,
      keepsImages: keepsImages && attack != nil, smaller: smaller)
    self.subject = try compiled.take(subject)
    self.source = attack == nil ? nil : try source.map { try compiled.take($0) }
    threads = compiled.threads
    lanes = [EvaluationLane(work, subject: self.subject, source: self.source)]
  }

  /// Evaluates the first `limit` examples; all, where there are fewer.
  ///
  /// - Parameters:
  ///   - parts: What an evaluation with the same settings has made before of the first examples, in
  ///     their order; the result is the same with and without them.
  ///   - progress: Called after every batch; must be quick.
  ///   - keep: Called after every batch but the last. May make a part of the examples since it last
  ///     returned true, and returns whether it has kept that. May throw to end the evaluation.
  /// - Throws: `VerificationError` where a perturbation or a prediction does not hold when it is
  ///   measured again, `LearningError` where a clean image is outside of the attack's box.
  package func evaluate(
    _ data: any ExampleSource, limit: Int? = nil, after parts: [EvaluationPart] = [],
    progress: (EvaluationProgress) -> Void = { _ in },
    keep: (_ part: () -> EvaluationPart) throws -> Bool = { _ in false }
  ) throws -> EvaluationResult {
    let examples = min(limit ?? data.count, data.count)
    precondition(examples > 0, "nothing to evaluate")
    precondition(work.smaller.map { $0.count == examples } ?? true, "other examples than before")
    var sums = EvaluationSums(work.model.architecture, keepsImages: work.keepsImages)
    for part in parts { sums.add(part) }
    var (kept, keptPasses) = (sums.count, sums.passes)
    let lanes = try lanes(for: examples - sums.count)
    let queue = EvaluationQueue(
      sums.count..<examples, pace: firstPace(data, sums.count..<examples), lanes: lanes.count,
      cost: expectedCost)
    watchAttack(queue, lanes) { [unowned self] in
      guard let underWay = queue.progress(expecting: expectedCost) else { return nil }
      return EvaluationProgress(
        done: sums.count, examples: examples, correct: sums.correct, underWay: underWay)
    }

    /// Takes the parts whose turn it is.
    func collect() {
      while let part = queue.part(from: sums.count) {
        sums.add(part)
        progress(EvaluationProgress(done: sums.count, examples: examples, correct: sums.correct))
      }
    }
    /// The same and, with the first lane, tells of it and keeps it.
    func afterBatch() throws {
      let before = sums.count
      collect()
      guard sums.count > before, sums.count < examples else { return }
      if try keep({ sums.part(from: kept, after: keptPasses) }) {
        (kept, keptPasses) = (sums.count, sums.passes)
      }
    }
    var ending: (any Error)?
    withoutActuallyEscaping(afterBatch) { afterBatch in
      threads.run(lanes.count) { lane, _ in
        Self.work(lanes[lane], lane, data, queue) {
          // One of them alone tells and keeps.
          guard lane == 0 else { return }
          do {
            try afterBatch()
          } catch {
            ending = error
            queue.stop()
          }
        }
      }
    }
    for lane in lanes { lane.source?.onPass = nil }
    if let error = ending ?? queue.error { throw error }
    collect()
    return sums.result(implementations: implementations)
  }

  /// Evaluates examples as long as there are any.
  private static func work(
    _ lane: EvaluationLane, _ number: Int, _ data: any ExampleSource, _ queue: EvaluationQueue,
    afterBatch: () -> Void
  ) {
    let clock = ContinuousClock()
    while let examples = queue.take(number) {
      let start = clock.now
      do {
        let part = try lane.evaluate(data, examples)
        queue.add(part, by: number, seconds: (clock.now - start) / .seconds(1))
      } catch {
        return queue.fail(at: examples.lowerBound, error)
      }
      if let source = lane.source, queue.wantsSmallPasses { queue.allow(source.useSmallPasses()) }
      afterBatch()
    }
  }

  /// One for each thread that is worth its compiled passes.
  private func lanes(for examples: Int) throws -> ArraySlice<EvaluationLane> {
    let worth = Double(examples) * max(1, expectedCost ?? 1) / Self.leastCost
    let count = max(1, min(threads.count, Int(min(worth, 1024))))
    while lanes.count < count {
      lanes.append(EvaluationLane(work, subject: subject, source: source))
    }
    return lanes[..<count]
  }

  /// What takes about as long as compiling the passes, in passes of one example forward.
  private static let leastCost = 512.0

  /// The pace before the first batch: from the time that a few examples take without an attack.
  private func firstPace(_ data: any ExampleSource, _ examples: Range<Int>) -> BatchPace {
    let (batchSize, lane) = (work.batchSize, lanes[0])
    var pace = BatchPace(
      largest: batchSize, smallest: min(PassSizes.largest, batchSize), expecting: nil)
    guard let expectedCost, let source = lane.source, batchSize > PassSizes.largest,
      !examples.isEmpty
    else { return pace }
    let batch = lane.batch
    lane.take(data, examples.prefix(PassSizes.largest))
    _ = lane.subject.images.update(from: batch.clean)
    _ = lane.subject.labels.update(from: batch.labels)
    var shortest = Duration.seconds(1000)
    for _ in 0..<3 {
      let duration = ContinuousClock().measure { lane.subject.forward(batch.places) }
      shortest = min(shortest, duration)
    }
    pace = BatchPace(
      largest: batchSize, smallest: PassSizes.largest,
      expecting: expectedCost * (shortest / .seconds(1)) / Double(PassSizes.largest))
    if pace.wanted < pace.smallest { pace.smallest = min(source.useSmallPasses(), pace.smallest) }
    return pace
  }

  /// Which kernel each primitive runs on.
  private var implementations: [String] {
    var implementations = lanes[0].subject.implementations
    for name in lanes[0].source?.implementations ?? [] where !implementations.contains(name) {
      implementations.append(name)
    }
    return implementations
  }

  /// Has the models tell, while they are attacked, how much is done.
  private func watchAttack(
    _ queue: EvaluationQueue, _ lanes: ArraySlice<EvaluationLane>,
    _ progress: @escaping () -> EvaluationProgress?
  ) {
    guard let report = onAttackProgress else { return }
    for (number, lane) in lanes.enumerated() {
      guard let source = lane.source else { continue }
      source.onPass = { [unowned source, unowned lane] in
        queue.note(number, cost: source.counts.cost - lane.costBefore)
        if number == 0, let progress = progress() { report(progress) }
      }
    }
  }
}
