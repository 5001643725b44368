internal import PlainText

/// The one place that turns diagnostics into text.
///
/// ```
/// mnist.yaml:12:3: error: unknown key `epoch` in `hparams`
///  12 |   epoch: 5
///     |   ^~~~~
///     suggestion: did you mean `epochs`?
/// ```
package struct DiagnosticRenderer: Sendable {
  /// Whether to use the terminal's colors.
  package var color: Bool
  /// Longer source lines are cut around the caret.
  package var width: Int

  package init(color: Bool = false, width: Int = 120) {
    self.color = color
    self.width = max(width, 20)
  }

  /// All of `diagnostics`, one after the other, ending in a line break.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(render).joined()
  }

  /// One diagnostic with its source line and notes, ending in a line break.
  package func render(_ diagnostic: Diagnostic) -> String {
    let kind = diagnostic.severity.rawValue
    let tint: Style = diagnostic.severity == .error ? .red : .magenta
    var text = headline(diagnostic.message, kind, tint, at: diagnostic.range)
    if let range = diagnostic.range { text += snippet(range) }
    if let suggestion = diagnostic.suggestion {
      text += "    " + paint("suggestion:", .green) + " " + suggestion.printable + "\n"
    }
    for note in diagnostic.notes {
      if let range = note.range {
        text += headline(note.message, "note", .cyan, at: range) + snippet(range)
      } else {
        text += "    " + paint("note:", .cyan) + " " + note.message.printable + "\n"
      }
    }
    return text
  }

  private func headline(
    _ message: String, _ kind: String, _ tint: Style, at range: SourceRange?
  ) -> String {
    let place = range.map { paint($0.place.printable + ":", .bold) + " " } ?? ""
    return place + paint(kind + ":", tint) + " " + message.printable + "\n"
  }

  /// The source line and, under it, `^~~~`.
  private func snippet(_ range: SourceRange) -> String {
    guard let line = range.source.line(range.start.line) else { return "" }
    var scalars = line.printable.unicodeScalars.map { $0 }
    let offset = min(max(range.start.column - 1, 0), scalars.count)
    // A range over several lines is underlined to the end of its first.
    let lineEnd = scalars.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0
    let end = range.end.line == range.start.line ? range.end.column - 1 : lineEnd
    var length = max(1, min(end, max(lineEnd, offset + 1)) - offset)

    var caret = offset
    if scalars.count > width {
      let first = max(0, min(offset - width / 3, scalars.count - width))
      let last = min(scalars.count, first + width)
      let isCut = last < scalars.count
      scalars = Array(scalars[first..<last])
      if isCut { scalars[scalars.count - 1] = "…" }
      caret = offset - first
      length = max(1, min(length, scalars.count - caret))
      if first > 0 { scalars[0] = "…" }
    }
    let number = String(range.start.line)
    let gutter = String(repeating: " ", count: number.count)
    let shown = String(String.UnicodeScalarView(scalars))
    let underline = "^" + String(repeating: "~", count: length - 1)
    return " \(number) |\(shown.isEmpty ? "" : " ")\(shown)\n"
      + " \(gutter) | " + String(repeating: " ", count: caret) + paint(underline, .green) + "\n"
  }

  private enum Style: String {
    case bold = "1"
    case red = "1;31"
    case green = "32"
    case magenta = "1;35"
    case cyan = "36"
  }

  private func paint(_ text: String, _ style: Style) -> String {
    color ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}
