/// Carlini and Wagner's attack: the smallest perturbation, in `l2`, weighed against the logits by a
/// constant that is searched for.
///
/// - Source: Carlini and Wagner 2017, arXiv:1608.04644, sections V and VI; the defaults are those of
///   their program and of Foolbox.
package struct CarliniWagner: AttackDeclaration {
  /// Steps of Adam for each constant, at most.
  package var steps = 10_000
  /// Constants that are tried, one after the other.
  package var binarySearchSteps = 9
  /// Adam's learning rate.
  package var learningRate = 0.01
  /// The first constant, by which the logits are weighed against the distance.
  package var initialConstant = 1e-3
  /// How far another class's logit must be above that of the image's class.
  package var confidence = 0.0
  /// Stops where a tenth of the steps has not lowered the loss.
  package var abortsEarly = true

  package init() {}

  package static let word = "cw"
  package static let summary = "Carlini and Wagner's search for the smallest perturbation, in `l2`"
  package static let traits: AttackTraits = [.gradients, .targets, .minimalNorm]
  package static let norms: [Norm] = [.l2]
  package static let hint = "cw starts at the image and has steps of Adam; see `step_size`"
  package static let fields: [Field<CarliniWagner>] = [
    Field(\.steps, "steps", .steps, "steps of Adam for each constant, at most"),
    Field(
      \.binarySearchSteps, "binary_search_steps", .integer(1...100),
      "constants that are tried, one after the other"),
    Field(
      \.learningRate, "step_size", .number(.positive), "the step size of Adam, its learning rate"),
    Field(
      \.initialConstant, "initial_const", .number(.positive),
      "the first constant, by which the logits are weighed against the distance"),
    Field(
      \.confidence, "confidence", .number(.nonNegative),
      "how far the logit of another class must be above that of the image's class"),
    Field(
      \.abortsEarly, "abort_early", .boolean,
      "stop where a tenth of the steps has not lowered the loss"),
  ]

  package var passes: Passes {
    Passes(forward: 1, gradient: Double(steps) * Double(binarySearchSteps))
  }
  package var words: [String] {
    ["up to \(count(binarySearchSteps, "time")) \(count(steps, "step")) of Adam"]
  }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
