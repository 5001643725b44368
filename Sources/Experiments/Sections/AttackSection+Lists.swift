import Settings
import YAML

extension AttackSection {
  /// The values of a key that may be a list: each makes a row of its own. None twice.
  static func values<Value: Hashable>(
    of key: String, _ type: SettingType<Value>, _ reader: SectionReader, _ text: (Value) -> String
  ) -> [Value] {
    guard let node = reader.node(key) else { return [] }
    guard let items = node.sequence else {
      if node.mapping != nil {
        let description = section.keys.first { $0.name == key }
        mismatch(node, key, description?.schema ?? type.schema, reader.diagnostics)
        return []
      }
      return type.decode(node, key, reader.diagnostics).map { [$0] } ?? []
    }
    if items.isEmpty {
      reader.diagnostics.error(
        .outOfRange, "`\(key)` is an empty list; give at least one", at: node.range)
    }
    var values: [Value] = []
    for item in items {
      guard let value = type.decode(item, key, reader.diagnostics) else { continue }
      if values.contains(value) {
        reader.diagnostics.error(
          .duplicate, "the \(key) \(text(value)) appears twice", at: item.range)
      } else {
        values.append(value)
      }
    }
    return values
  }
}

/// A reader of an attack whose lists are read apart.
struct OneOfEach: SettingsReader {
  let reader: SectionReader
  /// Whether it is known which attack it is: else nobody knows what it must have.
  let isKnown: Bool

  var context: SettingContext { reader.context }
  func source(_ key: String) -> (any SettingSource)? {
    AttackSection.lists.contains(key) ? nil : reader.source(key)
  }
  /// That an epsilon stands in the place of a severity is one mistake, and said of the epsilon.
  func require(_ key: KeyDescription) {
    let others = AttackSection.lists.filter { $0 != key.name }
    if isKnown, others.allSatisfy({ reader.node($0) == nil }) { reader.require(key) }
  }
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
