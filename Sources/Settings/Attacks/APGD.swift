/// Auto-PGD up the cross-entropy, or with a target down that of the target.
///
/// - Source: Croce and Hein 2020, arXiv:2003.01690, section 3.
package struct CrossEntropyAPGD: APGDDeclaration {
  package var steps = 100
  package var restarts = 1
  package var rho: Double?
  package var largerEpsilons: Bool?
  package var randomStart = true
  package var eot = 1

  package init() {}

  package static let word = "apgd-ce"
  package static let summary = "auto-PGD: steps that get shorter by themselves; cross-entropy"
  package static let traits: AttackTraits = [.gradients, .targets]
  package static let hint = stepHint + "; for several targets use `apgd-t`"
  package static let fields: [Field<CrossEntropyAPGD>] = commonFields

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// Auto-PGD up the difference of logits ratio, which does not change where logits are scaled; with a
/// target its targeted form.
///
/// - Source: Croce and Hein 2020, arXiv:2003.01690, section 4.
package struct LogitRatioAPGD: APGDDeclaration {
  package var steps = 100
  package var restarts = 1
  package var rho: Double?
  package var largerEpsilons: Bool?
  package var randomStart = true
  package var eot = 1

  package init() {}

  package static let word = "apgd-dlr"
  package static let summary = "auto-PGD; difference of logits ratio"
  package static let traits: AttackTraits = [.gradients, .targets]
  package static let hint = stepHint + "; for several targets use `apgd-t`"
  package static let fields: [Field<LogitRatioAPGD>] = commonFields

  package func fewestClasses(isTargeted: Bool) -> Int { isTargeted ? 4 : 3 }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// Auto-PGD up the targeted difference of logits ratio, to one class after the other.
///
/// - Source: Croce and Hein 2020, arXiv:2003.01690, section 5 (APGD-T of AutoAttack).
package struct TargetedAPGD: APGDDeclaration {
  package var steps = 100
  package var restarts = 1
  package var rho: Double?
  package var largerEpsilons: Bool?
  package var randomStart = true
  package var eot = 1
  package var targets = 9

  package init() {}

  package static let word = "apgd-t"
  package static let summary = "auto-PGD to one class after the other; difference of logits ratio"
  package static let traits: AttackTraits = .gradients
  package static let hint = stepHint + "; to drive images to one class use `apgd-dlr`"
  package static let fields: [Field<TargetedAPGD>] =
    commonFields + [
      Field(
        \.targets, "targets", .rivals,
        "to how many classes, those of the largest logits; fewer where there are not so many")
    ]

  package func fewestClasses(isTargeted: Bool) -> Int { 4 }
  package var starts: Int { restarts * targets }
  package var words: [String] { startWords + [count(targets, "target")] }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// What all forms of auto-PGD share.
///
/// - Source: Croce and Hein 2020, arXiv:2003.01690; in `l1` Croce and Hein 2021, arXiv:2103.01208.
package protocol APGDDeclaration: AttackDeclaration {
  /// With all of them for each target.
  var steps: Int { get set }
  /// Starts, of which the worst is kept for each image.
  var restarts: Int { get set }
  /// The share of steps that must raise the loss, or steps get shorter; filled in by
  /// ``complete(norm:epsilon:)`` in `linf` and `l2`.
  var rho: Double? { get set }
  /// Climbs first in balls of 3 and of 2 epsilon, each with three tenths of the steps; filled in by
  /// ``complete(norm:epsilon:)`` in `l1`.
  var largerEpsilons: Bool? { get set }
  var randomStart: Bool { get set }
  /// Gradients whose mean each step follows: the expectation over a model's randomness.
  var eot: Int { get set }
  /// Of all targets.
  var starts: Int { get }
}

extension APGDDeclaration {
  fileprivate static var stepHint: String {
    "\(word) finds the length of its steps itself"
  }

  fileprivate static var commonFields: [Field<Self>] {
    [
      Field(\.steps, "steps", .steps, "the number of steps"),
      Field(
        \.restarts, "restarts", .restarts, "starts, of which the worst is kept for each image"),
      Field(
        \.rho, "rho", .number(.unit),
        "the share of steps that must raise the loss, or steps are halved; in `linf` and `l2`",
        default: "0.75; none in `l1`"),
      Field(
        \.largerEpsilons, "larger_epsilons", .boolean,
        "take the first 6 of 10 steps in balls of 3 and 2 epsilon; in `l1`",
        default: "`true`; none in other norms"),
      Field(\.randomStart, "random_start", .boolean, "start at a random point of the ball"),
      Field(\.eot, "eot", .gradientsOfStep, "gradients whose mean each step follows"),
    ]
  }

  package mutating func complete(_ reader: any SettingsReader) {
    if restarts > 1, !randomStart {
      reader.report(
        .conflict, "`restarts` without `random_start` would repeat the same start", at: "restarts")
    }
    // A norm that is none is reported elsewhere.
    if reader.source("norm") != nil, !reader.isGiven("norm") { return }
    let isL1 = reader.source("norm")?.word.flatMap { Norm(word: $0) } == .l1
    let (other, norms) = isL1 ? ("rho", "`linf` and `l2`") : ("larger_epsilons", "`l1`")
    if reader.isGiven(other) {
      reader.report(.conflict, "`\(other)` has a meaning in \(norms) only", at: other)
    }
  }

  package mutating func complete(norm: Norm, epsilon: Double) {
    rho = norm == .l1 ? nil : rho ?? 0.75
    largerEpsilons = norm == .l1 ? largerEpsilons ?? true : nil
  }

  package var isRandom: Bool { randomStart }
  package var stopsWhenFooled: Bool { true }
  package var starts: Int { restarts }
  /// Each start looks at the clean image and at its last point, too, and is then compared with others.
  package var passes: Passes {
    Passes(forward: 3 * Double(starts), gradient: Double(starts) * Double(steps) * Double(eot))
  }
  package var words: [String] { startWords }
  package var stepCount: Int? { steps }
  package var startCount: Int? { restarts }

  fileprivate var startWords: [String] {
    [count(steps, "step")] + (randomStart ? [count(restarts, "random start")] : [])
      + (eot > 1 ? ["each step of \(eot) gradients"] : [])
  }
}
