internal import Results

/// Bars one below the other, each as long as what is left after one more step.
struct WaterfallPanel {
  var title: String
  var subtitle: String
  var colour: Int
  /// In `0...1`, before the first step.
  var clean: Double
  /// What is left after each, in `0...1`.
  var steps: [(name: String, accuracy: Double)]

  private var bars: [(name: String, before: Double, after: Double)] {
    let before = [clean] + steps.map(\.accuracy)
    return [("clean", clean, clean)]
      + zip(steps, before).map { ("after \($0.name)", $1, $0.accuracy) }
  }

  var html: HTML {
    let (left, right, row) = (112.0, 312.0, 26.0)
    func x(_ share: Double) -> Double { left + (right - left) * share }
    var parts: [HTML] = []
    for (index, bar) in bars.enumerated() {
      let y = Double(index) * row + 4
      parts.append(SVG.text(bar.name.shortened(to: 17), x: left - 8, y: y + 13, "end ink"))
      let solid = "M\(coordinates(left, y))H\(number(x(bar.after)))v17H\(number(left))Z"
      parts.append(
        SVG.path(solid, "fill", title: "\(bar.name): \(Words.percent(bar.after))"))
      if bar.before > bar.after {
        let lost = "M\(coordinates(x(bar.after), y))H\(number(x(bar.before)))v17"
        parts.append(
          SVG.path(
            lost + "H\(number(x(bar.after)))Z", "lost",
            title: "\(bar.name): \(Words.percent(bar.before - bar.after)) lost"))
      }
      parts.append(
        SVG.text(Words.percent(bar.after), x: x(max(bar.before, bar.after)) + 6, y: y + 13, "ink"))
    }
    let height = Double(bars.count) * row + 4
    parts.append(SVG.path("M\(coordinates(left, 0))V\(number(height))", "axis"))
    let drawing = SVG.drawing(
      width: 360, height: height, title: "\(title), \(subtitle): accuracy after each member",
      description: bars.map { "\($0.name) \(Words.percent($0.after))" }.joined(separator: ", "),
      [.element("g", ["class": "c\(colour % 7)"], parts)])
    return .element(
      "div", ["class": "panel"],
      .element(
        "p", ["class": "panel-title"], .text(title), .element("span", [:], " \(subtitle)")), drawing
    )
  }

  static func table(_ panels: [WaterfallPanel]) -> DataTable {
    DataTable(
      caption: "Numbers: ensembles, member by member",
      columns: [
        .init(title: "model"), .init(title: "ensemble"), .init(title: "step"),
        .init(title: "accuracy, %", isNumeric: true), .init(title: "lost, %", isNumeric: true),
      ],
      rows: panels.flatMap { panel in
        panel.bars.map { bar in
          [
            .text(panel.title), .text(panel.subtitle), .text(bar.name),
            .text(Words.percentNumber(bar.after)),
            .text(Words.percentNumber(bar.before - bar.after)),
          ]
        }
      }, headers: 3)
  }
}
