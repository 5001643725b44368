/// What an evaluation has made of some examples in a row: enough to go on after them as if it had never
/// been interrupted.
package struct EvaluationPart: Hashable, Sendable {
  /// How many images of an evaluation are kept for a person to look at.
  static let mostImages = 16

  /// The place of its first example.
  package let first: Int
  package internal(set) var outcomes: [ExampleOutcome] = []
  /// `[N]`: lengths of the perturbations, which outcomes hold rounded to single precision.
  var linf: [Double] = []
  var l2: [Double] = []
  /// `[N]`: losses before and after the last steps of the attack, where there are any.
  var lastLosses: [SIMD2<Float>?] = []
  /// What the attack asked of the model for these examples.
  package internal(set) var passes = PassCounts()
  /// Those of its examples that are among the first ``mostImages``, a flat `[H, W, C]` each.
  var images: [[Float]] = []
  /// All of its images; `nil` where they are not kept.
  var kept: KeptImages?
  /// How long it took, in seconds of the clock. Zero until whoever stores it says so.
  package var seconds = 0.0

  /// Takes the example that comes next.
  ///
  /// - Parameters:
  ///   - seen: What the subject saw, `[C, H, W]`.
  ///   - channels: `C`.
  mutating func add(
    _ outcome: ExampleOutcome, seen: UnsafeBufferPointer<Float>, channels: Int, linf: Double,
    l2: Double, lastLosses: SIMD2<Float>?
  ) {
    if end < Self.mostImages {
      let area = seen.count / channels
      images.append((0..<seen.count).map { seen[$0 % channels * area + $0 / channels] })
    }
    outcomes.append(outcome)
    self.linf.append(linf)
    self.l2.append(l2)
    self.lastLosses.append(lastLosses)
  }

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
