internal import OrderedCollections

/// Claims and comparisons in words.
package struct ClaimText: Sendable {
  private let summary: SummaryTable
  let claims: SettingClaims
  package let comparisons: ModelComparisons
  let seeds: Int

  /// So many rivals are named.
  private static let mostRivals = 3

  package init(
    _ table: ResultTable, comparisons: ModelComparisons = ModelComparisons()
  ) {
    summary = SummaryTable(table)
    claims = SettingClaims(table, attackAxes: SettingClaims.attackAxes(summary))
    self.comparisons = comparisons
    seeds = Set(table.rows.map(\.key.seed)).count
  }

  /// What came out, in one sentence that says how certain it is: under all attacks of a ball, where
  /// there is such a row, else under the last attack. `nil` where nothing was compared.
  package var answer: String? {
    if let claim = claims.claims.last(where: { $0.attack == "worst-case" }) ?? claims.claims.last {
      return "With \(count(seeds, "seed")), under \(words(of: claim))."
    }
    let comparison =
      comparisons.comparisons.last { $0.attack == "worst-case" } ?? comparisons.comparisons.last
    return comparison.map {
      "Of these trained models, under \(words(of: $0)). \(Self.oneSeed)."
    }
  }

  /// Why one seed makes no claim.
  static let oneSeed =
    "1 seed: which setting is better cannot be said, for other seeds give other numbers; "
    + "`seeds: 5` trains five times"

  /// Whether there are several settings to choose from.
  var isChoice: Bool {
    let attacked = summary.rows.filter { !$0.isClean }
    return attacked.contains { ($0.point, $0.model) != (attacked[0].point, attacked[0].model) }
  }

  /// `pgd linf 0.2: adv-regularized, adv_step_size=0.1, 45.80 %; not separable from
  /// adv_step_size=0.2 (about 13 seeds would be needed)`.
  func words(of claim: SettingClaim) -> String {
    let text = "\(claim.attackWords): \(words(of: claim.best))"
    let rivals = claim.inseparable
    if rivals.isEmpty {
      return "\(text); better than \(others(claim.rivals.map(\.setting), beside: claim.best))"
    }
    let names = rivals.prefix(Self.mostRivals).enumerated().map { place, rival in
      name(rival.setting, beside: claim.best) + needed(rival, isFirst: place == 0)
    }
    return "\(text); not separable from \(list(names, of: rivals.count))"
  }

  /// `pgd linf 0.2: adv-regularized, 61.50 %; right more often than base`.
  func words(of comparison: ModelComparison) -> String {
    let text = "\(comparison.attackWords): \(words(of: comparison.best))"
    let alike = comparison.inseparable
    if alike.isEmpty {
      let others = others(comparison.rivals.map(\.setting), beside: comparison.best)
      return "\(text); right more often than \(others)"
    }
    let names = alike.prefix(Self.mostRivals).map { name($0.setting, beside: comparison.best) }
    return "\(text); no difference shown from \(list(names, of: alike.count))"
  }

  private func list(_ names: [String], of count: Int) -> String {
    let hidden = count - names.count
    return names.joined(separator: ", ") + (hidden > 0 ? " and \(hidden) more" : "")
  }

  private func needed(_ rival: SettingClaim.Rival, isFirst: Bool) -> String {
    guard let deviation = rival.deviation, deviation > 0 else { return "" }
    let number = rival.seedsNeeded.map { "about \(NumberText.grouped($0))" } ?? "more than 10,000"
    return isFirst ? " (\(number) seeds would be needed)" : " (\(number))"
  }

  /// `base`, or how many there are.
  private func others(
    _ settings: [SettingClaim.Contender], beside best: SettingClaim.Contender
  ) -> String {
    settings.count == 1 ? name(settings[0], beside: best) : "the \(settings.count) others"
  }

  /// What tells a setting apart from the best: the model where it is another one, and the values of
  /// the axes that differ.
  private func name(
    _ setting: SettingClaim.Contender, beside best: SettingClaim.Contender
  ) -> String {
    if setting.model != best.model {
      return isOneTraining(setting.model)
        ? setting.model : ([setting.model] + values(setting)).joined(separator: " ")
    }
    let differing = summary.axes.indices.filter { setting.point[$0] != best.point[$0] }
    return differing.map { "\(summary.axes[$0])=\(NumberText.cell(setting.point[$0]))" }
      .joined(separator: " ")
  }

  /// Whether a model has the same numbers at every point: then it has no values of its own.
  private func isOneTraining(_ model: String) -> Bool {
    let rows = summary.rows.filter { !$0.isClean && $0.model == model }
    let byAttack = OrderedDictionary(grouping: rows, by: \.attackWords)
    return byAttack.values.allSatisfy { Set($0.map(\.accuracy.mean)).count == 1 }
  }

  private func words(of best: SettingClaim.Contender) -> String {
    let names = ([best.model] + values(best)).joined(separator: ", ")
    return "\(names), \(NumberText.fixed(100 * best.accuracy, decimals: 2)) %"
  }

  private func values(_ setting: SettingClaim.Contender) -> [String] {
    zip(summary.axes, setting.point).filter { !$1.isEmpty }.map {
      "\($0)=\(NumberText.cell($1))"
    }
  }
}
