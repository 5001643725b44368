import Results

extension ShowCommand {
  /// Prints experiments side by side.
  ///
  /// - Throws: `CommandFailure` for a column that is not there, `DiagnosticsError` for a condition.
  func compare(_ comparison: ExperimentComparison) throws {
    if settings { return try list(comparison.settingTable) }
    if isWhole {
      return Console.output(comparison.text(width: Console.outputWidth))
    }
    var listing = TableListing(comparison)
    // People see accuracies and losses, unless they ask for others.
    if format != .csv, format != .json, !asksForMetrics {
      listing.keepMetrics(["accuracy", "loss"])
    }
    listing = try chosen(listing)
    switch format {
    case .json: return Console.output(try comparison.json(listing))
    case .markdown:
      return Console.output(
        comparison.markdownHeading + listing.markdown + comparison.markdownEnd)
    case .text: Console.output(listing.text)
    case .csv: Console.output(listing.csv)
    case .latex: Console.output(listing.latex)
    }
    // These have no place for what must be known.
    for note in comparison.notes { Console.error("note: \(note)\n") }
  }

  private var asksForMetrics: Bool {
    condition?.contains(ExperimentComparison.metricColumn) == true
  }
}
