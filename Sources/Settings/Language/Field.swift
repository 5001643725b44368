/// One setting of a section: where it is stored, what it is called, what it may be and means.
package struct Field<Root: SectionSettings>: Sendable {
  /// Whether a setting is part of the text that a stage's key is the digest of.
  package enum KeyRule: Sendable {
    case always
    /// For a setting that is added to a section later: results stored before keep their keys. The
    /// default must then never change.
    case unlessDefault
    /// It does not change a result.
    case never
  }

  package let key: KeyDescription
  package let rule: KeyRule
  /// Decodes into the property; leaves it as it is where the source is wrong and says so.
  package let read: @Sendable (any SettingSource, inout Root) -> Void
  package let value: @Sendable (Root) -> SettingValue?
  /// What a spec says where there is no value.
  private let absent: String
  /// What no spec can say about the property's value.
  package let problem: @Sendable (Root) -> String?

  /// A setting that always has a value; its default is that of a new `Root`.
  ///
  /// - Parameters:
  ///   - fallback: The default in words, where it depends on something else.
  ///   - isRequired: Whether there is no default.
  package init<Value: Sendable & Equatable>(
    _ path: any WritableKeyPath<Root, Value> & Sendable, _ name: String, _ type: SettingType<Value>,
    _ summary: String, default fallback: String? = nil, isRequired: Bool = false,
    rule: KeyRule = .always
  ) {
    let standard: KeyDescription.Default =
      if isRequired {
        .required
      } else if let fallback {
        .words(fallback)
      } else {
        .value(type.encode(Root()[keyPath: path]).yaml)
      }
    key = KeyDescription(
      name: name, schema: type.schema, defaultValue: standard, summary: summary)
    self.rule = rule
    absent = "null"
    read = { source, root in
      if let value = type.decode(source) { root[keyPath: path] = value }
    }
    value = { type.encode($0[keyPath: path]) }
    problem = { root in
      let value = root[keyPath: path]
      return type.isValid(value) ? nil : "\(name) is \(type.encode(value).yaml)"
    }
  }

  /// A setting that may have no value.
  ///
  /// - Parameters:
  ///   - fallback: What holds then, in words; where there are none, `absent` says it.
  ///   - absent: How a spec says that there is none.
  package init<Value: Sendable & Equatable>(
    _ path: any WritableKeyPath<Root, Value?> & Sendable, _ name: String,
    _ type: SettingType<Value>, _ summary: String, default fallback: String? = nil,
    absent: String = "null", rule: KeyRule = .always
  ) {
    key = KeyDescription(
      name: name, schema: type.schema,
      defaultValue: fallback.map { .words($0) } ?? .value(absent), summary: summary)
    self.rule = rule
    self.absent = absent
    read = { source, root in
      if let value = type.decode(source) { root[keyPath: path] = value }
    }
    value = { $0[keyPath: path].map(type.encode) }
    problem = { root in
      guard let value = root[keyPath: path], !type.isValid(value) else { return nil }
      return "\(name) is \(type.encode(value).yaml)"
    }
  }

  /// The setting with its value.
  package func line(_ root: Root) -> SettingLine {
    let value = value(root)
    let isInKey =
      switch rule {
      case .always: true
      case .never: false
      case .unlessDefault: value != self.value(Root())
      }
    return SettingLine(name: key.name, value: value, isInKey: isInKey, absent: absent)
  }
}
