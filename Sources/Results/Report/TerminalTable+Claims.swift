internal import PlainText

/// What a terminal's table says about which setting is the best.
extension TerminalTable {
  /// Lines below the tables: the best setting under each attack, and which others the seeds do not
  /// tell apart from it; with one seed, which trained model is right more often.
  func claimLines(width: Int) -> [String] {
    if claims.seeds == 1 { return claims.isChoice ? oneSeed(width: width) : [] }
    let all = claims.claims
    guard !all.claims.isEmpty else { return [] }
    let title =
      "* best of \(claims.seeds) seeds, or not separable from the best "
      + "(paired t test, 5 %, Holm over \(count(all.family, "pair")))"
    return [""] + title.wrapped(to: width) + items(all.claims.map(claims.words), width: width)
  }

  /// With one seed nothing is known of a setting, but of the trained models.
  private func oneSeed(width: Int) -> [String] {
    let lines = [""] + ClaimText.oneSeed.wrapped(to: width)
    let all = claims.comparisons
    guard !all.comparisons.isEmpty else { return lines }
    let tests = count(all.family, "exact McNemar test")
    let title = "these trained models, on the same images (\(tests), 5 %, Holm)"
    return lines + title.wrapped(to: width)
      + items(all.comparisons.map(claims.words), width: width)
  }

  private func items(_ texts: [String], width: Int) -> [String] {
    texts.flatMap { text in
      text.printable.wrapped(to: width - 4).enumerated().map { ($0 == 0 ? "  " : "    ") + $1 }
    }
  }
}
