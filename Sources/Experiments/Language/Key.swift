internal import Settings
import YAML

/// A key that always has a value, of a section that is read and not kept: of a sweep, say.
struct Key<Value: Sendable>: Sendable {
  let type: SettingType<Value>
  let fallback: Value
  let description: KeyDescription
  var name: String { description.name }

  init(
    _ name: String, _ type: SettingType<Value>, default fallback: Value, _ summary: String
  ) {
    self.type = type
    self.fallback = fallback
    description = KeyDescription(
      name: name, schema: type.schema, defaultValue: .value(type.encode(fallback).yaml),
      summary: summary)
  }
}

/// A key that must be given, or may be absent.
struct OptionalKey<Value: Sendable>: Sendable {
  let type: SettingType<Value>
  let description: KeyDescription
  var name: String { description.name }

  init(
    _ name: String, _ type: SettingType<Value>, _ defaultValue: KeyDescription.Default,
    _ summary: String
  ) {
    self.type = type
    description = KeyDescription(
      name: name, schema: type.schema, defaultValue: defaultValue, summary: summary)
  }
}

extension SettingType {
  /// The value of a node, or `nil` after reporting what is wrong with it.
  ///
  /// - Parameter key: What it stands under, for messages.
  func decode(_ node: Node, _ key: String, _ diagnostics: Diagnostics) -> Value? {
    decode(NodeSource(node: node, key: key, context: SettingContext(), diagnostics))
  }
}
