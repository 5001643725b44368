extension ExperimentReport {
  /// The page: one file that loads nothing from anywhere, for screens, phones and paper.
  ///
  /// What there are no data for is left out.
  package func html() -> String {
    let table = MeasuredTable(self)
    let sections: [Section?] = [
      summary(table), verdicts(table), sweptSettings(table), combinations(table),
      securityCurves(table), corruptionCurves(table), waterfall(table), tradeoff(table),
      examples(), confusions(table), training(table), failures(), provenance(),
    ]
    return Page(
      title: "\(name): report", header: heading(table), sections: sections.compactMap(\.self)
    ).text
  }
}
