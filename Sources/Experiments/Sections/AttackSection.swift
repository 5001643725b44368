import Settings
import YAML

/// One item of `eval.attacks`.
enum AttackSection {
  static let (name, label, epsilon, targeted) = ("name", "label", "epsilon", "targeted")

  static let section = Section(
    "eval.attacks", "the attacks",
    keys: [.word(of: AttackMethod.self, name, "the attack")] + AttackSettings.keys
      + AttackMethod.keys,
    words: SectionWord.words(of: AttackMethod.self) { attack in
      let names = AttackSettings.keys(of: attack)
      return AttackSettings.keys.filter { names.contains($0.name) }
    })

  /// One attack, a row for each epsilon.
  static func decode(
    _ node: Node, _ context: SettingContext, _ diagnostics: Diagnostics
  ) -> [AttackSettings] {
    let reader = SectionReader(section, node, context: context, diagnostics)
    guard node.mapping != nil else { return [] }
    let found = reader.alternative(AttackMethod.self, node, key: name)
    let epsilons = epsilons(reader)
    // Each epsilon makes settings of its own.
    let one = OneEpsilon(reader: reader)
    var settings = AttackSettings()
    settings.method = found?.preset ?? settings.method
    settings.read(one)
    guard let found else {
      reader.readValues(of: AttackMethod.self)
      return []
    }
    refuse(found.preset, reader)
    settings.method = found.preset.reading(one)
    let rows = epsilons.map { epsilon in
      var row = settings
      row.epsilon = epsilon
      row.method.attack.complete(norm: row.norm, epsilon: epsilon)
      return row
    }
    warn(rows, isStepGiven: reader.node("step_size") != nil, reader)
    return rows
  }

  /// Reports the options that an attack does not have.
  private static func refuse(_ attack: AttackMethod, _ reader: SectionReader) {
    for key in section.names where !settings(of: attack).contains(key) {
      guard let range = reader.keyRange(key), let why = refusal(of: key, attack) else { continue }
      reader.diagnostics.error(.conflict, why, at: range)
    }
  }

  /// Why an attack does not have an option of others; `nil` where it has it.
  static func refusal(of key: String, _ attack: AttackMethod) -> String? {
    guard section.names.contains(key), !settings(of: attack).contains(key) else { return nil }
    return "`\(key)` is not an option of \(attack.word): \(type(of: attack.attack).hint)"
  }

  /// Says what is possible but hardly meant.
  private static func warn(
    _ rows: [AttackSettings], isStepGiven: Bool, _ reader: SectionReader
  ) {
    let isList = reader.node(epsilon)?.sequence != nil
    for (index, row) in rows.enumerated() {
      let item = isList ? index : nil
      if row.norm == .infinity { reader.warnOfRadius(epsilon, row.epsilon, item: item) }
      guard isStepGiven, let reach = row.method.attack.reach,
        reach.length.isLess(than: row.epsilon)
      else { continue }
      reader.warn(
        .weakAttack,
        "`\(row.name)` \(reach.randomStart ? "moves from its start" : "reaches") at most"
          + " \(reach.length.radiusText), less than its epsilon \(row.epsilon.radiusText):"
          + " `steps` \(reach.steps) times `step_size` \(reach.stepSize.radiusText)", at: epsilon,
        item: item,
        suggestion: "leave out `step_size`: its default follows from `epsilon` and `steps`")
    }
    if isStepGiven, let row = rows.first, row.norm == .infinity,
      let step = row.method.attack.reach?.stepSize
    {
      reader.warnOfRadius("step_size", step)
    }
  }

  private static func epsilons(_ reader: SectionReader) -> [Double] {
    guard let node = reader.node(epsilon) else { return [] }
    let radius = AttackSettings.radius
    guard let items = node.sequence else {
      if node.mapping != nil {
        let key = section.keys.first { $0.name == epsilon }
        mismatch(node, epsilon, key?.schema ?? radius.schema, reader.diagnostics)
        return []
      }
      return radius.decode(node, epsilon, reader.diagnostics).map { [$0] } ?? []
    }
    if items.isEmpty {
      reader.diagnostics.error(
        .outOfRange, "`epsilon` is an empty list; give at least one", at: node.range)
    }
    var epsilons: [Double] = []
    for item in items {
      guard let value = radius.decode(item, epsilon, reader.diagnostics) else { continue }
      if epsilons.contains(value) {
        reader.diagnostics.error(
          .duplicate, "the epsilon \(value.radiusText) appears twice", at: item.range)
      } else {
        epsilons.append(value)
      }
    }
    return epsilons
  }
}

/// What paths to an attack's settings need to know before anything is decoded.
extension AttackSection {
  /// What tables call an attack; `nil` where its node does not say which it is.
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

/// A reader of an attack whose epsilons are read apart.
private struct OneEpsilon: SettingsReader {
  let reader: SectionReader

  var context: SettingContext { reader.context }
  func source(_ key: String) -> (any SettingSource)? {
    key == AttackSection.epsilon ? nil : reader.source(key)
  }
  func require(_ key: KeyDescription) { reader.require(key) }
  func report(_ code: SettingProblem, _ message: String, at key: String?, suggestion: String?) {
    reader.report(code, message, at: key, suggestion: suggestion)
  }
  func report(_ code: SettingProblem, _ message: String, atKey key: String, suggestion: String?) {
    reader.report(code, message, atKey: key, suggestion: suggestion)
  }
  func reportConflict(of key: String, with other: String) {
    reader.reportConflict(of: key, with: other)
  }
  func requireOne(of keys: [String]) { reader.requireOne(of: keys) }
  func warn(
    _ code: SettingProblem, _ message: String, at key: String?, item: Int?, suggestion: String?
  ) {
    reader.warn(code, message, at: key, item: item, suggestion: suggestion)
  }
  func isGiven(_ key: String) -> Bool { reader.isGiven(key) }
}
