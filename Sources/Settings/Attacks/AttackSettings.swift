internal import PlainText

/// Whose gradients make a perturbation.
package enum AttackSource: Codable, Hashable, Sendable {
  /// The attacked model's own (`source: self`).
  case own
  /// Those of the model of that name in the same run.
  case model(String)

  /// As specs have it.
  package var name: String {
    switch self {
    case .own: "self"
    case .model(let name): name
    }
  }
}

/// One row of `eval.attacks`: one attack at one epsilon, or one corruption of one severity.
package struct AttackSettings: ChoiceSettings {
  package var method = AttackMethod(FGSM())
  /// What tables and pictures call it, unique among the attacks of a spec at one epsilon; by
  /// default the attack's name.
  package var label: String?
  package var source = AttackSource.own
  package var norm = Norm.infinity
  /// Radius of the ball, in pixel units; 0 of corruptions.
  package var epsilon = 0.0
  /// `nil` to drive images away from their own class.
  package var target: AttackTarget?
  /// The box that attacked images stay in.
  package var clip: [Double] = [0, 1]
  /// At most this many images of the split, the first ones.
  package var limit: Int?
  /// Whether the attacked images are stored, too.
  package var keep = false

  package init() {}

  package init(
    _ attack: any AttackDeclaration, label: String? = nil, source: AttackSource = .own,
    norm: Norm = .infinity, epsilon: Double = 0, target: AttackTarget? = nil, limit: Int? = nil
  ) {
    var attack = attack
    attack.complete(norm: norm, epsilon: epsilon)
    method = AttackMethod(attack)
    self.label = label
    self.source = source
    self.norm = norm
    self.epsilon = epsilon
    self.target = target
    self.limit = limit
  }

  /// What tables call the row of several attacks of one ball: right is what is right under all.
  package static let worstCase = "worst-case"

  package static let radius = SettingType<Double>.number(.nonNegative)

  package static let fields: [Field<AttackSettings>] = [
    Field(
      \.label, "label", .name("the label"),
      "the attack's name in tables and pictures; a corruption's severity follows it",
      default: "the attack's `name`; with `targeted`, `NAME-to-TARGET`", rule: .never),
    Field(
      \.source, "source", source,
      "the model whose gradients are used: `self`, or a model's name", rule: .never),
    Field(
      \.norm, "norm", Norm.type, "the norm of the ball; `infinity` is the same as `linf`"),
    Field(
      \.epsilon, "epsilon", epsilonType,
      "radius of the ball in pixel units (0...1); a list gives one row per value",
      default: "required, but corruptions have none"),
    Field(
      \.target, "targeted", AttackTarget.type,
      "the target class: `next` (true class + 1), `second` (the most likely other class), "
        + "`least-likely`, `random`, or a class number; not for noise and corruptions"),
    Field(
      \.clip, "clip", .list(of: .number(.any), minimum: 2, maximum: 2),
      "bounds of attacked pixels; must contain 0...1"),
    Field(
      \.limit, "limit", .integer(1...), "maximum number of images; the first ones are used",
      default: "`eval.limit`", rule: .never),
    Field(
      \.keep, "keep", .boolean,
      "store the attacked images: an NPZ file in the run's folder, and pictures by"
        + " `nsl-run show RUN --attack NAME --example N`", rule: .unlessDefault),
  ]

  private static let source = SettingType<AttackSource>(
    .name, encode: { .text($0.name) }
  ) { source in
    source.name("the model").map { $0 == "self" ? .own : .model($0) }
  }

  /// A list of epsilons is taken apart before: each makes settings of its own.
  private static let epsilonType = SettingType<Double>(
    .either([radius.schema, .list(of: radius.schema, minimum: 1, maximum: nil)]),
    encode: radius.encode, isValid: radius.isValid, decode: radius.decode)
}

extension AttackSettings {
  package var choice: AttackMethod {
    get { method }
    set { method = newValue }
  }

  /// What is evaluated: without what only names or reads off a row.
  package var evaluated: AttackSettings {
    guard method.traits.contains(.minimalNorm) else { return self }
    var settings = self
    settings.epsilon = 0
    return settings
  }

  /// Whether it looks for images in a ball; else it is a corruption.
  package var hasBall: Bool { !method.traits.contains(.corruption) }

  /// Whether images may lie in the same ball and box.
  package func sharesBall(with other: AttackSettings) -> Bool {
    hasBall && other.hasBall && norm == other.norm && epsilon == other.epsilon && clip == other.clip
  }

  /// What tables and pictures call it.
  package var name: String {
    (label ?? method.word + (target.map { "-to-\($0.name)" } ?? "")) + method.attack.labelEnding
  }

  /// Whether the perturbation depends on random draws.
  package var isRandom: Bool { method.attack.isRandom || target == .random }

  /// How likely classes are is asked in a pass of its own; every prediction is made twice.
  package var passes: Passes {
    var passes = method.attack.passes
    if target == .leastLikely || target == .second { passes.forward += 1 }
    passes.forward += 2
    return passes
  }

  /// What about the settings no spec can say.
  package func problem(classes: Int) -> String? {
    if case .label(let label) = target, !(0..<classes).contains(label) {
      return "targeted is \(label)"
    }
    if classes < fewestClasses { return "\(method.word) with \(classes) classes" }
    // In single precision, as they are used.
    guard clip.count == 2, Float(clip[0]) <= Float(clip[1]) else { return "clip is \(clip)" }
    guard method.norms.contains(norm) else { return "norm is \(norm.name)" }
    return problem ?? method.settings.problem
  }
}
