import YAML

/// One item of `eval.attacks`.
enum AttackSection {
  private static let steps = ValueType<Int>.integer(1...1_000_000)
  private static let radius = ValueType<Double>.number(.nonNegative)

  static let name = OptionalKey(
    "name",
    ValueType<AttackName>.choice(
      "attack",
      later: [
        "mifgsm", "deepfool", "cw", "apgd-ce", "apgd-dlr", "apgd-t", "fab-t", "square",
        "autoattack",
      ]), .required, "the attack")
  static let label = OptionalKey(
    "label", .name("the label"), .words("the attack's name, with `targeted` `NAME-to-TARGET`"),
    "what tables and pictures call it")
  static let source = Key(
    "source", .name("the model"), default: "self",
    "whose gradients make the perturbation: `self`, or a model's name")
  static let norm = Key(
    "norm", NormName.type, default: .infinity,
    "the norm of the ball; `infinity` is another word for `linf`")
  static let epsilon = KeyDescription(
    name: "epsilon",
    schema: .either([radius.schema, .list(of: radius.schema, minimum: 1, maximum: nil)]),
    defaultValue: .required,
    summary: "radius of the ball, images lying in 0...1; a list gives a row each")
  static let stepSize = OptionalKey(
    "step_size", .number(.positive),
    .words(
      "`bim` 0.2 epsilon, with less than 10 steps 2 epsilon / steps; `pgd` 4/3 epsilon / steps, in"
        + " `l2` and `l1` 2.5 epsilon / steps"),
    "length of one step; for `bim` and `pgd`")
  static let stepCount = OptionalKey(
    "steps", steps, .words("`bim` 10; `pgd` 40"), "the number of steps; for `bim` and `pgd`")
  static let restarts = Key(
    "restarts", .integer(1...10_000), default: 1,
    "random starts of `pgd`, draws of noise: the worst is kept per image")
  static let randomStart = Key(
    "random_start", .boolean, default: true, "start at a random point of the ball; for `pgd`")
  static let targeted = Key(
    "targeted", AttackTargetName.type, default: nil,
    "the class that images are driven to: `next` after their own, the `least-likely`, a `random`"
      + " one, or that of a number; for `fgsm`, `bim` and `pgd`")
  static let clip = Key(
    "clip", .list(of: .number(.any), minimum: 2, maximum: 2), default: [0, 1],
    "the box that attacked images stay in; holds 0...1")
  static let limit = OptionalKey(
    "limit", .integer(1...), .words("`eval.limit`"),
    "at most so many images, from the front")

  static let section = Section(
    "eval.attacks", "one attack",
    keys: [
      name.description, label.description, source.description, norm.description, epsilon,
      stepSize.description, stepCount.description, restarts.description,
      randomStart.description, targeted.description, clip.description, limit.description,
    ])

  /// The keys that an attack does not know, with the reason.
  static func foreign(to attack: AttackName) -> [(key: String, why: String)] {
    switch attack {
    case .fgsm:
      ["step_size", "steps", "restarts", "random_start"].map {
        ($0, "fgsm is one step of epsilon from the image; use `pgd`")
      }
    case .bim:
      ["restarts", "random_start"].map { ($0, "bim starts at the image; use `pgd`") }
    case .pgd: []
    case .noiseUniform, .noiseGaussian:
      ["source", "step_size", "steps", "random_start", "targeted"].map {
        ($0, "noise has no gradient and takes no steps; `restarts` counts its draws")
      }
    }
  }

  /// One attack, a row for each epsilon.
  ///
  /// - Parameter classes: Of the data; `nil` where that is not known.
  static func decode(
    _ node: Node, models: [String], classes: Int?, _ diagnostics: Diagnostics
  ) -> [AttackSettings] {
    let reader = SectionReader(section, node, diagnostics)
    guard node.mapping != nil else { return [] }
    let given = reader.required(name)
    let epsilons = epsilons(reader)
    let source = source(reader, models)
    if let given {
      for (key, why) in foreign(to: given) {
        guard let range = reader.keyRange(key) else { continue }
        diagnostics.error(
          .conflict, "`\(key)` means nothing to \(given.rawValue): \(why)", at: range)
      }
    }
    let attack = given ?? .fgsm
    let clip = box(reader)
    let restarts = reader.value(restarts)
    let randomStart = reader.value(randomStart) && attack == .pgd
    if attack == .pgd, restarts > 1, !randomStart {
      diagnostics.error(
        .conflict, "`restarts` without `random_start` would repeat the same start",
        at: reader.place("restarts"))
    }
    let norm = reader.value(norm)
    let target = target(reader, classes)
    let label =
      reader.value(label) ?? attack.rawValue + (target.map { "-to-\($0.name)" } ?? "")
    if label == "clean" {
      diagnostics.error(
        .badName, "the label `clean` is that of the row without an attack",
        at: reader.place("label"))
    }
    let limit = reader.value(limit)
    let stepCount = reader.value(stepCount)
    let stepSize = reader.value(stepSize)
    guard given != nil else { return [] }
    let settings = epsilons.map { epsilon in
      let steps = steps(attack, stepCount)
      return AttackSettings(
        name: attack, label: label, source: source, norm: norm, epsilon: epsilon,
        stepSize: stepSize ?? defaultStep(attack, epsilon, norm, steps), steps: steps,
        restarts: restarts, randomStart: randomStart, target: target, clipMin: clip[0],
        clipMax: clip[1],
        limit: limit)
    }
    warn(settings, stepSize, reader)
    return settings
  }

  /// Says what is possible but hardly meant.
  ///
  /// - Parameter step: The length of a step, where it is given: the defaults reach far enough.
  private static func warn(_ attacks: [AttackSettings], _ step: Double?, _ reader: SectionReader) {
    let node = reader.node(epsilon.name)
    for (index, attack) in attacks.enumerated() {
      let place = node?.sequence.map { $0.indices.contains(index) ? $0[index].range : nil }
      if attack.norm == .infinity {
        warnOfRadius(epsilon.name, attack.epsilon, reader, at: place ?? node?.range)
      }
      let reach = attack.stepSize * Double(attack.steps)
      guard let step, attack.name == .bim || attack.name == .pgd, reach.isLess(than: attack.epsilon)
      else { continue }
      reader.diagnostics.warn(
        .weakAttack,
        "`\(attack.label)` \(attack.randomStart ? "moves from its start" : "reaches") at most"
          + " \(reach.radiusText), less than its epsilon \(attack.epsilon.radiusText):"
          + " `steps` \(attack.steps) times `step_size` \(step.radiusText)",
        at: place ?? node?.range,
        suggestion: "leave `step_size` out: it follows from `epsilon` and `steps`")
    }
    if let step, attacks.contains(where: { $0.norm == .infinity }) {
      warnOfRadius(stepSize.name, step, reader)
    }
  }

  private static func steps(_ attack: AttackName, _ given: Int?) -> Int {
    switch attack {
    case .fgsm: 1
    case .bim: given ?? 10
    case .pgd: given ?? 40
    case .noiseUniform, .noiseGaussian: 0
    }
  }

  private static func defaultStep(
    _ attack: AttackName, _ epsilon: Double, _ norm: NormName, _ steps: Int
  ) -> Double {
    switch attack {
    case .fgsm: epsilon
    // Foolbox's, as long as its steps lead to the edge and back.
    case .bim: steps < 10 ? 2 * epsilon / Double(steps) : 0.2 * epsilon
    case .pgd:
      // In the proportion of Madry's 40 steps of 0.01 at an epsilon of 0.3, which stay exact.
      norm == .infinity
        ? 4 * epsilon / (3 * Double(steps)) : 2.5 * epsilon / Double(steps)
    case .noiseUniform, .noiseGaussian: 0
    }
  }

  private static func epsilons(_ reader: SectionReader) -> [Double] {
    guard let node = reader.node(epsilon.name) else {
      reader.requireKeys(epsilon)
      return []
    }
    guard let items = node.sequence else {
      if node.mapping != nil {
        mismatch(node, epsilon.name, epsilon.schema, reader.diagnostics)
        return []
      }
      return radius.decode(node, epsilon.name, reader.diagnostics).map { [$0] } ?? []
    }
    if items.isEmpty {
      reader.diagnostics.error(
        .outOfRange, "`epsilon` is an empty list; give at least one", at: node.range)
    }
    var epsilons: [Double] = []
    for item in items {
      guard let value = radius.decode(item, epsilon.name, reader.diagnostics) else { continue }
      if epsilons.contains(value) {
        reader.diagnostics.error(
          .duplicate, "the epsilon \(value.radiusText) appears twice", at: item.range)
      } else {
        epsilons.append(value)
      }
    }
    return epsilons
  }

  private static func source(_ reader: SectionReader, _ models: [String]) -> AttackSource {
    let name = reader.value(source)
    guard name != "self" else { return .own }
    if !models.isEmpty, !models.contains(name) {
      reader.diagnostics.error(
        .unknownModel, "`source` names an unknown model `\(name)`", at: reader.place("source"),
        suggestion: closest(to: name, among: models).map { "did you mean `\($0)`?" }
          ?? "use `self`, or one of \(listed(models))")
    }
    return .model(name)
  }

  private static func target(_ reader: SectionReader, _ classes: Int?) -> AttackTargetName? {
    let target = reader.value(targeted)
    if case .label(let label) = target, let classes, label >= classes {
      reader.diagnostics.error(
        .outOfRange, "`targeted` names class \(label), but there are \(classes) classes",
        at: reader.place("targeted"), suggestion: "use a number in 0...\(classes - 1)")
    }
    return target
  }

  private static func box(_ reader: SectionReader) -> [Double] {
    let box = reader.value(clip)
    if box[0] >= box[1] {
      reader.diagnostics.error(
        .conflict, "`clip` must be a minimum and a larger maximum", at: reader.place("clip"))
    } else if box[0] > 0 || box[1] < 1 {
      reader.diagnostics.error(
        .outOfRange, "`clip` must hold 0...1: images fill that range and would be moved by it",
        at: reader.place("clip"))
    }
    return box
  }
}
