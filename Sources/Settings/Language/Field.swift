/// One setting of a section: where it is stored, what it is called, what it may be and means.
///
/// A class, so that it is handed on without copies of its parts: fields are read for every point of a
/// sweep.
package final class Field<Root: SectionSettings>: Sendable {
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
  package let isRequired: Bool
  package let rule: KeyRule
  /// Decodes into the property; leaves it as it is where the source is wrong and says so.
  package let read: @Sendable (any SettingSource, inout Root) -> Void
  package let value: @Sendable (Root) -> SettingValue?
  /// What a spec says where there is no value.
  private let absent: String
  /// The value of a new `Root`.
  private let standard: SettingValue?
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
    let standard = type.encode(Root()[keyPath: path])
    let defaultValue: KeyDescription.Default =
      if isRequired { .required } else { fallback.map { .words($0) } ?? .value(standard.yaml) }
    key = KeyDescription(
      name: name, schema: type.schema, defaultValue: defaultValue, summary: summary)
    self.standard = standard
    self.isRequired = isRequired
    self.rule = rule
    absent = "null"
    read = { source, root in
      if let value = type.decode(source) { root[keyPath: path] = value }
    }
    let get = Self.getter(path)
    value = { type.encode(get($0)) }
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
    standard = Root()[keyPath: path].map(type.encode)
    isRequired = false
    self.rule = rule
    self.absent = absent
    read = { source, root in
      if let value = type.decode(source) { root[keyPath: path] = value }
    }
    let get = Self.getter(path)
    value = { get($0).map(type.encode) }
    problem = { root in
      guard let value = root[keyPath: path], !type.isValid(value) else { return nil }
      return "\(name) is \(type.encode(value).yaml)"
    }
  }

  /// Reads a stored property where it lies, several times as fast as through its key path.
  private static func getter<Value>(
    _ path: any WritableKeyPath<Root, Value> & Sendable
  ) -> @Sendable (Root) -> Value {
    guard let offset = MemoryLayout<Root>.offset(of: path) else { return { $0[keyPath: path] } }
    return { root in
      withUnsafePointer(to: root) {
        (UnsafeRawPointer($0) + offset).assumingMemoryBound(to: Value.self).pointee
      }
    }
  }

  /// The setting with its value.
  package func line(_ root: Root) -> SettingLine {
    let value = value(root)
    return SettingLine(
      name: key.name, value: value, isInKey: isInKey(value), absent: absent)
  }

  /// The value where it is part of the text that a stage's key is the digest of.
  package func keyValue(_ root: Root) -> SettingValue? {
    if rule == .never { return nil }
    let value = value(root)
    return isInKey(value) ? value : nil
  }

  private func isInKey(_ value: SettingValue?) -> Bool {
    switch rule {
    case .always: true
    case .never: false
    case .unlessDefault: value != standard
    }
  }
}
