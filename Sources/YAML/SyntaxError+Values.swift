/// Mistakes within values: brackets, and characters that mean something to YAML.
extension SyntaxError {
  /// A `[` or `{` in which neither a comma nor its end was found.
  func openBracket(
    _ lines: SyntaxLines, _ open: String, _ close: Unicode.Scalar, _ what: String
  ) -> SyntaxExplanation {
    let start = contextMark ?? mark
    let found = lines.scalar(mark)
    let note = (message: "the `\(open)` is here", mark: start)
    if found == "]" || found == "}", found != close {
      return SyntaxExplanation(
        "a `\(open)` is closed by `\(close)`, not by `\(found ?? "]")`", at: mark, note: note)
    }
    if let comment = (start.line...max(start.line, mark.line)).first(where: { line in
      lines.text(line).drop { $0 == " " }.hasPrefix("//")
    }) {
      return SyntaxExplanation(
        "a comment begins with `#`, not with `//`",
        at: Mark(line: comment, column: (lines.indentation(comment) ?? 0) + 1), length: 2)
    }
    if found == "{", lines.text(mark.line, to: mark.column - 1).hasSuffix("$") {
      return variable(lines)
    }
    let isClosed = (start.line...max(start.line, lines.count)).contains { line in
      let from = line == start.line ? start.column : 0
      return lines[line].dropFirst(from).contains(close)
    }
    guard isClosed else {
      return SyntaxExplanation(
        "this `\(open)` is never closed", at: start, "close it with `\(close)`")
    }
    return SyntaxExplanation(
      "expected `,` or `\(close)` in this \(what)", at: mark,
      "write a `,` between two items", note: note)
  }

  /// `${NAME}` within brackets, whose `}` ends the mapping.
  private func variable(_ lines: SyntaxLines) -> SyntaxExplanation {
    let signs = " ,[{\"'"
    let before = lines.text(mark.line, to: mark.column - 1)
    let start = String(before.reversed().prefix { !signs.contains($0) }.reversed())
    let rest = lines.text(mark.line, from: mark.column - 1)
    let end = rest.prefix { $0 != "}" } + "}"
    let tail = rest.dropFirst(end.count).prefix { !" ,]}".contains($0) }
    return SyntaxExplanation(
      "a `{` within brackets begins a mapping", at: mark, quoting(start + end + tail))
  }

  /// A character that can begin no value, or a tab.
  func unstartable(_ lines: SyntaxLines) -> SyntaxExplanation {
    guard let character = lines.scalar(mark) else { return SyntaxExplanation(problem, at: mark) }
    if character == "\t" {
      return SyntaxExplanation("a tab cannot indent YAML", at: mark, "use spaces")
    }
    return plainStart(lines, at: mark)
  }

  /// A value without quotes that begins with a sign of YAML's.
  func plainStart(_ lines: SyntaxLines, at place: Mark) -> SyntaxExplanation {
    let character = lines.scalar(place) ?? " "
    let shown = character == "`" ? "a backtick" : "`\(character)`"
    return SyntaxExplanation(
      "a value without quotes cannot begin with \(shown)", at: place, quoting(value(lines, place)))
  }

  /// What stands from a place on: within brackets to the next comma or bracket.
  private func value(_ lines: SyntaxLines, _ place: Mark) -> String {
    let rest = lines.rest(place)
    guard context?.contains("flow") == true else { return rest }
    return String(rest.prefix(1)) + rest.dropFirst().prefix { !",]}".contains($0) }
  }

  /// A value was expected.
  func missingNode(_ lines: SyntaxLines) -> SyntaxExplanation {
    switch lines.scalar(mark) {
    case "]"?, "}"?:
      SyntaxExplanation(
        "this `\(lines.scalar(mark) ?? "]")` closes nothing", at: mark, "remove it")
    case ","? where context?.contains("flow") == true:
      SyntaxExplanation("a value is missing before this `,`", at: mark)
    case nil: SyntaxExplanation("a value is missing here", at: mark)
    default: plainStart(lines, at: mark)
    }
  }
}
