internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// Accuracy against each swept setting, a chart for each attack.
  func sweptSettings(_ table: MeasuredTable) -> Section? {
    let figures = table.axes.indices.compactMap { sweptSetting($0, table) }
    guard !figures.isEmpty else { return nil }
    let introduction: HTML = """
      What each swept setting does to the accuracy, on clean images and under each attack. \
      Which of them the seeds tell apart, the answer above says: error bars that do not overlap are not enough.
      """
    return Section("settings", "Accuracy against each setting", introduction, .joined(figures))
  }

  private static let mostPanels = 12

  private func sweptSetting(_ axis: Int, _ table: MeasuredTable) -> HTML? {
    let groups = OrderedDictionary(
      grouping: table.rows.filter { !$0.row.point[axis].isEmpty && $0.accuracy != nil },
      by: \.attackWords
    ).filter { _, rows in Set(rows.map { $0.row.point[axis] }).count > 1 }
    guard !groups.isEmpty else { return nil }
    let values = OrderedSet(groups.values.flatMap { $0.map { $0.row.point[axis] } })
    let isNumeric = table.isNumeric(axis)
    let x: Scale =
      isNumeric
      ? .numbers(values.compactMap(Double.init)) : .categories(values.map(NumberText.cell))
    func place(_ row: MeasuredRow) -> Double {
      let text = row.row.point[axis]
      return isNumeric ? Double(text) ?? 0 : Double(values.firstIndex(of: text) ?? 0)
    }
    let shown = groups.elements.prefix(Self.mostPanels)
    let lowest =
      shown.flatMap { $0.value.compactMap { $0.interval?.lowerBound ?? $0.accuracy } }.min() ?? 0
    var isAggregated = false
    let panels = shown.map { attack, rows in
      let lines = table.lines(of: rows, without: [axis], place: place)
      let series = OrderedDictionary(grouping: lines, by: \.model).flatMap { model, lines in
        if lines.count > Self.mostLines {
          isAggregated = true
          return [table.median(of: lines, model: model, place: place, isConnected: isNumeric)]
        }
        return lines.map { line in
          Series(
            name: line.name,
            style: SeriesStyle(group: table.colour(of: line.model), variant: line.variant),
            points: line.rows.sorted { place($0) < place($1) }.compactMap { row in
              row.accuracy.map { Series.Point(place(row), $0, row.interval) }
            }, isConnected: isNumeric)
        }
      }
      return Panel(
        title: attack, xLabel: table.axes[axis], yLabel: "accuracy, %", x: x,
        y: .accuracy(lowest: lowest), series: series,
        xText: { value in
          if isNumeric { return NumberText.radius(value) }
          let index = Int(value)
          return values.indices.contains(index) ? NumberText.cell(values[index]) : ""
        })
    }
    var caption: HTML = ""
    if let path = paths[table.axes[axis]], path != table.axes[axis] {
      caption += "In specs: " + .code(path) + ". "
    }
    caption +=
      isAggregated
      ? "Of many combinations with other settings, the marks are the median, and the bars reach from the lowest to the highest."
      : .text(table.intervalWords)
    if groups.count > shown.count {
      caption += " \(groups.count - shown.count) more attacks are in the table above only."
    }
    return .element("h3", [:], .text(table.axes[axis]))
      + Figure(
        name: "accuracy against \(table.axes[axis])", caption: caption, panels: Array(panels),
        seriesTitle: "model"
      ).html
  }

  /// More lines of one model are drawn as their median.
  private static let mostLines = 4
}

extension MeasuredTable {
  fileprivate func median(
    of lines: [Line], model: String, place: (MeasuredRow) -> Double, isConnected: Bool
  ) -> Series {
    let byPlace = Dictionary(grouping: lines.flatMap(\.rows), by: place)
    let points = byPlace.keys.sorted().compactMap { x -> Series.Point? in
      let values = (byPlace[x] ?? []).compactMap(\.accuracy).sorted()
      guard let low = values.first, let high = values.last else { return nil }
      let (a, b) = (values[(values.count - 1) / 2], values[values.count / 2])
      return Series.Point(x, (a + b) / 2, low...high)
    }
    return Series(
      name: "\(model), median", style: SeriesStyle(group: colour(of: model)), points: points,
      isConnected: isConnected)
  }
}
