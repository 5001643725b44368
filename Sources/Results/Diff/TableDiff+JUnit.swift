internal import PlainText

extension TableDiff {
  /// The comparison as a JUnit report: a test case for each row, which fails where its row does, and
  /// an error where the tables cannot be compared.
  ///
  /// - Source: the format that Jenkins's JUnit plug-in reads, `junit-10.xsd` of its xUnit plug-in.
  package var junit: String {
    let failures = rows.count { fails($0.verdict) }
    let errors = reasons.isEmpty ? 0 : 1
    let counts = XMLText.attributes([
      ("tests", "\(rows.count + errors)"), ("failures", "\(failures)"), ("errors", "\(errors)"),
    ])
    let name = XMLText.attributes([("name", "nsl-run diff")])
    var parts = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites\(name)\(counts)>\n",
      "  <testsuite\(name)\(counts) skipped=\"0\">\n    <properties>\n",
    ]
    for (name, value) in [
      ("baseline", baselineName), ("candidate", candidateName), ("conclusion", conclusion),
    ] + notes.map({ ("note", $0) }) {
      parts.append("      <property\(XMLText.attributes([("name", name), ("value", value)]))/>\n")
    }
    parts.append("    </properties>\n")
    if let first = reasons.first {
      let attributes = XMLText.attributes([("type", "incomparable"), ("message", first)])
      parts.append(
        "\(opening(of: "the tables can be compared"))>\n      <error\(attributes)>"
          + XMLText.lines(reasons) + "</error>\n    </testcase>\n")
    }
    for row in rows { parts.append(testCase(row)) }
    return parts.joined() + "  </testsuite>\n</testsuites>\n"
  }

  private func opening(of name: String) -> String {
    let attributes = XMLText.attributes([
      ("classname", "nsl-run diff." + (kind?.rawValue.split(separator: ".").first ?? "tables")),
      ("name", name),
    ])
    return "    <testcase\(attributes)"
  }

  private func testCase(_ row: Row) -> String {
    let opening = opening(of: words(for: row.key))
    if row.verdict.isPass { return opening + "/>\n" }
    let lines =
      switch row.verdict {
      case .missing: ["only the baseline has this row"]
      case .extra: ["only the candidate has this row"]
      default: worstFirst(row).map { Line(row, $0).words }
      }
    let text = XMLText.lines(lines)
    guard fails(row.verdict) else {
      return opening + ">\n      <system-out>\(text)</system-out>\n    </testcase>\n"
    }
    let attributes = XMLText.attributes([("type", row.verdict.name), ("message", lines[0])])
    return opening + ">\n      <failure\(attributes)>\(text)</failure>\n    </testcase>\n"
  }

  /// The numbers of a row that are no pass; equally bad ones in the order of metrics.
  private func worstFirst(_ row: Row) -> [Cell] {
    let cells = row.cells.filter { !$0.verdict.isPass }
    let order = cells.indices.sorted { a, b in
      cells[a].verdict == cells[b].verdict ? a < b : cells[a].verdict > cells[b].verdict
    }
    return order.map { cells[$0] }
  }
}
