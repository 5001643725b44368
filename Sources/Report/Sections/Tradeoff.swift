internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// Clean against robust accuracy, a chart for each ball, with those that no other one beats.
  func tradeoff(_ table: MeasuredTable) -> Section? {
    let balls = OrderedDictionary(
      grouping: table.rows.filter { $0.kind == .attack && !$0.row.norm.isEmpty }
    ) { "\($0.row.norm) \(NumberText.radius($0.row.epsilon))" }
    let panels = balls.compactMap { table.tradeoff($0, $1) }
    guard !panels.isEmpty else { return nil }
    let shown = Array(panels.prefix(Self.mostBalls))
    let rest = panels.count > shown.count ? " \(panels.count - shown.count) more are left out." : ""
    let caption: HTML = """
      Robust accuracy: the lowest under all attacks of this ball, but for noise. Dotted: the Pareto front. Who is on it is beaten by no other \
      in both accuracies. \(table.intervalWords)\(rest)
      """
    let introduction: HTML = """
      Robustness often costs accuracy on clean images. Models in the upper right corner have both; \
      one of those on the dotted line is the best for some taste, all others are worse than one of them.
      """
    return Section(
      "tradeoff", "Clean against robust accuracy", introduction,
      Figure(
        name: "clean against robust accuracy", caption: caption, panels: shown,
        seriesTitle: "model"
      ).html)
  }

  private static let mostBalls = 6
}

extension MeasuredTable {
  fileprivate func tradeoff(_ ball: String, _ rows: [MeasuredRow]) -> Panel? {
    struct Entry: Hashable {
      var model: String
      var point: [String]
    }
    // The settings of attacks tell no models apart.
    let clean = self.rows.filter(\.row.isClean)
    let own = axes.indices.filter { axis in clean.contains { !$0.row.point[axis].isEmpty } }
    let entries = OrderedDictionary(grouping: rows.filter { $0.accuracy != nil }) { row in
      Entry(model: row.row.model, point: own.map { row.row.point[$0] })
    }
    let places = entries.compactMap { entry, rows -> (Entry, Series.Point)? in
      let clean = clean.first { row in
        row.row.model == entry.model && own.map { row.row.point[$0] } == entry.point
      }
      let robust = rows.min { ($0.accuracy ?? 1) < ($1.accuracy ?? 1) }
      guard let x = clean?.accuracy, let y = robust?.accuracy else { return nil }
      return (entry, Series.Point(x, y, robust?.interval, xInterval: clean?.interval))
    }
    var seen: Set<[String]> = []
    let distinct = places.filter { entry, place in
      // A model that does not depend on the sweep is one.
      seen.insert([entry.model, "\(place.x)", "\(place.y)"]).inserted
    }
    guard distinct.count > 1 else { return nil }
    let front = Pareto.front(distinct.map(\.1))
    let series = OrderedDictionary(grouping: distinct, by: \.0.model).flatMap { model, places in
      [true, false].compactMap { isOnFront -> Series? in
        let points = places.map(\.1).filter { front.contains($0) == isOnFront }
        guard !points.isEmpty else { return nil }
        return Series(
          name: model + (isOnFront ? ", on the front" : ""),
          style: SeriesStyle(group: colour(of: model), isBaseline: !isOnFront), points: points,
          isConnected: false)
      }
    }
    let x = distinct.flatMap { _, place in
      [place.x] + (place.xInterval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    let y = distinct.map { $0.1.interval?.lowerBound ?? $0.1.y }.min() ?? 0
    return Panel(
      title: ball, xLabel: "clean accuracy, %", yLabel: "robust accuracy, %",
      x: .accuracy(around: x), y: .accuracy(lowest: y),
      series: series, front: front, xText: { Words.percent($0) })
  }
}

/// Which of several places are the best ones.
package enum Pareto {
  /// Those to which no other place is at least equal in both coordinates and greater in one, from
  /// left to right.
  package static func front(_ points: [Series.Point]) -> [Series.Point] {
    let best = points.filter { point in
      !points.contains { other in
        other.x >= point.x && other.y >= point.y && (other.x > point.x || other.y > point.y)
      }
    }
    return best.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
  }
}
