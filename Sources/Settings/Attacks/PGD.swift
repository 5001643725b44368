/// Projected gradient descent: steps along the gradient from random points of the ball.
///
/// - Source: Madry et al. 2018, arXiv:1706.06083, sections 2.1 and 5.
package struct PGD: AttackDeclaration {
  package var steps = 40
  /// Length of one step; filled in by ``complete(norm:epsilon:)``.
  package var stepSize: Double?
  /// Random starts, of which the worst is kept for each image.
  package var restarts = 1
  package var randomStart = true
  /// Filled in by ``complete(norm:epsilon:)`` in `l1`.
  package var l1Steps: L1Steps?
  package var earlyStop = false

  package init() {}

  package init(
    steps: Int = 40, stepSize: Double? = nil, restarts: Int = 1, randomStart: Bool = true
  ) {
    self.steps = steps
    self.stepSize = stepSize
    self.restarts = restarts
    self.randomStart = randomStart
  }

  package static let word = "pgd"
  package static let summary = "iterated gradient steps, starting at a random point in the ball"
  package static let traits: AttackTraits = [.gradients, .targets]
  package static let hint = ""
  package static let fields: [Field<PGD>] = [
    Field(
      \.stepSize, "step_size", .number(.positive), "length of one step",
      default: "4/3 epsilon / steps, or 2.5 epsilon / steps in `l2` and `l1`"),
    Field(\.steps, "steps", .steps, "number of steps"),
    Field(
      \.restarts, "restarts", .restarts,
      "number of random starts, the worst of which is kept for each image"),
    Field(\.randomStart, "random_start", .boolean, "start at a random point in the ball"),
    .l1Steps(\.l1Steps),
    .earlyStop(\.earlyStop),
  ]

  package mutating func complete(_ reader: any SettingsReader) {
    guard restarts > 1, !randomStart else { return }
    reader.report(
      .conflict, "`restarts` without `random_start` would repeat the same start", at: "restarts")
  }

  package mutating func complete(norm: Norm, epsilon: Double) {
    // In the proportion of Madry's 40 steps of 0.01 at an epsilon of 0.3, which stay exact.
    let proportional =
      norm == .infinity ? 4 * epsilon / (3 * Double(steps)) : 2.5 * epsilon / Double(steps)
    stepSize = stepSize ?? min(proportional, Self.largestStep)
    l1Steps = .completed(l1Steps, norm: norm)
  }

  package var isRandom: Bool { randomStart }
  package var stopsWhenFooled: Bool { earlyStop }
  package var passes: Passes {
    Passes(forward: Double(restarts), gradient: Double(steps) * Double(restarts))
  }
  package var words: [String] {
    let steps = "\(count(steps, "step")) of \((stepSize ?? 0).stepText)"
    return [steps] + (randomStart ? [count(restarts, "random start")] : [])
  }
  package var reach: AttackReach? {
    stepSize.map { AttackReach(steps: steps, stepSize: $0, randomStart: randomStart) }
  }

  package var stepCount: Int? { steps }
  package var startCount: Int? { restarts }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
