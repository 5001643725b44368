internal import PlainText

/// What a terminal's table says about which setting is the best.
extension TerminalTable {
  /// So many rivals are named.
  private static let mostRivals = 3

  /// Lines below the tables: the best setting under each attack, and which others the seeds do not
  /// tell apart from it.
  func claimLines(width: Int) -> [String] {
    if seeds == 1 { return isChoice ? oneSeed(width: width) : [] }
    guard !claims.claims.isEmpty else { return [] }
    let pairs = count(claims.family, "pair")
    let title =
      "* best of \(seeds) seeds, or not separable from the best (paired t test, 5 %, Holm over \(pairs))"
    return [""] + title.wrapped(to: width) + items(claims.claims.map(words), width: width)
  }

  private func items(_ texts: [String], width: Int) -> [String] {
    texts.flatMap { text in
      text.printable.wrapped(to: width - 4).enumerated().map { ($0 == 0 ? "  " : "    ") + $1 }
    }
  }

  /// Whether there are several settings to choose from.
  private var isChoice: Bool {
    let attacked = summary.rows.filter { !$0.isClean }
    return attacked.contains { ($0.point, $0.model) != (attacked[0].point, attacked[0].model) }
  }

  /// With one seed nothing is known of a setting, but of the trained models.
  private func oneSeed(width: Int) -> [String] {
    let text =
      "1 seed: which setting is better cannot be said, for other seeds give other numbers; "
      + "`seeds: 5` trains five times"
    guard !comparisons.comparisons.isEmpty else { return [""] + text.wrapped(to: width) }
    let tests = count(comparisons.family, "exact McNemar test")
    let title = "these trained models, on the same images (\(tests), 5 %, Holm)"
    return [""] + text.wrapped(to: width) + title.wrapped(to: width)
      + items(comparisons.comparisons.map(words), width: width)
  }

  /// `pgd linf 0.2: adv-regularized, 61.50 %, is right more often than base`.
  private func words(of comparison: ModelComparison) -> String {
    let attack = words(
      ofAttack: comparison.attack, comparison.norm, comparison.epsilon, source: comparison.source)
    let best = ([comparison.best.model] + values(comparison.best)).joined(separator: ", ")
    let accuracy = NumberText.fixed(100 * comparison.best.accuracy, decimals: 2)
    let text = "\(attack): \(best), \(accuracy) %"
    let alike = comparison.inseparable
    guard !alike.isEmpty else {
      let others = others(comparison.rivals.map(\.setting), beside: comparison.best)
      return "\(text); right more often than \(others)"
    }
    let shown = alike.prefix(Self.mostRivals).map { name($0.setting, beside: comparison.best) }
    let hidden = alike.count - shown.count
    let more = hidden > 0 ? " and \(hidden) more" : ""
    return "\(text); no difference shown from \(shown.joined(separator: ", "))\(more)"
  }

  /// `pgd linf 0.2: adv-regularized, adv_step_size=0.1, 45.80 %; not separable from
  /// adv_step_size=0.2 (about 13 seeds would be needed)`.
  private func words(of claim: SettingClaim) -> String {
    let attack = words(ofAttack: claim.attack, claim.norm, claim.epsilon, source: claim.source)
    let best = ([claim.best.model] + values(claim.best)).joined(separator: ", ")
    let accuracy = NumberText.fixed(100 * claim.best.accuracy, decimals: 2)
    let text = "\(attack): \(best), \(accuracy) %"
    let rivals = claim.inseparable
    guard !rivals.isEmpty else {
      return "\(text); better than \(others(claim.rivals.map(\.setting), beside: claim.best))"
    }
    let shown = rivals.prefix(Self.mostRivals).enumerated().map { place, rival in
      name(rival.setting, beside: claim.best) + needed(rival, isFirst: place == 0)
    }
    let hidden = rivals.count - shown.count
    let more = hidden > 0 ? " and \(hidden) more" : ""
    return "\(text); not separable from \(shown.joined(separator: ", "))\(more)"
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
      // A model with the same trainings at every point has no values of its own.
      let accuracies = Set(
        summary.rows.filter { !$0.isClean && $0.model == setting.model }.map {
          OneAccuracy(attack: attackWords($0), mean: $0.accuracy.mean)
        })
      let attacks = Set(accuracies.map(\.attack))
      return accuracies.count == attacks.count
        ? setting.model : ([setting.model] + values(setting)).joined(separator: " ")
    }
    let differing = summary.axes.indices.filter { setting.point[$0] != best.point[$0] }
    return differing.map { "\(summary.axes[$0])=\(words(of: setting.point[$0]))" }
      .joined(separator: " ")
  }

  private func values(_ setting: SettingClaim.Contender) -> [String] {
    zip(summary.axes, setting.point).filter { !$1.isEmpty }.map { "\($0)=\(words(of: $1))" }
  }

  private struct OneAccuracy: Hashable {
    var attack: String
    var mean: Double?
  }
}
