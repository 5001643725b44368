internal import PlainText

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

  /// A bar of eighths of a character, on a dotted ground.
  mutating func add(bar share: Double, width: Int) {
    let eighths = Int((min(1, max(0, share)) * Double(width * 8)).rounded(.down))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let filled = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    add(filled, .green)
    add(String(repeating: "·", count: width - filled.count), .dim)
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
