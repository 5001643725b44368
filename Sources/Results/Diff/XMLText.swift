internal import PlainText

/// Texts as XML holds them.
enum XMLText {
  /// Attributes, each with a blank before it.
  static func attributes(_ attributes: [(name: String, value: String)]) -> String {
    attributes.map { " \($0.name)=\"\(escaped($0.value))\"" }.joined()
  }

  /// Lines of an element's text.
  static func lines(_ lines: [String]) -> String {
    lines.map(escaped).joined(separator: "\n")
  }

  /// One line in which nothing is markup, and nothing that XML 1.0 forbids or that plays tricks on
  /// a reader's terminal.
  static func escaped(_ text: String) -> String {
    let text = text.printable
    if text.utf8.allSatisfy({ !special.contains($0) && $0 < 0x80 }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      // No characters, but not control characters either.
      case "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private static let special = Set("&<>\"".utf8)
}
