/// Texts as a terminal or a log may get them.
///
/// Names, cells and messages come from files of others. Nothing that they hold may move a cursor,
/// ring a bell, color or reorder what stands beside it: whatever goes to a terminal or a log goes
/// through one of these.
extension StringProtocol {
  /// The text as one line: a tab is a space, and what has no glyph of its own (control and format
  /// characters, line breaks) is U+FFFD. As many scalars as before.
  package var printable: String { replacingUnprintable { _ in false } }

  /// The same for a text of several lines: line feeds stay.
  package var printableLines: String { replacingUnprintable { $0 == "\n" } }

  private func replacingUnprintable(
    except isKept: (Unicode.Scalar) -> Bool
  ) -> String {
    // Most texts are plain ASCII.
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return String(self) }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar.hasGlyph || isKept(scalar) {
        result.append(scalar)
      } else {
        result.append(scalar == "\t" ? " " : "\u{FFFD}")
      }
    }
    return String(result)
  }

  /// A JSON text with whatever has no glyph of its own written as an escape (`\u202e`), which means
  /// the same; line feeds between values stay.
  package var printableJSON: String {
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A }) { return String(self) }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar.hasGlyph || scalar == "\n" {
        result.append(scalar)
      } else {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          let padding = String(repeating: "0", count: 4 - digits.count)
          result.append(contentsOf: "\\u\(padding)\(digits)".unicodeScalars)
        }
      }
    }
    return String(result)
  }
}

extension Unicode.Scalar {
  /// Whether it is seen, and nothing else happens.
  fileprivate var hasGlyph: Bool {
    if (0x20..<0x7F).contains(value) { return true }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
    default: return true
    }
  }
}
