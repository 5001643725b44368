internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// What failed, and why.
  func failures() -> Section? {
    let failed = statuses.filter { $0.status != .ok }
    let rows = results.rows.count { $0.status != .ok }
    guard !failed.isEmpty || rows > 0 else { return nil }
    let introduction: HTML =
      "A failed stage leaves its rows in the tables, without numbers. The same command runs it again; what is stored is not run twice."
    var content: HTML = .empty
    if failed.isEmpty {
      content = .paragraph("\(count(rows, "row")) of the table failed; the reasons are not known.")
    } else {
      content =
        DataTable(
          caption: "Failed stages",
          columns: [.init(title: "stage"), .init(title: "status"), .init(title: "why")],
          rows: failed.map { stage in
            [
              .text(stage.title), .text(stage.status.rawValue),
              .init(.element("span", ["class": "reason"], .lines(stage.reason ?? ""))),
            ]
          }, isSortable: true
        ).html
    }
    return Section("failures", "What failed", introduction, content)
  }
}
