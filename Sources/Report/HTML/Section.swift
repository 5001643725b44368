/// A part of the page with a heading that the table of contents links to.
struct Section {
  /// Of the heading, in small letters and dashes.
  var id: StaticString
  var title: String
  /// What one sees here, for someone who sees it for the first time.
  var introduction: HTML
  var content: HTML

  init(_ id: StaticString, _ title: String, _ introduction: HTML = .empty, _ content: HTML) {
    self.id = id
    self.title = title
    self.introduction = introduction
    self.content = content
  }

  var html: HTML {
    .element(
      "section", ["id": "\(id)", "aria-labelledby": "\(id)-title"],
      .element("h2", ["id": "\(id)-title"], .text(title)),
      introduction.isEmpty ? .empty : .element("p", ["class": "lead"], introduction), content)
  }

  /// Its line of the table of contents.
  var link: HTML { .element("li", [:], .element("a", ["href": "#\(id)"], .text(title))) }
}

extension HTML {
  static func paragraph(_ text: HTML) -> HTML { .element("p", [:], text) }
  static func note(_ text: HTML) -> HTML { .element("p", ["class": "note"], text) }
  /// A text in which code stands in backticks.
  static func marked(_ text: String) -> HTML {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    guard parts.count % 2 == 1 else { return .text(text) }
    return .joined(
      parts.enumerated().map { $0.offset % 2 == 1 ? .code($0.element) : .text($0.element) })
  }

  static func code(_ text: String) -> HTML { .element("code", [:], .text(text)) }

  /// What is there for those who ask for it.
  static func details(_ title: HTML, _ content: HTML) -> HTML {
    .element("details", [:], .element("summary", [:], title), content)
  }
}
