/// What a setting may be: its schema, and how it is read and written.
package struct SettingType<Value: Sendable>: Sendable {
  package let schema: ValueSchema
  /// The value; `nil` after the source has reported what is wrong with it.
  package let decode: @Sendable (any SettingSource) -> Value?
  package let encode: @Sendable (Value) -> SettingValue
  /// Whether a value that did not come from a spec is one that a spec may have.
  package let isValid: @Sendable (Value) -> Bool

  package init(
    _ schema: ValueSchema, encode: @escaping @Sendable (Value) -> SettingValue,
    isValid: @escaping @Sendable (Value) -> Bool = { _ in true },
    decode: @escaping @Sendable (any SettingSource) -> Value?
  ) {
    self.schema = schema
    self.decode = decode
    self.encode = encode
    self.isValid = isValid
  }
}

extension SettingType where Value == Int {
  package static func integer(_ range: ClosedRange<Int>) -> Self {
    Self(.integer(range), encode: { .integer($0) }, isValid: { range.contains($0) }) {
      $0.integer(range)
    }
  }

  package static func integer(_ range: PartialRangeFrom<Int>) -> Self {
    .integer(range.lowerBound...Int.max)
  }

  /// Channels or units of a layer.
  package static var width: Self { .integer(1...65_536) }
}

extension SettingType where Value == Double {
  package static func number(_ range: NumberRange) -> Self {
    // Minus zero is zero.
    Self(.number(range), encode: { .number($0 + 0) }, isValid: { range.contains($0) }) {
      $0.number(range)
    }
  }
}

extension SettingType where Value == Bool {
  package static var boolean: Self {
    Self(.boolean, encode: { .boolean($0) }) { $0.boolean() }
  }
}

extension SettingType where Value == String {
  package static var text: Self { Self(.text, encode: { .text($0) }) { $0.text() } }

  /// A path relative to the file that it stands in.
  package static var path: Self { Self(.text, encode: { .text($0) }) { $0.path() } }

  /// A text that may name a folder.
  package static func name(_ what: String) -> Self {
    Self(.name, encode: { .text($0) }) { $0.name(what) }
  }
}

extension SettingType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One word of an enumeration.
  ///
  /// - Parameters:
  ///   - what: What people call such a thing: "padding".
  ///   - aliases: Other spellings.
  package static func choice(_ what: String, aliases: [String: Value] = [:]) -> Self {
    let words = Value.allCases.map(\.rawValue)
    return Self(.choice(words), encode: { .text($0.rawValue) }) { source in
      source.choice(what, words) { Value(rawValue: $0) ?? aliases[$0] }
    }
  }
}

extension SettingType {
  package static func list<Item>(
    of item: SettingType<Item>, minimum: Int = 0, maximum: Int? = nil
  ) -> Self where Value == [Item] {
    let schema = ValueSchema.list(of: item.schema, minimum: minimum, maximum: maximum)
    return Self(
      schema, encode: { .list($0.map(item.encode)) },
      isValid: {
        $0.count >= minimum && $0.count <= maximum ?? .max && $0.allSatisfy(item.isValid)
      }
    ) { source in
      guard let items = source.items else {
        source.mismatch(schema)
        return nil
      }
      guard items.count >= minimum, items.count <= maximum ?? .max else {
        source.mismatch(schema)
        return nil
      }
      let values = items.map(item.decode)
      return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
    }
  }

  /// A section of its own.
  ///
  /// - Parameter name: Its path: `hparams.early_stopping`.
  package static func section(_ name: String) -> Self where Value: SectionSettings {
    Self(
      .section(name), encode: { .section($0.lines) }, isValid: { $0.problem == nil },
      decode: { $0.section(name, Value.self) })
  }

  /// A word, or a section with the word, its settings and others.
  ///
  /// - Parameter name: The section's path: `hparams.schedule`.
  package static func choosing(_ name: String) -> Self where Value: ChoiceSettings {
    Self(
      .either([.choice(Value.Chosen.words), .section(name)]),
      encode: { .choice($0.choice.word, $0.choice.settings.lines + $0.lines) },
      isValid: { $0.problem == nil && $0.choice.settings.problem == nil },
      decode: { $0.section(choosing: name, Value.self) })
  }

  /// A word, or a section with the word and its settings.
  ///
  /// - Parameter name: The section's path: `hparams.optimizer`.
  package static func choice(_ name: String) -> Self where Value: Choice {
    Self(
      .either([.choice(Value.words), .section(name)]),
      encode: { .choice($0.word, $0.settings.lines) },
      isValid: { $0.settings.problem == nil }, decode: { $0.choice(name, Value.self) })
  }
}
