/// One attack: its word, its settings, and what the program has to know of it before it runs.
///
/// The computation is ``AttackBuilder``'s, in another target.
package protocol AttackDeclaration: WordSettings {
  /// What it uses beside its own settings.
  static var traits: AttackTraits { get }
  /// Why it does not have an option that others have, as a sentence.
  static var hint: String { get }
  /// Fills in what depends on the ball.
  mutating func complete(norm: Norm, epsilon: Double)
  /// Whether it draws random numbers.
  var isRandom: Bool { get }
  /// How often an example goes through the model.
  var passes: Passes { get }
  /// What a plan says of it behind its ball: "40 steps of 0.01".
  var words: [String] { get }
  /// How far it can move an image, where settings given by hand say so; `nil` for as far as epsilon.
  var reach: AttackReach? { get }
  func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack
}

/// What an attack uses beside its own settings.
package struct AttackTraits: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Gradients, which `source` may take from another model.
  package static let gradients = AttackTraits(rawValue: 1)
  /// A class that `targeted` names.
  package static let targets = AttackTraits(rawValue: 2)
}

/// How often one example goes through a model.
package struct Passes: Hashable, Sendable {
  package var forward: Double
  /// Forward and backward.
  package var gradient: Double

  package init(forward: Double = 0, gradient: Double = 0) {
    self.forward = forward
    self.gradient = gradient
  }

  /// In passes forward: one backward costs about as much as two.
  package var cost: Double { forward + 3 * gradient }
}

/// How far steps lead.
package struct AttackReach: Sendable {
  package var steps: Int
  package var stepSize: Double
  package var randomStart: Bool

  package init(steps: Int, stepSize: Double, randomStart: Bool) {
    self.steps = steps
    self.stepSize = stepSize
    self.randomStart = randomStart
  }

  package var length: Double { stepSize * Double(steps) }
}

extension AttackDeclaration {
  package mutating func complete(norm: Norm, epsilon: Double) {}
  package var isRandom: Bool { false }
  package var words: [String] { [] }
  package var reach: AttackReach? { nil }

  /// Steps are taken in single precision.
  static var largestStep: Double { Double(Float.greatestFiniteMagnitude) }
}

/// Makes the computation of each attack: what does not know them all does not compile.
package protocol AttackBuilder {
  associatedtype Attack
  func build(_ settings: FGSM) -> Attack
  func build(_ settings: BIM) -> Attack
  func build(_ settings: PGD) -> Attack
  func build(_ settings: UniformNoise) -> Attack
  func build(_ settings: GaussianNoise) -> Attack
}

/// An attack with its settings.
package struct AttackMethod: Choice {
  package var attack: any AttackDeclaration

  package init(_ attack: any AttackDeclaration) { self.attack = attack }

  package static let noun = "attack"
  package static let later = [
    "mifgsm", "deepfool", "cw", "apgd-ce", "apgd-dlr", "apgd-t", "fab-t", "square", "autoattack",
  ]
  package static let alternatives =
    ([FGSM(), BIM(), PGD(), UniformNoise(), GaussianNoise()] as [any AttackDeclaration])
    .map { Alternative(AttackMethod($0)) }

  package var settings: any WordSettings { attack }
  package func reading(_ reader: any SettingsReader) -> Self { Self(attack.reading(reader)) }
  package func decoded(from decoder: any Decoder) throws -> Self {
    Self(try attack.decoded(from: decoder))
  }

  package var traits: AttackTraits { type(of: attack).traits }
}

extension SettingType where Value == Int {
  /// The number of steps of an attack.
  static var steps: Self { .integer(1...1_000_000) }
  /// Starts or draws, of which the worst is kept.
  static var restarts: Self { .integer(1...10_000) }
}

/// `1 step`, `3 steps`.
package func count(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}
