internal import Measurements
internal import OrderedCollections
internal import Statistics

/// The claims that a table carries about its settings.
package struct SettingClaims: Hashable, Sendable {
  /// One for each attack under which two settings or more were trained with two seeds or more; a
  /// stronger attack lowers every accuracy, so that each of an attack's own settings has its claim.
  package let claims: [SettingClaim]
  /// How many pairs of settings Holm's correction is over: all of each attack, for the best one is
  /// chosen by the data, and any pair could have been the one that is compared.
  package let family: Int
  /// The settings that are the best of their attack, or not separable from it.
  private let leaders: Set<SettingKey>

  /// - Parameters:
  ///   - attackAxes: Positions of the axes that are settings of an attack.
  ///   - plansSeeds: Whether to say which differences so many seeds show, and how many are needed.
  ///   - withClean: Whether to compare clean images, too.
  init(
    _ table: ResultTable, attackAxes: [Int], plansSeeds: Bool = true, withClean: Bool = false
  ) {
    let settings = Self.settings(of: table, withClean: withClean)
    let rivals = OrderedDictionary(grouping: settings) { $0.key.block(attackAxes) }
    var drafts = rivals.values.compactMap(Draft.init)
    // One hypothesis is tested once, under however many names: of equal pairs the first counts.
    var tested: OrderedDictionary<[[Int: Double]], Double> = [:]
    for draft in drafts {
      for (rival, pair) in zip(draft.claim.rivals, draft.pairs) where tested[pair] == nil {
        if let p = rival.pValue { tested[pair] = p }
      }
    }
    family = Set(drafts.map(\.accuracies)).reduce(0) { $0 + $1.count * ($1.count - 1) / 2 }
    let adjusted = HolmCorrection.adjusted(Array(tested.values), family: family)
    let byPair = Dictionary(uniqueKeysWithValues: zip(tested.keys, adjusted))
    // What Holm's first step asks of a comparison.
    var effects = SmallestEffects(level: PairedPower.level / Double(max(1, family)))
    for place in drafts.indices {
      for rival in drafts[place].claim.rivals.indices {
        drafts[place].claim.rivals[rival].adjustedPValue = byPair[drafts[place].pairs[rival]]
          .map(NumberText.withoutNoise)
        if plansSeeds { drafts[place].claim.rivals[rival].planSeeds(&effects) }
      }
    }
    claims = drafts.map(\.claim)
    leaders = Set(drafts.flatMap(\.leaders))
  }

  package init(_ table: ResultTable, plansSeeds: Bool = true) {
    self.init(
      table, attackAxes: SettingClaims.attackAxes(SummaryTable(table)), plansSeeds: plansSeeds)
  }

  /// Positions of the axes that are an attack's settings: clean rows have nothing there.
  static func attackAxes(_ summary: SummaryTable) -> [Int] {
    let clean = summary.rows.filter(\.isClean)
    return summary.axes.indices.filter { axis in
      !clean.isEmpty && clean.allSatisfy { $0.point[axis].isEmpty }
    }
  }

  /// Whether the row's setting is the best of its attack, or not separable from the best.
  func isLeading(_ row: SummaryRow) -> Bool { leaders.contains(SettingKey(row)) }

  /// The same of the setting that a row of a table has.
  func isLeading(_ key: RowKey) -> Bool { leaders.contains(SettingKey(key)) }

  private static func settings(of table: ResultTable, withClean: Bool) -> [TrainedSetting] {
    OrderedDictionary(grouping: table.rows.filter { withClean || !$0.key.isClean }) {
      SettingKey($0.key)
    }
    .map { key, rows in
      TrainedSetting(
        key: key,
        measurements: Dictionary(
          rows.compactMap { row in row.metrics.map { (row.key.seed, $0) } }
        ) { first, _ in first })
    }
  }
}

/// A claim before the correction, with what it is about.
private struct Draft {
  var claim: SettingClaim
  /// Of each rival the accuracies that are compared, by seed: the best's, and its own.
  var pairs: [[[Int: Double]]]
  private var names: [[SettingKey]]
  /// Of each setting, by seed. Two attacks with the same ones are one hypothesis.
  let accuracies: [[Int: Double]]

  /// - Returns: `nil` where there is nothing to compare, or one seed only.
  init?(_ settings: [TrainedSetting]) {
    // Of settings with the same trainings the first speaks for all.
    let distinct = OrderedDictionary(grouping: settings.filter { $0.accuracy != nil }) {
      $0.measurements
    }.values.map { same in
      (setting: same[0], accuracy: same[0].accuracy ?? 0, names: same.map(\.key))
    }
    let order = distinct.indices.sorted { a, b in
      let (first, second) = (distinct[a].accuracy, distinct[b].accuracy)
      return first == second ? a < b : first > second
    }
    guard order.count > 1, distinct.contains(where: { $0.setting.measurements.count > 1 }) else {
      return nil
    }
    let ranked = order.map { distinct[$0] }
    let best = ranked[0]
    func contender(_ place: Int) -> SettingClaim.Contender {
      SettingClaim.Contender(
        point: ranked[place].setting.key.point, model: ranked[place].setting.key.model,
        accuracy: NumberText.withoutNoise(ranked[place].accuracy))
    }
    let key = best.setting.key
    claim = SettingClaim(
      dataset: key.dataset, attack: key.attack, source: key.source, norm: key.norm,
      epsilon: key.epsilon, best: contender(0),
      rivals: ranked.indices.dropFirst().map { place in
        SettingClaim.Rival(contender(place), best: best.setting, other: ranked[place].setting)
      })
    accuracies = ranked.map { $0.setting.measurements.mapValues(\.accuracy) }
    let first = accuracies[0]
    pairs = accuracies.dropFirst().map { [first, $0] }
    names = ranked.map(\.names)
  }

  var leaders: [SettingKey] {
    names[0]
      + zip(claim.rivals, names.dropFirst()).filter { !$0.0.isSeparable }.flatMap(\.1)
  }
}
