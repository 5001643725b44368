extension AttackSettings {
  /// The keys that an attack has, in the order of the reference.
  package static func keys(of method: AttackMethod) -> [String] {
    let traits = method.traits
    return fields.map(\.key).filter { has($0, traits) }.map(\.name)
      + type(of: method.attack).keys.map(\.name)
  }

  /// The same without those of its own, as they are for it: an attack must have an epsilon.
  package static func commonKeys(of method: AttackMethod) -> [KeyDescription] {
    let traits = method.traits
    return fields.map(\.key).filter { has($0, traits) }.map { key in
      var key = key
      if key.name == epsilonName { key.defaultValue = .required }
      return key
    }
  }

  private static let epsilonName = "epsilon"

  private static func has(_ key: KeyDescription, _ traits: AttackTraits) -> Bool {
    switch key.name {
    case "source": traits.contains(.gradients)
    case "targeted": traits.contains(.targets)
    case "norm", epsilonName: !traits.contains(.corruption)
    default: true
    }
  }

  /// Reports that an attack has no epsilon.
  func requireEpsilon(_ reader: any SettingsReader) {
    guard hasBall, let field = Self.fields.first(where: { $0.key.name == Self.epsilonName }),
      reader.source(Self.epsilonName) == nil
    else { return }
    reader.require(field.key)
  }

  /// Without what a corruption does not have.
  package func forEachKeyValue(_ body: (_ name: String, _ value: SettingValue) -> Void) {
    let traits = method.traits
    for field in Self.fields where !traits.contains(.corruption) || Self.has(field.key, traits) {
      if let value = field.keyValue(self) { body(field.key.name, value) }
    }
  }
}

/// What tells the rows of one model apart in every table.
package struct AttackColumns: Hashable, Sendable {
  package var attack: String
  /// Empty of corruptions, as the norm is.
  package var source: String
  package var norm: String
  package var epsilon: Double

  package init(attack: String, source: String = "", norm: String = "", epsilon: Double = 0) {
    self.attack = attack
    self.source = source
    self.norm = norm
    self.epsilon = epsilon
  }
}

extension AttackSettings {
  /// What tells its row apart from the others of a model.
  package var columns: AttackColumns {
    guard hasBall else { return AttackColumns(attack: name) }
    return AttackColumns(attack: name, source: source.name, norm: norm.name, epsilon: epsilon)
  }
}
