internal import PlainText

extension TableDiff {
  /// The comparison in GitHub-flavoured Markdown, for a comment or a step's summary.
  ///
  /// - Parameter budget: At most so many bytes of UTF-8 (GitHub allows a comment 65,536
  ///   characters); what does not fit is cut from the table's end, and a line says how much.
  package func markdown(budget: Int = 65_536) -> String {
    var head = "### \(heading)\n\n"
    head += "\(code(baselineName)) (baseline, \(Results.count(baselineRows, "row"))) and "
    head += "\(code(candidateName)) (candidate, \(Results.count(candidateRows, "row")))"
    let telling = tellingColumns
    let common = common(besides: telling)
    head += common.isEmpty ? "\n" : "; all rows: \(Self.escaped(common))\n"
    for reason in reasons { head += "\n- \(Self.escaped(reason))" }
    if !reasons.isEmpty { head += "\n" }
    for note in notes { head += "\n> \(Self.escaped(note))\n" }
    if reasons.isEmpty { head += "\n\(tally).\n" }

    let differences = differences()
    guard !differences.isEmpty else { return cut(head, to: budget) }
    let titles =
      telling.map { keyColumns[$0] } + ["metric", "baseline", "candidate", "change", "verdict"]
    head += "\n" + tableRow(titles)
    let rules = telling.map { _ in "---" } + ["---", "--:", "--:", "--:", "---"]
    head += "|" + rules.joined(separator: "|") + "|\n"

    let lines = differences.lazy.map { difference in
      let line = line(difference)
      let words = line.verdict.words
      let verdict = (line.verdict < .changed ? words : "**\(words)**") + line.evidence
      return tableRow(
        telling.map { line.key[$0] }
          + [line.column, line.baseline, line.candidate, line.changeText], last: verdict)
    }
    return fit(head, lines, budget)
  }

  private var heading: String {
    switch exitStatus {
    case 0: "✅ \(conclusion)"
    case 3: "⚠️ \(conclusion)"
    default: "❌ \(conclusion)"
    }
  }

  private func fit(_ head: String, _ lines: some Collection<String>, _ budget: Int) -> String {
    let remark = { (left: Int) in
      "\n_\(Results.count(left, "more difference")) left out: this text is cut at "
        + "\(NumberText.grouped(budget)) bytes._\n"
    }
    var shown: [String] = []
    var size = head.utf8.count
    /// Of the lines so far, those before a remark.
    var kept = 0
    let room = budget - remark(lines.count).utf8.count
    for line in lines {
      size += line.utf8.count
      if size > budget { break }
      shown.append(line)
      if size <= room { kept += 1 }
    }
    if size <= budget { return head + shown.joined() }
    return cut(head + shown.prefix(kept).joined() + remark(lines.count - kept), to: budget)
  }

  /// A last resort for a budget that not even the head fits in.
  private func cut(_ text: String, to budget: Int) -> String {
    guard text.utf8.count > budget else { return text }
    let remark = "…\n\n_This text is cut at \(NumberText.grouped(budget)) bytes._\n"
    var kept = Substring(text)
    var size = text.utf8.count
    while let last = kept.last, size + remark.utf8.count > budget {
      size -= last.utf8.count
      kept.removeLast()
    }
    return size + remark.utf8.count <= budget ? kept + remark : ""
  }

  private func tableRow(_ fields: [String], last: String? = nil) -> String {
    "| " + (fields.map(Self.escaped) + (last.map { [$0] } ?? [])).joined(separator: " | ") + " |\n"
  }

  /// A name as code; code in Markdown cannot hold a backtick.
  private func code(_ name: String) -> String {
    "`" + String(name.printable.map { $0 == "`" ? "'" : $0 }) + "`"
  }

  /// A text in which nothing is Markdown, HTML, a link, a mention or a trick on a reader's terminal.
  ///
  /// By scalars: with a combining accent behind it, `|` still ends a cell.
  static func escaped(_ text: String) -> String {
    let scalars = Array(String(text.map { $0.isNewline ? " " : $0 }).printable.unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      let last = index > 0 ? scalars[index - 1] : " "
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      switch scalar {
      case "|", "`", "*", "[", "\\", "~": result += "\\\(scalar)"
      // Inside of a word it is itself.
      case "_": result += isWord(last) && isWord(next) ? "_" : "\\_"
      case "<": result += "&lt;"
      case "&": result += "&amp;"
      // GitHub and GitLab make links of addresses, and tell people who are mentioned. A space without
      // width, written as what it is, keeps them from it.
      case "@", "#", "!": result += "\(scalar)\(isWord(next) ? noSpace : "")"
      case ":" where next == "/": result += ":" + noSpace
      case "." where result.lowercased().hasSuffix("www"):
        result += noSpace + "."
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static let noSpace = "&#8203;"

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
