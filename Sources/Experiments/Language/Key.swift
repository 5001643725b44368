/// One key of a section without the type of its value: what the reference and a schema need.
package struct KeyDescription: Sendable, Hashable {
  package enum Default: Sendable, Hashable {
    case required
    /// As YAML.
    case value(String)
    /// In words, where it depends on something else.
    case words(String)
  }

  package var name: String
  package var schema: ValueSchema
  package var defaultValue: Default
  /// One line, without a full stop.
  package var summary: String
}

/// A key that always has a value.
struct Key<Value: Sendable>: Sendable {
  let type: ValueType<Value>
  let fallback: Value
  let description: KeyDescription
  var name: String { description.name }

  init(
    _ name: String, _ type: ValueType<Value>, default fallback: Value, _ summary: String
  ) {
    self.type = type
    self.fallback = fallback
    description = KeyDescription(
      name: name, schema: type.schema, defaultValue: .value(type.encode(fallback)),
      summary: summary)
  }
}

/// A key that must be given, or may be absent.
struct OptionalKey<Value: Sendable>: Sendable {
  let type: ValueType<Value>
  let description: KeyDescription
  var name: String { description.name }

  init(
    _ name: String, _ type: ValueType<Value>, _ defaultValue: KeyDescription.Default,
    _ summary: String
  ) {
    self.type = type
    description = KeyDescription(
      name: name, schema: type.schema, defaultValue: defaultValue, summary: summary)
  }
}
