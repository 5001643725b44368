package import Settings

/// How long one example's steps are, and in `l1` how many elements they change.
struct AutoPGDPace {
  private(set) var stepSize: Float = 0
  /// The highest loss so far, and the one before the last checkpoint.
  private var highest = -Double.infinity
  private var highestBefore = -Double.infinity
  /// The loss at the last point, and how many of the points since the last checkpoint raised it.
  private var last: Double?
  private var rises = 0
  /// Whether steps were shortened at the last checkpoint. As the first loss is none to compare with,
  /// this starts as if they were.
  private var isShortened = true
  /// In `l1` the share of elements that a step changes.
  private var share: Float = 0.2
  /// How many elements the best point had changed at the last checkpoint.
  private var changed = 0

  init() {}

  init(_ ball: PerturbationBall, size: Int) {
    stepSize = ball.norm == .l1 ? ball.epsilon : 2 * ball.epsilon
    changed = size
  }

  /// Takes the share from a point that has left only some elements to change.
  mutating func start(from changed: Int, of size: Int) {
    guard changed > 0 else { return }
    self.changed = changed
    share = Float(changed) / Float(size) / 1.5
  }

  /// How many elements the next step changes.
  func chosen(of size: Int) -> Int {
    size - min(max(Int((1 - share) * Float(size)), 0), size - 1)
  }

  /// Whether the loss at a new point is the highest so far.
  mutating func takes(_ loss: Double) -> Bool {
    // The first point is the best, even if its loss is not a number.
    let isFirst = last == nil
    if let last, loss > last { rises += 1 }
    last = loss
    guard isFirst || loss > highest else { return false }
    highest = loss.isNaN ? -.infinity : loss
    if isFirst { highestBefore = highest }
    return true
  }

  /// At a checkpoint: halves the step where too few of the last points have raised the loss, or where
  /// steps of this length have found no better point.
  ///
  /// - Returns: Whether it did, so that the search goes on from the best point.
  /// - Source: Croce and Hein 2020, arXiv:2003.01690, conditions 1 and 2 of section 3.2.
  mutating func shorten(after interval: Int, rho: Float) -> Bool {
    let risesSeldom = Float(rises) <= Float(interval) * rho
    let stands = !isShortened && highestBefore >= highest
    isShortened = risesSeldom || stands
    (rises, highestBefore) = (0, highest)
    if isShortened { stepSize /= 2 }
    return isShortened
  }

  /// At a checkpoint in `l1`: the next steps change two thirds as many elements as the best point has
  /// changed. They are long again where that has become sparser by a twentieth, else shorter, down to
  /// a tenth.
  ///
  /// - Returns: Whether they are long again, so that the search goes on from the best point.
  /// - Source: Croce and Hein 2021, arXiv:2103.01208, section 3.3.
  mutating func sparsen(to changed: Int, of size: Int, longest: Float) -> Bool {
    let isSparser = Float(changed) < 0.95 * Float(self.changed)
    share = Float(changed) / Float(size) / 1.5
    stepSize = isSparser ? longest : max(stepSize / 1.5, longest / 10)
    self.changed = changed
    return isSparser
  }
}

/// After which steps lengths are adapted: in `linf` and `l2` after 22 % of them, then 41, 57, 70, 80, 87,
/// 93 and 99 %; in `l1` after every 4 %.
package struct AutoPGDCheckpoints {
  private var next: Int
  private var interval: Int
  private let lessEachTime: Int
  private let shortest: Int

  package init(_ norm: Norm, steps: Int) {
    interval = max((norm == .l1 ? 4 : 22) * steps / 100, 1)
    lessEachTime = norm == .l1 ? 0 : max(3 * steps / 100, 1)
    shortest = norm == .l1 ? interval : max(6 * steps / 100, 1)
    next = interval
  }

  /// How many steps were made since the last checkpoint, where there is one after that step.
  package mutating func reached(_ step: Int) -> Int? {
    guard step == next else { return nil }
    let length = interval
    interval = max(interval - lessEachTime, shortest)
    next += interval
    return length
  }
}
