internal import OrderedCollections
internal import Results

/// The accuracy for each pair of values of two axes.
struct HeatMap {
  let title: String
  let subtitle: String
  private let names: (x: String, y: String)
  private let xs: [String]
  private let ys: [String]
  /// By the values of both.
  private let cells: [[String]: Double]

  /// - Parameter axes: The one from left to right is the second: it is usually the one with more
  ///   values that matter less.
  init(
    title: String, subtitle: String, _ table: MeasuredTable, _ rows: [MeasuredRow],
    axes: (Int, Int)
  ) {
    self.title = title
    self.subtitle = subtitle
    names = (table.axes[axes.1], table.axes[axes.0])
    xs = table.ordered(Set(rows.map { $0.row.point[axes.1] }), rows, axis: axes.1)
    ys = table.ordered(Set(rows.map { $0.row.point[axes.0] }), rows, axis: axes.0)
    cells = Dictionary(
      rows.compactMap { row in
        row.accuracy.map { ([row.row.point[axes.1], row.row.point[axes.0]], $0) }
      }
    ) { first, _ in first }
  }

  var html: HTML {
    let (left, top) = (70.0, 24.0)
    let width = (356 - left) / Double(xs.count)
    let height = min(40, max(20, 220 / Double(ys.count)))
    let bottom = top + height * Double(ys.count)
    var parts: [HTML] = [SVG.text(names.y, x: 0, y: 11)]
    let hasNumbers = width >= 27
    // Full colours would hide the numbers.
    let (low, high) = (cells.values.min() ?? 0, cells.values.max() ?? 1)
    for (row, y) in ys.enumerated() {
      let place = top + height * Double(row)
      parts.append(
        SVG.text(Self.words(y).shortened(to: 10), x: left - 6, y: place + height / 2 + 4, "end"))
      for (column, x) in xs.enumerated() {
        let start = left + width * Double(column)
        let box =
          "M\(coordinates(start, place))h\(number(width))v\(number(height))"
          + "h\(number(-width))Z"
        guard let accuracy = cells[[x, y]] else {
          parts.append(SVG.path(box, "cell none", title: "\(words(x, y)): not run"))
          continue
        }
        let share = high > low ? (accuracy - low) / (high - low) : 0.5
        parts.append(
          .element(
            "path",
            ["d": box, "class": "cell", "fill-opacity": number(0.06 + 0.56 * share)],
            .element("title", [:], .text("\(words(x, y)): \(Words.percent(accuracy))"))))
        if hasNumbers {
          parts.append(
            SVG.text(
              Words.percentNumber(accuracy), x: start + width / 2, y: place + height / 2 + 4,
              "middle ink"))
        }
      }
    }
    let every = max(
      1,
      Int(
        (Double(xs.map { Self.words($0).count }.max() ?? 1) * 6.6 / width)
          .rounded(.up)))
    for (column, x) in xs.enumerated() where column % every == 0 {
      parts.append(
        SVG.text(
          Self.words(x).shortened(to: 12), x: left + width * (Double(column) + 0.5), y: bottom + 16,
          "middle"))
    }
    parts.append(SVG.text(names.x, x: 356, y: bottom + 33, "end"))
    let best = cells.max { ($0.value, $1.key.joined()) < ($1.value, $0.key.joined()) }
    let worst = cells.min { ($0.value, $0.key.joined()) < ($1.value, $1.key.joined()) }
    let description = [("highest", best), ("lowest", worst)].compactMap { name, cell in
      cell.map { "\(name) \(Words.percent($0.value)) at \(words($0.key[0], $0.key[1]))" }
    }.joined(separator: ", ")
    return .element(
      "div", ["class": "panel"],
      .element(
        "p", ["class": "panel-title"], .text(title), .element("span", [:], " \(subtitle)")),
      SVG.drawing(
        width: 360, height: bottom + 38,
        title: "\(title), \(subtitle): accuracy by \(names.y) and \(names.x)",
        description: description, parts))
  }

  private func words(_ x: String, _ y: String) -> String {
    "\(names.y) \(Self.words(y)), \(names.x) \(Self.words(x))"
  }

  static func words(_ value: String) -> String { value.isEmpty ? "–" : NumberText.cell(value) }

  static func table(_ maps: [HeatMap]) -> DataTable {
    DataTable(
      caption: "Numbers: accuracy by two settings",
      columns: [
        .init(title: "model"), .init(title: "attack"), .init(title: "settings"),
        .init(title: "accuracy, %", isNumeric: true),
      ],
      rows: maps.flatMap { map in
        map.ys.flatMap { y in
          map.xs.compactMap { x in
            map.cells[[x, y]].map { accuracy in
              [
                .text(map.title), .text(map.subtitle), .text(map.words(x, y)),
                .text(Words.percentNumber(accuracy)),
              ]
            }
          }
        }
      }, headers: 3)
  }
}

extension MeasuredTable {
  /// Values of an axis: numbers by size, others in the order of the rows, what is empty first.
  func ordered(_ values: Set<String>, _ rows: [MeasuredRow], axis: Int) -> [String] {
    let inOrder = OrderedSet(rows.map { $0.row.point[axis] }).filter(values.contains)
    guard isNumeric(axis) else {
      return inOrder.filter(\.isEmpty) + inOrder.filter { !$0.isEmpty }
    }
    return inOrder.sorted { (Double($0) ?? -.infinity) < (Double($1) ?? -.infinity) }
  }
}
