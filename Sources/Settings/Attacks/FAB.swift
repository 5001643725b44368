/// The fast adaptive boundary attack: steps to the nearest class boundary, which stay near the image.
///
/// - Source: Croce and Hein 2020, arXiv:1907.02044, algorithm 1; the defaults are those of AutoAttack.
package struct FAB: FABDeclaration {
  package var steps = 100
  package var restarts = 1
  package var alphaMax = 0.1
  package var eta = 1.05
  package var beta = 0.9

  package init() {}

  package static let word = "fab"
  package static let summary = "steps to the nearest class boundary that stay near the image"
  package static let traits: AttackTraits = [.gradients, .targets, .minimalNorm]
  package static let hint = "fab takes every class into account; to try them one by one use `fab-t`"
  package static let fields: [Field<FAB>] = commonFields

  package var passes: Passes {
    // Of ten classes: nine gradients from one forward pass, and one more pass.
    let steps = Double(steps) * Double(restarts)
    return Passes(forward: 17 * steps, gradient: steps)
  }
  package var words: [String] { stepWords }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// FAB to one class after the other, the likeliest first: a step needs the gradient of that class only.
///
/// - Source: Croce and Hein 2020, arXiv:2003.01690, section 5 (FAB-T of AutoAttack).
package struct TargetedFAB: FABDeclaration {
  package var steps = 100
  package var restarts = 1
  package var alphaMax = 0.1
  package var eta = 1.05
  package var beta = 0.9
  /// The classes of the largest logits on the clean image, without the example's own.
  package var targets = 9

  package init() {}

  package static let word = "fab-t"
  package static let summary = "fab to one class after the other, the likeliest first"
  package static let traits: AttackTraits = [.gradients, .minimalNorm]
  package static let hint = "fab-t drives images to several classes; for one use `fab`"
  package static let fields: [Field<TargetedFAB>] =
    commonFields + [
      Field(
        \.targets, "targets", .rivals,
        "to how many classes, those of the largest logits; less where there are not so many")
    ]

  package var passes: Passes {
    let steps = Double(steps) * Double(restarts) * Double(targets)
    return Passes(forward: 1 + steps, gradient: steps)
  }
  package var words: [String] { stepWords + [count(targets, "target")] }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// What both forms of FAB share.
package protocol FABDeclaration: AttackDeclaration {
  var steps: Int { get set }
  /// Starts, of which the closest image is kept: the first at the image, the others at random points.
  var restarts: Int { get set }
  /// The largest part that a step takes of the way from the clean image.
  var alphaMax: Double { get set }
  /// The overshoot: by what a way to the boundary is multiplied.
  var eta: Double { get set }
  /// What is left of a perturbation that has crossed the boundary.
  var beta: Double { get set }
}

extension FABDeclaration {
  package static var computation: Int { 2 }
  fileprivate static var commonFields: [Field<Self>] {
    [
      Field(\.steps, "steps", .steps, "the number of steps"),
      Field(
        \.restarts, "restarts", .restarts,
        "starts, of which the closest image is kept; all but the first are random"),
      Field(
        \.alphaMax, "alpha_max", .number(.unit),
        "how far a step goes back to the clean image, at most: 0 not at all, 1 all the way"),
      Field(
        \.eta, "eta", .number(.positive),
        "what the way to the boundary is multiplied by, to get behind it"),
      Field(
        \.beta, "beta", .number(.unit),
        "what is left of a perturbation behind the boundary before the next step"),
    ]
  }

  package var isRandom: Bool { restarts > 1 }
  package var stepCount: Int? { steps }
  package var startCount: Int? { restarts }
  fileprivate var stepWords: [String] {
    [count(steps, "step")] + (restarts > 1 ? [count(restarts, "start")] : [])
  }
}
