internal import Results

/// A length of a drawing: at most two digits after the point.
func number(_ value: Double) -> String { NumberText.shortest((value * 100).rounded() / 100) }

/// A place of a drawing, for a path.
func coordinates(_ x: Double, _ y: Double) -> String { "\(number(x)) \(number(y))" }

/// Elements of drawings.
enum SVG {
  /// A drawing with what it shows in words, for those who do not see it.
  static func drawing(
    width: Double, height: Double, title: String, description: String, _ children: [HTML]
  ) -> HTML {
    .element(
      "svg",
      [
        "viewBox": "0 0 \(number(width)) \(number(height))", "role": "img",
        "aria-label": description.isEmpty ? title : "\(title). \(description)",
      ], children)
  }

  static func text(
    _ text: String, x: Double, y: Double, _ classes: String = "", turned: Bool = false
  ) -> HTML {
    let place = (number(x), number(y))
    return turned
      ? .element(
        "text",
        [
          "x": place.0, "y": place.1, "class": classes,
          "transform": "rotate(-35 \(place.0) \(place.1))",
        ], .text(text))
      : .element("text", ["x": place.0, "y": place.1, "class": classes], .text(text))
  }

  static func path(_ data: String, _ classes: String) -> HTML {
    .element("path", ["d": data, "class": classes])
  }

  /// A path with words that a pointer shows.
  static func path(_ data: String, _ classes: String, title: String) -> HTML {
    .element("path", ["d": data, "class": classes], .element("title", [:], .text(title)))
  }
}
