/// A text with the name people know it by and its lines, shared by every node and diagnostic
/// that points into it.
package final class SourceText: Sendable {
  /// As shown in diagnostics: the path a person gave.
  package let name: String
  package let text: String
  /// Without their line breaks; never empty.
  package let lines: [Substring]

  package init(name: String, text: String) {
    self.name = name
    // A byte order mark is an encoding's, not the text's.
    let text =
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    self.text = text
    lines = SourceText.split(text)
  }

  /// Splits where libyaml ends a line, so that its line numbers are ours.
  private static func split(_ text: String) -> [Substring] {
    let scalars = text.unicodeScalars
    var lines: [Substring] = []
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      switch scalar {
      case "\n", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(Substring(scalars[start..<index]))
        start = next
        index = next
      case "\r":
        lines.append(Substring(scalars[start..<index]))
        let isPair = next < scalars.endIndex && scalars[next] == "\n"
        start = isPair ? scalars.index(after: next) : next
        index = start
      default:
        index = next
      }
    }
    lines.append(Substring(scalars[start...]))
    return lines
  }

  /// The text of a line counted from 1, or `nil` beyond the end.
  package func line(_ number: Int) -> Substring? {
    lines.indices.contains(number - 1) ? lines[number - 1] : nil
  }
}

/// Part of a text: where a node, a key or a mistake begins and ends.
package struct SourceRange: Sendable, Hashable {
  package var source: SourceText
  package var start: Mark
  /// One past the last scalar.
  package var end: Mark

  package init(source: SourceText, start: Mark, end: Mark) {
    self.source = source
    self.start = start
    self.end = end
  }

  /// The text of a range of one line; empty for a longer one.
  package var text: String {
    guard start.line == end.line, let line = source.line(start.line) else { return "" }
    let scalars = line.unicodeScalars.dropFirst(start.column - 1)
    return String(scalars.prefix(max(0, end.column - start.column)))
  }

  /// `name:line:column`.
  package var place: String { "\(source.name):\(start.line):\(start.column)" }

  package static func == (a: SourceRange, b: SourceRange) -> Bool {
    a.source === b.source && a.start == b.start && a.end == b.end
  }

  package func hash(into hasher: inout Hasher) {
    // Enough to tell ranges apart, and asked for very often.
    hasher.combine(start.line)
    hasher.combine(start.column)
  }
}
