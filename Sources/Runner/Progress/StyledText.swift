internal import PlainText
internal import Results

/// A line of parts, each shown in its own way where colours are.
struct StyledText: Sendable {
  enum Style: String, Sendable {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
  }

  var parts: [(text: String, style: Style)] = []

  init(_ text: String = "", _ style: Style = .plain) {
    if !text.isEmpty { add(text, style) }
  }

  var count: Int { parts.reduce(0) { $0 + $1.text.count } }

  mutating func add(_ text: String, _ style: Style = .plain) {
    parts.append((text.printable, style))
  }

  mutating func add(_ bar: Bar) {
    add(bar.filled, .green)
    add(bar.ground, .dim)
  }

  /// The text, cut to `width` columns.
  func text(width: Int, hasColor: Bool) -> String {
    var rest = width
    var result = ""
    for part in parts where rest > 0 {
      let text = part.text.count <= rest ? part.text : part.text.prefix(rest - 1) + "…"
      rest -= text.count
      result +=
        hasColor && part.style != .plain
        ? "\u{1B}[\(part.style.rawValue)m\(text)\u{1B}[0m" : String(text)
    }
    return result
  }
}
