import FoundationEssentials
import PlainText

/// JSON for people and for `jq`: sorted keys, two spaces, a line break at the end.
enum JSONText {
  /// What a terminal would not show as it is, is escaped.
  static func of(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self).printableJSON + "\n"
  }
}
