internal import Results

/// Combinations of many settings, each a line across an axis for every setting to its accuracy.
///
/// - Source: Inselberg 1985, The Visual Computer 1(4).
struct ParallelCoordinates {
  let title: String
  let subtitle: String
  private let axes: [Axis]
  private let lines: [(places: [Double?], accuracy: Double, words: [String])]
  private let colour: Int

  private struct Axis {
    var name: String
    var scale: Scale
  }

  init(
    title: String, subtitle: String, _ table: MeasuredTable, _ rows: [MeasuredRow], axes: [Int]
  ) {
    self.title = title
    self.subtitle = subtitle
    colour = table.colour(of: title)
    var names: [Int: [String]] = [:]
    self.axes = axes.map { axis in
      let values = table.ordered(Set(rows.map { $0.row.point[axis] }), rows, axis: axis)
        .filter { !$0.isEmpty }
      if table.isNumeric(axis) {
        return Axis(name: table.axes[axis], scale: .numbers(values.compactMap { Double($0) }))
      }
      names[axis] = values
      return Axis(name: table.axes[axis], scale: .categories(values))
    }
    lines = rows.compactMap { row in
      row.accuracy.map { accuracy in
        let values = axes.map { row.row.point[$0] }
        let places = zip(axes, values).map { axis, value -> Double? in
          if let names = names[axis] { return names.firstIndex(of: value).map(Double.init) }
          return Double(value)
        }
        return (places, accuracy, values.map(HeatMap.words))
      }
    }
  }

  private var accuracyScale: Scale { .accuracy(lowest: lines.map(\.accuracy).min() ?? 0) }

  var html: HTML {
    let (width, height, top, bottom) = (760.0, 300.0, 40.0, 250.0)
    let all = axes + [Axis(name: "accuracy, %", scale: accuracyScale)]
    let step = (width - 130) / Double(all.count - 1)
    func x(_ axis: Int) -> Double { 50 + step * Double(axis) }
    func y(_ axis: Int, _ value: Double?) -> Double {
      guard let value else { return bottom + 22 }
      return bottom - (bottom - top) * all[axis].scale.place(value)
    }
    let sorted = lines.map(\.accuracy).sorted()
    let quarter = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 3 / 4)]
    // The best ones are drawn upon the others.
    let drawn = lines.enumerated().sorted {
      ($0.element.accuracy, $0.offset) < ($1.element.accuracy, $1.offset)
    }.map { _, line -> HTML in
      let values = line.places + [line.accuracy]
      let path = values.indices.map { coordinates(x($0), y($0, values[$0])) }
      let words = zip(axes, line.words).map { "\($0.name) \($1)" }.joined(separator: ", ")
      return SVG.path(
        "M" + path.joined(separator: "L"), line.accuracy >= quarter ? "best" : "other",
        title: "\(words): \(Words.percent(line.accuracy))")
    }
    let frame = all.indices.flatMap { axis -> [HTML] in
      let isLast = axis == all.count - 1
      let scale = all[axis].scale
      let name = all[axis].name.shortened(to: max(8, Int(step / 6)))
      return [
        SVG.path("M\(coordinates(x(axis), top))V\(number(bottom))", "axis"),
        SVG.text(name, x: x(axis), y: top - 16, axis == 0 ? "ink start" : "middle ink"),
      ]
        + scale.ticks.map { tick in
          SVG.text(
            tick.label.shortened(to: 12), x: x(axis) + (isLast ? 8 : -6),
            y: y(axis, tick.value) + 4,
            isLast ? "halo" : "end halo")
        }
    }
    let missing =
      lines.contains { $0.places.contains(nil) }
      ? SVG.text("not used", x: 0, y: bottom + 26) : .empty
    let best = lines.max { $0.accuracy < $1.accuracy }
    let description =
      best.map { line in
        "\(lines.count) combinations; the best has \(Words.percent(line.accuracy)): "
          + zip(axes, line.words).map { "\($0.name) \($1)" }.joined(separator: ", ")
      } ?? ""
    return .element(
      "p", ["class": "panel-title"], .text(title), .element("span", [:], " \(subtitle)"))
      + .element(
        "div",
        [
          "class": "wide", "tabindex": "0", "role": "region",
          "aria-label": "Parallel coordinates: \(title), \(subtitle)",
        ],
        SVG.drawing(
          width: width, height: height - 15,
          title: "\(title), \(subtitle): accuracy of combinations of settings",
          description: description,
          [.element("g", ["class": "s parallel c\(colour % 7)"], drawn)] + frame + [missing]))
  }

  var table: DataTable {
    DataTable(
      caption: "Numbers: combinations of settings, \(title), \(subtitle)",
      columns: axes.map { .init(title: $0.name) } + [.init(title: "accuracy, %", isNumeric: true)],
      rows: lines.map { line in
        line.words.map { .text($0) } + [
          .init(.text(Words.percentNumber(line.accuracy)), order: line.accuracy)
        ]
      }, headers: 1, isSortable: true)
  }
}
