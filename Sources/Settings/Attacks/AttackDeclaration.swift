/// One attack: its word, its settings, and what the program has to know of it before it runs.
///
/// The computation is ``AttackBuilder``'s, in another target.
package protocol AttackDeclaration: WordSettings {
  /// What it uses beside its own settings.
  static var traits: AttackTraits { get }
  /// Those that it can measure perturbations in; the first is its default where `linf` is not one.
  static var norms: [Norm] { get }
  /// Why it does not have an option that others have, as a sentence.
  static var hint: String { get }
  /// The same for one option.
  static func hint(for key: String) -> String
  /// How many classes a model must have at least.
  func fewestClasses(isTargeted: Bool) -> Int
  /// Fills in what depends on the ball.
  mutating func complete(norm: Norm, epsilon: Double)
  /// What follows its word or label in tables: a corruption's severity.
  var labelEnding: String { get }
  /// Whether it draws random numbers.
  var isRandom: Bool { get }
  /// Whether it leaves an example alone once that is where it wants it: a larger ball has nothing to
  /// add to such an example.
  var stopsWhenFooled: Bool { get }
  /// How often an example goes through the model.
  var passes: Passes { get }
  /// What a plan says of it behind its ball: "40 steps of 0.01".
  var words: [String] { get }
  /// Steps along the gradient from one start; `nil` of attacks that take none.
  var stepCount: Int? { get }
  /// Starts, of which the worst is kept; `nil` of attacks that have one way alone.
  var startCount: Int? { get }
  /// The attacks that an ensemble runs, in its order, as tables call them; none of other attacks.
  var members: [String] { get }
  /// How far it can move an image, where settings given by hand say so; `nil` for as far as epsilon.
  var reach: AttackReach? { get }
  /// Raised when the same settings give other numbers, of this attack alone; 1 at first. A revision of
  /// the engine is for all stages.
  static var computation: Int { get }
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
  /// It looks for the smallest perturbation: an epsilon is only where the accuracy is read off, so
  /// that one evaluation serves all of them.
  package static let minimalNorm = AttackTraits(rawValue: 4)
  /// It has a severity: no ball, and no model that it looks at.
  package static let corruption = AttackTraits(rawValue: 8)
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

  /// Whether steps are longer than the radius, so that the points between are never seen. One step
  /// alone may lead across the whole ball.
  package func leavesBall(of epsilon: Double) -> Bool {
    epsilon > 0 && (steps == 1 ? 2 * epsilon : epsilon).isLess(than: stepSize)
  }
}

extension AttackDeclaration {
  package func fewestClasses(isTargeted: Bool) -> Int { 1 }
  package static var norms: [Norm] { Norm.allCases }
  package static func hint(for key: String) -> String {
    key == "severity" ? "\(word) has an epsilon; corruptions have a severity" : hint
  }
  package var labelEnding: String { "" }
  package static var computation: Int { 1 }
  package mutating func complete(norm: Norm, epsilon: Double) {}
  package var isRandom: Bool { false }
  package var stopsWhenFooled: Bool { false }
  package var words: [String] { [] }
  package var members: [String] { [] }
  package var stepCount: Int? { nil }
  package var startCount: Int? { nil }
  package var reach: AttackReach? { nil }

  /// Steps are taken in single precision.
  static var largestStep: Double { Double(Float.greatestFiniteMagnitude) }
}

/// Makes the computation of each attack: what does not know them all does not compile.
package protocol AttackBuilder {
  associatedtype Attack
  func build(_ settings: FGSM) -> Attack
  func build(_ settings: BIM) -> Attack
  func build(_ settings: MIFGSM) -> Attack
  func build(_ settings: PGD) -> Attack
  func build(_ settings: CrossEntropyAPGD) -> Attack
  func build(_ settings: LogitRatioAPGD) -> Attack
  func build(_ settings: TargetedAPGD) -> Attack
  func build(_ settings: CarliniWagner) -> Attack
  func build(_ settings: Square) -> Attack
  func build(_ settings: DeepFool) -> Attack
  func build(_ settings: FAB) -> Attack
  func build(_ settings: TargetedFAB) -> Attack
  func build(_ settings: AutoAttack) -> Attack
  func build(_ settings: UniformNoise) -> Attack
  func build(_ settings: GaussianNoise) -> Attack
  func build(_ settings: Rotation) -> Attack
  func build(_ settings: Translation) -> Attack
  func build(_ settings: Shear) -> Attack
  func build(_ settings: Scaling) -> Attack
  func build(_ settings: Blur) -> Attack
  func build(_ settings: Contrast) -> Attack
  func build(_ settings: SaltAndPepper) -> Attack
  func build(_ settings: Stripe) -> Attack
}

/// An attack with its settings.
package struct AttackMethod: Choice {
  package var attack: any AttackDeclaration

  package init(_ attack: any AttackDeclaration) { self.attack = attack }

  package static let noun = "attack"
  package static let alternatives =
    ([
      FGSM(), BIM(), MIFGSM(), PGD(), CrossEntropyAPGD(), LogitRatioAPGD(), TargetedAPGD(),
      DeepFool(), FAB(), TargetedFAB(), CarliniWagner(), Square(), AutoAttack(), UniformNoise(),
      GaussianNoise(), Rotation(), Translation(), Shear(), Scaling(), Blur(), Contrast(),
      SaltAndPepper(), Stripe(),
    ] as [any AttackDeclaration])
    .map { Alternative(AttackMethod($0)) }

  package var settings: any WordSettings { attack }
  package func reading(_ reader: any SettingsReader) -> Self { Self(attack.reading(reader)) }
  package func decoded(from decoder: any Decoder) throws -> Self {
    Self(try attack.decoded(from: decoder))
  }

  package var traits: AttackTraits { type(of: attack).traits }
  package var norms: [Norm] { type(of: attack).norms }
  package var computation: Int { type(of: attack).computation }
}

extension SettingType where Value == Int {
  /// The number of steps of an attack.
  static var steps: Self { .integer(1...1_000_000) }
  /// Starts or draws, of which the worst is kept.
  static var restarts: Self { .integer(1...10_000) }
  /// Gradients whose mean a step follows.
  static var gradientsOfStep: Self { .integer(1...10_000) }
  /// Other classes that images are driven to.
  static var rivals: Self { .integer(1...65_535) }
  /// Images that a model is asked about.
  static var queries: Self { .integer(1...1_000_000) }
}

/// `1 step`, `3 steps`.
package func count(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}
