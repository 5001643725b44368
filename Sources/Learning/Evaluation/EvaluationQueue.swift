import Engine

/// What is left of an evaluation, dealt to several threads: each takes the next examples, and what comes
/// of them waits here until it is its turn. For use by several threads at once.
final class EvaluationQueue {
  private let lock = Lock()
  private let examples: Int
  private let lanes: Int
  /// Of several threads, what batches are multiples of, from large to small.
  private let sizes: [Int]
  /// The first example that nobody has taken.
  private var next: Int
  private var pace: BatchPace
  private var waiting: [Int: EvaluationPart] = [:]
  private var failure: (example: Int, error: any Error)?
  private var isStopped = false
  /// Of each thread, the examples that it is at, and what it has asked of the model for them.
  private var underWay: [(examples: Int, cost: Double)]
  /// Of what has ended.
  private var (ended, endedCost) = (0, 0.0)

  /// - Parameters:
  ///   - lanes: How many threads take examples.
  ///   - cost: What an example asks of the model, in passes forward; `nil` where that is not known.
  init(_ examples: Range<Int>, pace: BatchPace, lanes: Int, cost: Double?) {
    next = examples.lowerBound
    self.examples = examples.upperBound
    self.pace = pace
    self.lanes = lanes
    // Long attacks make small passes worth while, and their last batches are waited for.
    sizes = (cost ?? 1) < 32 ? [PassSizes.largest] : PassSizes.all.filter { $0 > 1 }
    underWay = Array(repeating: (0, 0), count: lanes)
  }

  /// The next examples; `nil` where there are none, or where the evaluation is to end.
  func take(_ lane: Int) -> Range<Int>? {
    lock.withLock {
      guard !isStopped, next < examples else { return nil }
      let first = next
      next += min(batchSize, examples - first)
      underWay[lane] = (next - first, 0)
      return first..<next
    }
  }

  /// As the pace has it; of several threads each takes less towards the end, so that they end together.
  private var batchSize: Int {
    guard lanes > 1 else { return pace.next }
    let share = 4 * (examples - next) / (5 * lanes)
    let smallest = sizes[sizes.count - 1]
    let unit = sizes.first { $0 <= share } ?? smallest
    return min(pace.next, max(smallest, share / unit * unit))
  }

  /// Takes notice of what one thread has asked of the model so far for the examples that it is at.
  func note(_ lane: Int, cost: Double) { lock.withLock { underWay[lane].cost = cost } }

  /// How many examples that are not collected yet are done, an estimate.
  ///
  /// - Parameter each: What an example is expected to ask of the model; from the first batch on it is
  ///   what it did ask. `nil` where that is not known.
  func progress(expecting each: Double?) -> Double? {
    lock.withLock {
      guard let each = ended > 0 ? endedCost / Double(ended) : each, each > 0 else { return nil }
      return underWay.reduce(Double(waiting.values.reduce(0) { $0 + $1.outcomes.count })) {
        $0 + min($1.cost / each, Double($1.examples))
      }
    }
  }

  /// Takes what came of examples.
  func add(_ part: EvaluationPart, by lane: Int, seconds: Double) {
    lock.withLock {
      waiting[part.first] = part
      underWay[lane] = (0, 0)
      ended += part.outcomes.count
      endedCost += part.passes.cost
      pace.add(part.outcomes.count, seconds: seconds)
    }
  }

  /// Whether batches of large passes would take too long.
  var wantsSmallPasses: Bool { lock.withLock { pace.wanted < PassSizes.largest } }

  /// Has batches of small passes, too.
  func allow(_ smallest: Int) {
    lock.withLock { pace.smallest = min(smallest, pace.smallest) }
  }

  /// What came of the examples from one on, if it is there.
  func part(from example: Int) -> EvaluationPart? {
    lock.withLock { waiting.removeValue(forKey: example) }
  }

  /// Takes an error: nothing more is begun.
  func fail(at example: Int, _ error: any Error) {
    lock.withLock {
      isStopped = true
      if failure.map({ example < $0.example }) ?? true { failure = (example, error) }
    }
  }

  /// That of the first example that has one: the same, however many threads there were.
  var error: (any Error)? { lock.withLock { failure?.error } }

  /// Has nothing more begun.
  func stop() { lock.withLock { isStopped = true } }
}
