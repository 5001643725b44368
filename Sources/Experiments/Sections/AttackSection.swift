import Settings
import YAML

/// One item of `eval.attacks`.
enum AttackSection {
  static let (name, label, epsilon, targeted) = ("name", "label", "epsilon", "targeted")
  static let (norm, stepSize, l1Steps) = ("norm", "step_size", "l1_steps")
  static let severity = "severity"
  /// Keys whose lists make several rows.
  static let lists: Set<String> = [epsilon, severity]

  static let section = Section(
    "eval.attacks", "the attacks",
    keys: [.word(of: AttackMethod.self, name, "the attack")] + AttackSettings.keys
      + AttackMethod.keys,
    words: SectionWord.words(of: AttackMethod.self, common: AttackSettings.commonKeys))

  /// One attack, a row for each epsilon; a corruption, a row for each severity.
  static func decode(
    _ node: Node, _ context: SettingContext, _ diagnostics: Diagnostics
  ) -> [AttackSettings] {
    let reader = SectionReader(section, node, context: context, diagnostics)
    guard node.mapping != nil else { return [] }
    let found = reader.alternative(AttackMethod.self, node, key: name)
    let epsilons = values(of: epsilon, AttackSettings.radius, reader, \.radiusText)
    let severities = values(of: severity, .severity, reader) { "\($0)" }
    // Each epsilon makes settings of its own, and so does each severity.
    let one = OneOfEach(reader: reader, isKnown: found != nil)
    var settings = AttackSettings()
    settings.method = found?.preset ?? settings.method
    settings.read(one)
    guard let found else {
      one.readValues(of: AttackMethod.self)
      return []
    }
    refuse(found.preset, reader)
    settings.method = found.preset.reading(one)
    guard settings.hasBall else {
      return severities.map { severity in
        var row = settings
        row.method = settings.method.at(severity: severity)
        return row
      }
    }
    settings.checkClasses(reader)
    let rows = epsilons.map { epsilon in
      var row = settings
      row.epsilon = epsilon
      row.method.attack.complete(norm: row.norm, epsilon: epsilon)
      return row
    }
    refuseL1Steps(settings, reader)
    warn(rows, reader)
    return rows
  }

  /// Reports the options that an attack does not have.
  private static func refuse(_ attack: AttackMethod, _ reader: SectionReader) {
    for key in section.names where !settings(of: attack).contains(key) {
      guard let range = reader.keyRange(key), let why = refusal(of: key, attack) else { continue }
      reader.diagnostics.error(.conflict, why, at: range)
    }
  }

  /// Only `l1` has several kinds of steps.
  private static func refuseL1Steps(_ attack: AttackSettings, _ reader: SectionReader) {
    guard attack.norm != .l1, reader.isGiven(l1Steps),
      settings(of: attack.method).contains(l1Steps)
    else { return }
    if reader.node(Self.norm) != nil, !reader.isGiven(Self.norm) { return }
    reader.report(
      .conflict,
      "`l1_steps` says how steps in `l1` are made, and the norm is `\(attack.norm.name)`",
      at: l1Steps, suggestion: "leave it out, or write `norm: l1`")
  }

  /// Why an attack does not have an option of others; `nil` where it has it.
  static func refusal(of key: String, _ attack: AttackMethod) -> String? {
    guard section.names.contains(key), !settings(of: attack).contains(key) else { return nil }
    return "`\(key)` is not an option of \(attack.word): \(type(of: attack.attack).hint(for: key))"
  }
}

/// What paths to an attack's settings need to know before anything is decoded.
extension AttackSection {
  /// What tables call an attack, without a corruption's severity; `nil` where its node does not say
  /// which it is.
  static func label(of node: Node) -> String? {
    if let label = node[label]?.scalar, !label.text.isEmpty { return label.text }
    guard let name = node[name]?.scalar?.text else { return nil }
    let target = node[targeted].flatMap {
      AttackTarget.type.decode($0, targeted, Diagnostics()) ?? nil
    }
    return name + (target.map { "-to-\($0.name)" } ?? "")
  }

  /// Which attack it is; `nil` where its node does not say so.
  static func kind(of node: Node) -> AttackMethod? {
    let word = node[name]?.scalar?.text
    return AttackMethod.alternatives.first { $0.word == word }?.preset
  }

  /// The keys that an attack has; all where it is not known.
  static func settings(of attack: AttackMethod?) -> [String] {
    guard let attack else { return section.names }
    let own = [name] + AttackSettings.keys(of: attack)
    return section.names.filter(own.contains)
  }
}
