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

/// One row of `eval.attacks`: one attack at one epsilon.
package struct AttackSettings: ChoiceSettings {
  package var method = AttackMethod(FGSM())
  /// What tables and pictures call it, unique among the attacks of a spec at one epsilon; by
  /// default the attack's name.
  package var label: String?
  package var source = AttackSource.own
  package var norm = Norm.infinity
  /// Radius of the ball, in pixel units.
  package var epsilon = 0.0
  /// `nil` to drive images away from their own class.
  package var target: AttackTarget?
  /// The box that attacked images stay in.
  package var clip: [Double] = [0, 1]
  /// At most this many images of the split, the first ones.
  package var limit: Int?

  package init() {}

  package init(
    _ attack: any AttackDeclaration, label: String? = nil, source: AttackSource = .own,
    norm: Norm = .infinity, epsilon: Double, target: AttackTarget? = nil, limit: Int? = nil
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

  package static let radius = SettingType<Double>.number(.nonNegative)

  package static let fields: [Field<AttackSettings>] = [
    Field(
      \.label, "label", .name("the label"), "the attack's name in tables and pictures",
      default: "the attack's `name`; with `targeted`, `NAME-to-TARGET`", rule: .never),
    Field(
      \.source, "source", source,
      "the model whose gradients are used: `self`, or a model's name", rule: .never),
    Field(
      \.norm, "norm", Norm.type, "the norm of the ball; `infinity` is the same as `linf`"),
    Field(
      \.epsilon, "epsilon", epsilonType,
      "radius of the ball in pixel units (0...1); a list gives one row per value", isRequired: true),
    Field(
      \.target, "targeted", AttackTarget.type,
      "the target class: `next` (true class + 1), `least-likely`, `random`, or a class number; not"
        + " for noise"),
    Field(
      \.clip, "clip", .list(of: .number(.any), minimum: 2, maximum: 2),
      "bounds of attacked pixels; must contain 0...1"),
    Field(
      \.limit, "limit", .integer(1...), "maximum number of images; the first ones are used",
      default: "`eval.limit`", rule: .never),
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

  /// What tables and pictures call it.
  package var name: String {
    label ?? method.word + (target.map { "-to-\($0.name)" } ?? "")
  }

  /// Whether the perturbation depends on random draws.
  package var isRandom: Bool { method.attack.isRandom || target == .random }

  /// Which class is least likely is asked in a pass of its own; every prediction is made twice.
  package var passes: Passes {
    var passes = method.attack.passes
    if target == .leastLikely { passes.gradient += 1 }
    passes.forward += 2
    return passes
  }

  /// The keys that an attack has, in the order of the reference.
  package static func keys(of method: AttackMethod) -> [String] {
    let traits = method.traits
    let common = fields.map(\.key.name).filter { name in
      (name != "source" || traits.contains(.gradients))
        && (name != "targeted" || traits.contains(.targets))
    }
    return common + type(of: method.attack).keys.map(\.name)
  }

  /// What about the settings no spec can say.
  package func problem(classes: Int) -> String? {
    if case .label(let label) = target, !(0..<classes).contains(label) {
      return "targeted is \(label)"
    }
    // In single precision, as they are used.
    guard clip.count == 2, Float(clip[0]) <= Float(clip[1]) else { return "clip is \(clip)" }
    return problem ?? method.settings.problem
  }
}

extension AttackSettings {
  package mutating func complete(_ reader: any SettingsReader) {
    checkSource(reader)
    if case .label(let label) = target, let classes = reader.context.classes, label >= classes {
      reader.report(
        .outOfRange, "`targeted` names class \(label), but there are \(classes) classes",
        at: "targeted", suggestion: "use a number in 0...\(classes - 1)")
    }
    if clip[0] >= clip[1] {
      reader.report(.conflict, "`clip` must be a minimum and a larger maximum", at: "clip")
    } else if clip[0] > 0 || clip[1] < 1 {
      reader.report(
        .outOfRange, "`clip` must contain 0...1, the range of clean pixels",
        at: "clip")
    }
    if name == "clean" {
      reader.report(
        .badName, "the label `clean` is reserved for the row without an attack", at: "label")
    }
  }

  private func checkSource(_ reader: any SettingsReader) {
    let models = reader.context.models
    guard case .model(let name) = source, !models.isEmpty, !models.contains(name) else { return }
    reader.report(
      .unknownModel, "`source` names an unknown model `\(name)`", at: "source",
      suggestion: closest(to: name, among: models).map { "did you mean `\($0)`?" }
        ?? "use `self`, or one of \(listed(models))")
  }
}
