/// The basic iterative method: iterated gradient steps, starting at the clean image.
///
/// - Source: Kurakin et al. 2017, arXiv:1607.02533, section 2.2; the defaults are Foolbox's.
package struct BIM: AttackDeclaration {
  package var steps = 10
  /// Length of one step; filled in by ``complete(norm:epsilon:)``.
  package var stepSize: Double?
  /// Filled in by ``complete(norm:epsilon:)`` in `l1`.
  package var l1Steps: L1Steps?
  package var earlyStop = false

  package init() {}

  package static let word = "bim"
  package static let summary = "iterated gradient steps, starting at the clean image"
  package static let traits: AttackTraits = [.gradients, .targets]
  package static let hint = "bim starts at the clean image; use `pgd`"
  package static let fields: [Field<BIM>] = [
    Field(
      \.stepSize, "step_size", .number(.positive), "length of one step",
      default: "0.2 epsilon, or 2 epsilon / steps with fewer than 10 steps"),
    Field(\.steps, "steps", .steps, "number of steps"),
    .l1Steps(\.l1Steps),
    .earlyStop(\.earlyStop),
  ]

  package mutating func complete(norm: Norm, epsilon: Double) {
    // Foolbox's, as long as its steps lead to the edge and back.
    let proportional = steps < 10 ? 2 * epsilon / Double(steps) : epsilon / 5
    stepSize = stepSize ?? min(proportional, Self.largestStep)
    l1Steps = .completed(l1Steps, norm: norm)
  }

  package var stopsWhenFooled: Bool { earlyStop }
  package var passes: Passes { Passes(gradient: Double(steps)) }
  package var words: [String] { ["\(count(steps, "step")) of \((stepSize ?? 0).stepText)"] }
  package var reach: AttackReach? {
    stepSize.map { AttackReach(steps: steps, stepSize: $0, randomStart: false) }
  }

  package var stepCount: Int? { steps }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
