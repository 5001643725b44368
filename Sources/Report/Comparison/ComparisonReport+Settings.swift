internal import Results

extension ComparisonReport {
  /// The settings that differ; those that all share for those who ask.
  func settings() -> Section? {
    let settings = comparison.settings
    let introduction: HTML = """
      What is not the same: what an experiment tries, and what may explain a difference by itself. \
      Several values are those of a sweep, or of a list.
      """
    var content: HTML =
      settings.differing.isEmpty
      ? .paragraph("No setting differs.")
      : table("Settings that differ, by experiment", settings.differing)
    if !settings.shared.isEmpty {
      content += .details(
        "\(count(settings.shared.count, "setting")) that all share",
        table("Settings that all share", settings.shared))
    }
    return Section("settings", "Settings that differ", introduction, content)
  }

  private func table(_ caption: String, _ rows: [SettingComparison.Row]) -> HTML {
    DataTable(
      caption: caption,
      columns: ([DataTable.Column(title: "setting")] + names.map { .init(title: $0) }),
      rows: rows.map { row in
        [.text(row.path)] + row.values.map { .text($0 ?? "–") }
      }
    ).html
  }
}
