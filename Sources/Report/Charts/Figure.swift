internal import OrderedCollections
internal import Results

/// Charts side by side with one legend, a caption, and all their numbers as a table.
struct Figure {
  /// What the figure shows, in a few words that no other figure has.
  var name: String
  var caption: HTML
  var panels: [Panel]
  /// What the series are of.
  var seriesTitle = "series"
  /// Whether values have an interval, which is worth two columns.
  private func has(_ interval: KeyPath<Series.Point, ClosedRange<Double>?>) -> Bool {
    panels.contains { $0.series.contains { $0.points.contains { $0[keyPath: interval] != nil } } }
  }

  var html: HTML {
    .element(
      "figure", [:], legend, .element("div", ["class": "panels"], panels.map(\.html)),
      .element("figcaption", [:], caption),
      .details("Numbers of this figure", table.html))
  }

  private var legend: HTML {
    var styles: OrderedDictionary<String, (SeriesStyle, Bool)> = [:]
    for series in panels.flatMap(\.series) where styles[series.name] == nil {
      styles[series.name] = (series.style, series.isConnected)
    }
    guard styles.count > 1 || panels.isEmpty else { return .empty }
    return Self.legend(styles.map { ($0, $1.0, $1.1) })
  }

  static func legend(_ entries: [(name: String, style: SeriesStyle, isLine: Bool)]) -> HTML {
    .element(
      "ul", ["class": "legend"],
      entries.map { entry in
        let line = entry.isLine ? SVG.path("M2 8H38", entry.style.dashClass) : .empty
        let mark = SVG.path(entry.style.mark.path(x: 20, y: 8), "mark")
        let swatch = HTML.element(
          "svg", ["viewBox": "0 0 40 16", "aria-hidden": "true"],
          .element("g", ["class": entry.style.classes], line, mark))
        return .element("li", [:], swatch, .element("span", [:], .text(entry.name)))
      })
  }

  private var table: DataTable {
    let panel = panels.first
    let hasTitles = panels.count > 1
    var columns = hasTitles ? [DataTable.Column(title: "chart")] : []
    columns.append(.init(title: seriesTitle))
    let (hasX, hasY) = (has(\.xInterval), has(\.interval))
    let ends = [
      DataTable.Column(title: "low", isNumeric: true), .init(title: "high", isNumeric: true),
    ]
    columns.append(.init(title: panel?.xLabel ?? "x", isNumeric: true))
    if hasX { columns += ends }
    columns.append(.init(title: panel?.yLabel ?? "y", isNumeric: true))
    if hasY { columns += ends }
    func cells(_ range: ClosedRange<Double>?, _ text: (Double) -> String) -> [DataTable.Cell] {
      [\ClosedRange<Double>.lowerBound, \.upperBound].map { end in
        .text(range.map { text($0[keyPath: end]) } ?? "")
      }
    }
    let rows = panels.flatMap { panel in
      panel.series.flatMap { series in
        series.points.map { point -> [DataTable.Cell] in
          let title = [panel.title, panel.subtitle].filter { !$0.isEmpty }.joined(separator: ", ")
          var row: [DataTable.Cell] = hasTitles ? [.text(title)] : []
          row += [.text(series.name), .text(panel.xText(point.x))]
          if hasX { row += cells(point.xInterval, panel.xText) }
          row.append(.text(panel.yText(point.y)))
          return hasY ? row + cells(point.interval, panel.yText) : row
        }
      }
    }
    return DataTable(
      caption: "Numbers: \(name)", columns: columns, rows: rows,
      headers: hasTitles ? 2 : 1)
  }
}
