/// One key of a section as the reference, the JSON Schema and `help` show it.
package struct KeyDescription: Sendable, Hashable {
  package enum Default: Sendable, Hashable {
    case required
    /// As YAML.
    case value(String)
    /// In words, where it depends on something else.
    case words(String)
    /// Of a key that is not a setting: a layer, which is an item of a list.
    case notApplicable
  }

  package var name: String
  package var schema: ValueSchema
  package var defaultValue: Default
  /// One line, without a full stop.
  package var summary: String

  package init(
    name: String, schema: ValueSchema, defaultValue: Default, summary: String
  ) {
    self.name = name
    self.schema = schema
    self.defaultValue = defaultValue
    self.summary = summary
  }
}
