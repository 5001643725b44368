internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// How settings act together: a heat map of two, parallel coordinates of more.
  func combinations(_ table: MeasuredTable) -> Section? {
    struct Subject: Hashable {
      var model: String
      var attack: String
    }
    let groups = OrderedDictionary(
      grouping: table.rows.filter { $0.accuracy != nil && $0.kind != .corruption }
    ) { Subject(model: $0.row.model, attack: $0.attackWords) }
    var maps: [HeatMap] = []
    var coordinates: [ParallelCoordinates] = []
    for (subject, rows) in groups where Set(rows.map(\.accuracy)).count > 1 {
      let varying = table.axes.indices.filter { axis in
        Set(rows.map { $0.row.point[axis] }).count > 1
      }
      if varying.count == 2 {
        maps.append(
          HeatMap(
            title: subject.model, subtitle: subject.attack, table, rows,
            axes: (varying[0], varying[1])))
      } else if varying.count > 2 {
        coordinates.append(
          ParallelCoordinates(
            title: subject.model, subtitle: subject.attack, table, rows, axes: varying))
      }
    }
    guard !maps.isEmpty || !coordinates.isEmpty else { return nil }
    // An attack says more of a sweep than clean images do.
    func ordered<Chart>(_ charts: [Chart], _ isClean: (Chart) -> Bool) -> [Chart] {
      charts.filter { !isClean($0) } + charts.filter(isClean)
    }
    var parts: [HTML] = []
    if !maps.isEmpty {
      let shown = Array(ordered(maps) { $0.subtitle == "clean" }.prefix(Self.mostMaps))
      let rest = maps.count > shown.count ? " \(maps.count - shown.count) more are left out." : ""
      let caption: HTML =
        "Accuracy in percent, the fuller the higher. Empty: this combination was not run.\(rest)"
      parts.append(
        .element(
          "figure", [:], .element("div", ["class": "panels"], shown.map(\.html)),
          .element("figcaption", [:], caption),
          .details("Numbers of this figure", HeatMap.table(shown).html)))
    }
    if !coordinates.isEmpty {
      let shown = Array(
        ordered(coordinates) { $0.subtitle == "clean" }.prefix(Self.mostCoordinates))
      let rest =
        coordinates.count > shown.count
        ? " \(coordinates.count - shown.count) more are left out." : ""
      let caption: HTML = """
        Each line is one combination: it crosses each axis at its value, and ends at its accuracy. \
        Solid: the best quarter. At the foot of an axis: the combination does not use this setting.\(rest)
        """
      parts.append(
        .element(
          "figure", [:], .joined(shown.map(\.html)), .element("figcaption", [:], caption),
          .details("Numbers of this figure", .joined(shown.map(\.table.html)))))
    }
    return Section(
      "combinations", "Settings together",
      "How the accuracy depends on several settings at once.", .joined(parts))
  }

  private static let mostMaps = 12
  private static let mostCoordinates = 6
}
