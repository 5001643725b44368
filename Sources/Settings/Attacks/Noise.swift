/// Noise that is uniform in the ball, the worst of several draws: the baseline that every attack
/// must beat.
package struct UniformNoise: NoiseDeclaration {
  package var restarts = 1

  package init() {}

  package static let word = "noise-uniform"
  package static let summary = "uniform noise in the ball"
  package static let fields: [Field<UniformNoise>] = [
    Field(\.restarts, "restarts", .restarts, draws)
  ]

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// Normal noise, brought to length epsilon in the ball's norm; the worst of several draws.
package struct GaussianNoise: NoiseDeclaration {
  package var restarts = 1

  package init() {}

  package static let word = "noise-gaussian"
  package static let summary = "Gaussian noise of length epsilon"
  package static let fields: [Field<GaussianNoise>] = [
    Field(\.restarts, "restarts", .restarts, draws)
  ]

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// What both kinds of noise share.
package protocol NoiseDeclaration: AttackDeclaration {
  /// The number of draws; the worst is kept for each image.
  var restarts: Int { get }
}

extension NoiseDeclaration {
  fileprivate static var draws: String {
    "number of noise draws, the worst of which is kept for each image"
  }

  package static var traits: AttackTraits { [] }
  package static var hint: String {
    "noise uses no gradients and no steps; `restarts` is the number of draws"
  }
  package var isRandom: Bool { true }
  package var passes: Passes { Passes(forward: Double(restarts)) }
  package var words: [String] { [count(restarts, "draw")] }
}
