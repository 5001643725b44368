internal import PlainText

/// A piece of a page. Text enters it escaped, so that what specs and tables say is never markup.
///
/// A string literal is text, too: `"a < b"` shows these characters.
struct HTML: Hashable, Sendable, ExpressibleByStringInterpolation {
  private(set) var markup: String

  init(stringLiteral text: String) { self = .text(text) }

  private init(markup: String) { self.markup = markup }

  static let empty = HTML(markup: "")

  var isEmpty: Bool { markup.isEmpty }

  /// One line of text; what has no glyph of its own is U+FFFD.
  static func text(_ text: String) -> HTML { HTML(markup: escaped(text.printable)) }

  /// Several lines of text.
  static func lines(_ text: String) -> HTML { HTML(markup: escaped(text.printableLines)) }

  /// Markup of our own: what a program's text says, never what a spec or a table says.
  static func verbatim(_ markup: StaticString) -> HTML {
    HTML(markup: markup.withUTF8Buffer { String(decoding: $0, as: UTF8.self) })
  }

  /// An element; blocks end their line.
  static func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ children: HTML...
  ) -> HTML {
    element(name, attributes, children)
  }

  static func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ children: [HTML]
  ) -> HTML {
    var markup = tag(name, attributes)
    if breaking.contains(name.description) { markup += "\n" }
    for child in children { markup += child.markup }
    markup += "</\(name)>"
    if blocks.contains(name.description) { markup += "\n" }
    return HTML(markup: markup)
  }

  /// An element without an end: `meta`, `img`.
  static func void(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]
  ) -> HTML {
    HTML(markup: tag(name, attributes) + (blocks.contains(name.description) ? "\n" : ""))
  }

  static func joined(_ parts: [HTML], separator: HTML = .empty) -> HTML {
    HTML(markup: parts.map(\.markup).joined(separator: separator.markup))
  }

  static func + (a: HTML, b: HTML) -> HTML { HTML(markup: a.markup + b.markup) }
  static func += (a: inout HTML, b: HTML) { a.markup += b.markup }

  private static func tag(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>
  ) -> String {
    var tag = "<\(name)"
    for (key, value) in attributes { tag += " \(key)=\"\(escaped(value.printable))\"" }
    return tag + ">"
  }

  private static func escaped(_ text: String) -> String {
    let special: Set<Unicode.Scalar> = ["&", "<", ">", "\"", "'"]
    guard text.unicodeScalars.contains(where: special.contains) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Begin a line of their own inside.
  private static let breaking: Set<String> = [
    "html", "head", "body", "main", "section", "nav", "ul", "ol", "dl", "table", "thead", "tbody",
    "figure", "svg", "details", "header", "footer",
  ]

  /// End their line.
  private static let blocks: Set<String> = breaking.union([
    "meta", "link", "title", "style", "script", "h1", "h2", "h3", "p", "li", "dt", "dd", "tr",
    "caption", "div", "figcaption", "pre", "summary", "g",
  ])
}
