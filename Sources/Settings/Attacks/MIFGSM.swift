/// The momentum iterative method: steps along a sum of gradients that fades, from the image.
///
/// - Source: Dong et al. 2018, arXiv:1710.06081, algorithm 1: 10 steps of epsilon / steps, decay 1.
package struct MIFGSM: AttackDeclaration {
  package var steps = 10
  /// What is left of the sum at the next step.
  package var decay = 1.0
  /// Length of one step; filled in by ``complete(norm:epsilon:)``.
  package var stepSize: Double?
  /// Filled in by ``complete(norm:epsilon:)`` in `l1`.
  package var l1Steps: L1Steps?
  package var earlyStop = false

  package init() {}

  package static let word = "mifgsm"
  package static let summary = "steps along a sum of gradients that fades, from the image"
  package static let traits: AttackTraits = [.gradients, .targets]
  package static let hint = "mifgsm starts at the image; use `pgd`"
  package static let fields: [Field<MIFGSM>] = [
    Field(
      \.stepSize, "step_size", .number(.positive), "length of one step",
      default: "epsilon / steps"),
    Field(\.steps, "steps", .steps, "number of steps"),
    Field(
      \.decay, "decay", .number(.nonNegative),
      "what is left of the gradients before at each step: 0 for `bim`, 1 for their sum"),
    .l1Steps(\.l1Steps),
    .earlyStop(\.earlyStop),
  ]

  package mutating func complete(norm: Norm, epsilon: Double) {
    stepSize = stepSize ?? epsilon / Double(steps)
    l1Steps = .completed(l1Steps, norm: norm)
  }

  package var stopsWhenFooled: Bool { earlyStop }
  package var passes: Passes { Passes(gradient: Double(steps)) }
  package var words: [String] {
    ["\(count(steps, "step")) of \((stepSize ?? 0).stepText)", "decay \(decay.stepText)"]
  }
  package var reach: AttackReach? {
    stepSize.map { AttackReach(steps: steps, stepSize: $0, randomStart: false) }
  }

  package var stepCount: Int? { steps }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
