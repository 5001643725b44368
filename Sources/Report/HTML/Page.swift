/// The whole page: a heading, a table of contents, the sections.
struct Page {
  var title: String
  /// What stands above the contents.
  var header: HTML
  var sections: [Section]

  var text: String {
    let head: HTML = .element(
      "head", [:], .void("meta", ["charset": "utf-8"]),
      .void("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
      .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
      .void("meta", ["name": "color-scheme", "content": "light dark"]),
      .void("meta", ["name": "referrer", "content": "no-referrer"]),
      .void("link", ["rel": "icon", "href": "data:,"]),
      .element("title", [:], .text(title)), .element("style", [:], .verbatim(Stylesheet.text)))
    let contents: HTML =
      sections.isEmpty
      ? .element("div")
      : .element(
        "nav", ["aria-label": "Contents"], .element("p", ["class": "nav-title"], "Contents"),
        .element("ul", [:], sections.map(\.link)))
    let body: HTML = .element(
      "body", [:], .element("a", ["class": "skip", "href": "#content"], "Skip to the content"),
      .element(
        "div", ["class": "page"], contents,
        .element("main", ["id": "content"], [header] + sections.map(\.html))),
      .element("script", [:], .verbatim(Script.text)))
    return "<!DOCTYPE html>\n" + HTML.element("html", ["lang": "en"], head, body).markup
  }

  /// Nothing is loaded from anywhere, and no program runs but the page's own.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    + "script-src '\(Script.digest)'; base-uri 'none'; form-action 'none'"
}
