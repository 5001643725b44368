internal import Results

/// One chart: an x axis, a y axis, series of values.
struct Panel {
  var title: String
  /// Beside the title, in a lighter colour; may be empty.
  var subtitle = ""
  /// With its unit.
  var xLabel: String
  var yLabel: String
  var x: Scale
  var y: Scale
  var series: [Series]
  /// Drawn behind the series: a stepped line through these places, from left to right.
  var front: [Series.Point] = []
  /// How x and y are written.
  var xText: (Double) -> String = { NumberText.radius($0) }
  var yText: (Double) -> String = { Words.percent($0) }

  private let width = 360.0
  private let left = 44.0
  private let right = 346.0
  private let top = 26.0
  /// Names of categories are written aslant where they do not fit.
  private var isAslant: Bool {
    x.kind == .categories
      && x.ticks.contains { Double($0.label.count) * 6.2 > (right - left) / Double(x.ticks.count) }
  }
  private let plotHeight = 190.0
  private var bottom: Double { top + plotHeight }
  private var height: Double {
    guard isAslant else { return bottom + 38 }
    return bottom + 34 + 3.6 * Double(x.ticks.map { min(16, $0.label.count) }.max() ?? 0)
  }

  var html: HTML {
    let drawing = SVG.drawing(
      width: width, height: height,
      title: "\(title)\(subtitle.isEmpty ? "" : ", \(subtitle)"): \(yLabel) against \(xLabel)",
      description: description,
      grid + [axisTitles, frontLine] + series.reversed().map(draw))
    return .element("div", ["class": "panel"], heading, drawing)
  }

  private var heading: HTML {
    guard !title.isEmpty else { return .empty }
    return .element(
      "p", ["class": "panel-title"], .text(title),
      subtitle.isEmpty ? .empty : .element("span", [:], " \(subtitle)"))
  }

  /// Each series in words: where it begins and where it ends.
  private var description: String {
    series.compactMap { series in
      guard let first = series.points.first, let last = series.points.last else { return nil }
      func words(_ point: Series.Point) -> String { "\(yText(point.y)) at \(xText(point.x))" }
      if series.points.count == 1 { return "\(series.name): \(words(first))." }
      return series.isConnected
        ? "\(series.name): from \(words(first)) to \(words(last))."
        : "\(series.name): \(series.points.count) values."
    }.joined(separator: " ")
  }

  private func placeX(_ value: Double) -> Double { left + 6 + (right - left - 12) * x.place(value) }
  private func placeY(_ value: Double) -> Double { bottom - plotHeight * y.place(value) }

  private var grid: [HTML] {
    var lines = ""
    for tick in y.ticks {
      lines += "M\(coordinates(left, placeY(tick.value)))H\(number(right))"
    }
    var marks = "M\(coordinates(left, bottom))H\(number(right))"
    for tick in x.ticks { marks += "M\(coordinates(placeX(tick.value), bottom))v4" }
    return [SVG.path(lines, "grid"), SVG.path(marks, "axis")]
      + y.ticks.map { SVG.text($0.label, x: left - 7, y: placeY($0.value) + 4, "end") }
      + x.ticks.map { tick in
        let label = tick.label.shortened(to: 18)
        return isAslant
          ? SVG.text(label, x: placeX(tick.value) + 4, y: bottom + 14, "end", turned: true)
          : SVG.text(label, x: placeX(tick.value), y: bottom + 17, "middle")
      }
  }

  private var axisTitles: HTML {
    SVG.text(yLabel, x: 0, y: 11) + SVG.text(xLabel, x: right, y: height - 4, "end")
  }

  private var frontLine: HTML {
    guard let first = front.first else { return .empty }
    var path = "M\(coordinates(placeX(first.x), placeY(first.y)))"
    for point in front.dropFirst() {
      path += "V\(number(placeY(point.y)))H\(number(placeX(point.x)))"
    }
    return SVG.path(path, "front")
  }

  private func draw(_ series: Series) -> HTML {
    let style = series.style
    var parts: [HTML] = []
    if series.isConnected, series.points.count > 1 {
      let line = series.points.map { coordinates(placeX($0.x), placeY($0.y)) }
      parts.append(SVG.path("M" + line.joined(separator: "L"), style.dashClass))
    }
    let bars = series.points.map { whiskers(of: $0, offset(of: series)) }.joined()
    if !bars.isEmpty { parts.append(SVG.path(bars, "whisker")) }
    for point in series.points {
      let shape = style.mark.path(
        x: placeX(point.x) + offset(of: series), y: placeY(point.y),
        radius: style.isBaseline ? 3 : 3.8)
      func words(_ range: ClosedRange<Double>?, _ text: (Double) -> String) -> String {
        range.map { " (\(text($0.lowerBound)) to \(text($0.upperBound)))" } ?? ""
      }
      parts.append(
        SVG.path(
          shape, "mark",
          title: "\(series.name), \(xText(point.x))\(words(point.xInterval, xText)): "
            + yText(point.y) + words(point.interval, yText)))
    }
    return .element("g", ["class": style.classes], parts)
  }

  /// Error bars with ends, of y and of x.
  private func whiskers(of point: Series.Point, _ offset: Double) -> String {
    let (x, y) = (placeX(point.x) + offset, placeY(point.y))
    var path = ""
    if let interval = point.interval {
      let (low, high) = (placeY(interval.lowerBound), placeY(interval.upperBound))
      path += "M\(coordinates(x, low))V\(number(high))"
      for end in [low, high] { path += "M\(coordinates(x - 3, end))h6" }
    }
    if let interval = point.xInterval {
      let (low, high) = (placeX(interval.lowerBound), placeX(interval.upperBound))
      path += "M\(coordinates(low, y))H\(number(high))"
      for end in [low, high] { path += "M\(coordinates(end, y - 3))v6" }
    }
    return path
  }

  /// Beside each other rather than upon each other where x has no scale.
  private func offset(of one: Series) -> Double {
    guard x.kind == .categories, let index = series.firstIndex(of: one) else { return 0 }
    let room = 0.6 * (right - left) / Double(max(1, x.ticks.count))
    let step = min(9, room / Double(max(1, series.count)))
    return (Double(index) - Double(series.count - 1) / 2) * step
  }
}
