/// DeepFool: steps to the nearest of the planes by which the classes are apart at the current point.
///
/// - Source: Moosavi-Dezfooli et al. 2016, arXiv:1511.04599, algorithm 2; the defaults are theirs.
package struct DeepFool: AttackDeclaration {
  package var steps = 50
  /// The share by which the perturbation is made longer, to get behind the plane.
  package var overshoot = 0.02
  /// The classes of the largest logits on the clean image, the example's own among them.
  package var candidates = 10

  package init() {}

  package static let word = "deepfool"
  package static let summary = "steps to the nearest class boundary, as if the model were linear"
  package static let traits: AttackTraits = [.gradients, .targets, .minimalNorm]
  package static let norms: [Norm] = [.infinity, .l2]
  package static let hint = "deepfool starts at the image, and its steps are as long as needed"
  package static let fields: [Field<DeepFool>] = [
    Field(\.steps, "steps", .steps, "the number of steps, at most"),
    Field(
      \.overshoot, "overshoot", .number(.nonNegative),
      "the share by which the perturbation is made longer, to get behind the boundary"),
    Field(
      \.candidates, "candidates", .integer(2...65_536),
      "only the classes of so many largest logits are looked at, the image's own among them"),
  ]

  package var passes: Passes {
    // The gradients of several classes share their forward pass.
    Passes(
      forward: Double(steps) * (1 + 2 * Double(candidates - 2)), gradient: Double(steps))
  }
  package var words: [String] { ["at most \(count(steps, "step"))"] }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
