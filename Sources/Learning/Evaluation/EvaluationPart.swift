/// What an evaluation has made of some examples in a row: enough to go on after them as if it had never
/// been interrupted.
package struct EvaluationPart: Hashable, Sendable {
  /// How many images of an evaluation are kept for a person to look at.
  static let mostImages = 16

  /// The place of its first example.
  package let first: Int
  package let outcomes: [ExampleOutcome]
  /// `[N]`: lengths of the perturbations, which outcomes hold rounded to single precision.
  let linf: [Double]
  let l2: [Double]
  /// `[N]`: losses before and after the last steps of the attack, where there are any.
  let lastLosses: [SIMD2<Float>?]
  /// What the attack asked of the model for these examples.
  package let passes: PassCounts
  /// Those of its examples that are among the first 32, a flat `[H, W, C]` each.
  let images: [[Float]]
  /// All of its images; `nil` where they are not kept.
  let kept: KeptImages?
  /// How long it took, in seconds of the clock. Zero until whoever stores it says so.
  package var seconds = 0.0

  /// The place behind its last example.
  package var end: Int { first + outcomes.count }
}

extension PassCounts {
  static func + (one: PassCounts, other: PassCounts) -> PassCounts {
    var sum = one
    sum.forward += other.forward
    sum.gradients += other.gradients
    sum.zeroGradients += other.zeroGradients
    return sum
  }

  static func - (one: PassCounts, other: PassCounts) -> PassCounts {
    var rest = one
    rest.forward -= other.forward
    rest.gradients -= other.gradients
    rest.zeroGradients -= other.zeroGradients
    return rest
  }

  /// In passes forward, as `Passes.cost`.
  var cost: Double { Double(forward) + 2 * Double(gradients) }
}
