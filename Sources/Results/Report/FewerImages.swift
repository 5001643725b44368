internal import Measurements

/// On how many images attacks were evaluated, where these are not as many as the clean ones.
package struct FewerImages {
  private struct Attack: Hashable {
    var name: String
    var source: String
    var norm: String
    var epsilon: Double
  }

  private struct Model: Hashable {
    var run: String
    var name: String
  }

  /// The smallest and the largest number of such an attack.
  private var counts: [Attack: ClosedRange<Int>] = [:]

  package init(_ table: ResultTable) {
    var clean: [Model: Int] = [:]
    for row in table.rows where row.key.isClean {
      clean[Model(run: row.key.run, name: row.key.model)] = row.metrics?.examples
    }
    for row in table.rows {
      let key = row.key
      guard let count = row.metrics?.examples,
        let all = clean[Model(run: key.run, name: key.model)], count != all
      else { continue }
      let attack = Attack(
        name: key.attack, source: key.source, norm: key.norm, epsilon: key.epsilon)
      let known = counts[attack] ?? count...count
      counts[attack] = min(known.lowerBound, count)...max(known.upperBound, count)
    }
  }

  /// `first 1,000 images`; `nil` where these are all.
  package func words(_ row: SummaryRow) -> String? {
    counts[Attack(name: row.attack, source: row.source, norm: row.norm, epsilon: row.epsilon)].map {
      let (least, most) = ($0.lowerBound, $0.upperBound)
      return least == most
        ? "first \(count(most, "image"))"
        : "first \(NumberText.grouped(least)) to \(count(most, "image"))"
    }
  }
}
