/// The value of a setting as data: keys, resolved specs, JSON and descriptions are made from it.
package enum SettingValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  /// A word of the language, or a text of the user's.
  case text(String)
  case list([SettingValue])
  /// A section.
  case section([SettingLine])
  /// A section with a word that chooses what it holds.
  case choice(String, [SettingLine])
}

extension SettingValue {
  /// In YAML's flow style.
  package var yaml: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): quoted(value)
    case .list(let values): "[" + values.map(\.yaml).joined(separator: ", ") + "]"
    case .section(let lines): "{ " + lines.compactMap(\.yaml).joined(separator: ", ") + " }"
    case .choice(let word, _): quoted(word)
    }
  }
}

extension SettingLine {
  /// `steps: 40`; `nil` without a value.
  package var yaml: String? { value.map { "\(name): \($0.yaml)" } }
}

/// `text` as a YAML scalar that is read as text.
package func quoted(_ text: String) -> String {
  if isPlain(text) { return text }
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\t": "\\t"
    case "\u{85}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{0}"..."\u{1F}", "\u{7F}":
      "\\U" + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
        + String(scalar.value, radix: 16)
    default: String(scalar)
    }
  }
  return "\"" + escaped.joined() + "\""
}

/// Whether YAML's core schema reads a text without quotes as the same text.
///
/// Texts that begin like a number, or are a word for a boolean or null, get quotes.
private func isPlain(_ text: String) -> Bool {
  func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
  }
  let others = Array("-./0123456789".utf8)
  guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "/") else {
    return false
  }
  guard text.utf8.allSatisfy({ isLetter($0) || others.contains($0) }) else { return false }
  return !["true", "false", "null"].contains(text.lowercased())
}
