internal import Measurements
internal import OrderedCollections
internal import Statistics

/// What the seeds say of the rows of a comparison.
enum ComparedTests {
  /// Tests the second experiment's accuracy against the first one's in each row: paired by the seeds
  /// that both have, else by Welch's test.
  ///
  /// - Returns: How many hypotheses Holm's correction is over; rows with the same numbers are one.
  static func test(_ rows: inout [ComparedRow]) -> Int {
    var found: OrderedDictionary<[[Int: Double]], SeedComparison> = [:]
    for place in rows.indices where rows[place].obstacle == nil {
      let cells = rows[place].cells.compactMap(\.self)
      let accuracies = cells.map { $0.measurements.mapValues(\.accuracy) }
      // Equal rows need no test, such as those of one stored training.
      if accuracies[0] == accuracies[1] { continue }
      if found[accuracies] != nil {
        found[accuracies]?.rows.append(place)
      } else if let comparison = comparison(place, cells[0], cells[1]) {
        found[accuracies] = comparison
      }
    }
    let adjusted = HolmCorrection.adjusted(found.values.map(\.pValue))
    var effects = SmallestEffects(level: PairedPower.level / Double(max(1, found.count)))
    for (index, adjusted) in adjusted.enumerated() {
      var comparison = found.values[index]
      comparison.adjustedPValue = adjusted
      comparison.decide(level: PairedPower.level, .exact)
      comparison.planSeeds(&effects)
      for place in comparison.rows { rows[place].comparison = comparison }
    }
    return found.count
  }

  private static func comparison(
    _ place: Int, _ first: ComparedCell, _ second: ComparedCell
  ) -> SeedComparison? {
    let seeds = first.seeds.filter { second.measurements[$0] != nil }
    func accuracies(_ cell: ComparedCell) -> [Double] {
      seeds.compactMap { cell.measurements[$0]?.accuracy }
    }
    return SeedComparison(
      rows: [place], baseline: accuracies(first), candidate: accuracies(second))
      ?? SeedComparison(
        rows: [place], unpaired: first.accuracies, candidate: second.accuracies)
  }

  /// Marks the best experiments of each row, and those that the seeds do not tell apart from them;
  /// none of a row where all are alike.
  ///
  /// - Returns: How many pairs of experiments Holm's correction is over.
  static func mark(_ rows: inout [ComparedRow], _ names: [String]) -> Int {
    let tested = rows.indices.filter { rows[$0].obstacle == nil }
    // The experiments are what competes; all else is a setting that tells rivals apart.
    let table = ResultTable(
      axes: ["model"] + (rows.first?.key.point.indices.map { "axis \($0)" } ?? []),
      rows: tested.flatMap { place in
        names.indices.flatMap { experiment -> [ResultRow] in
          let cell = rows[place].cells[experiment]
          return cell?.seeds.compactMap { seed in
            cell?.measurements[seed].map {
              ResultRow(key(rows[place].key, names[experiment], seed: seed), $0)
            }
          } ?? []
        }
      })
    let claims = SettingClaims(
      table, attackAxes: Array(table.axes.indices), plansSeeds: false, withClean: true)
    let byKey = Dictionary(
      claims.claims.map { claim in (key(of: claim), claim) }
    ) { first, _ in first }
    for place in tested {
      rows[place].claim = byKey[key(rows[place].key, "", seed: 0)]
      let isLeading = names.indices.map { experiment in
        rows[place].cells[experiment]?.measurements.isEmpty == false
          && claims.isLeading(key(rows[place].key, names[experiment], seed: 0))
      }
      let competing = rows[place].cells.count { $0?.measurements.isEmpty == false }
      if isLeading.count(where: \.self) < competing { rows[place].isLeading = isLeading }
    }
    return claims.family
  }

  private static func key(of claim: SettingClaim) -> RowKey {
    RowKey(
      run: "", point: claim.best.point, seed: 0, dataset: "", model: "", attack: claim.attack,
      source: claim.source, norm: claim.norm, epsilon: claim.epsilon)
  }

  private static func key(_ row: ComparedKey, _ experiment: String, seed: Int) -> RowKey {
    var key = row.rowKey(seed: seed)
    key.point = [row.model] + row.point
    key.model = experiment
    return key
  }
}
