/// Mistakes of lines: colons, indentation, what stands behind a value.
extension SyntaxError {
  /// A `: ` where no mapping may begin.
  func strayColon(_ lines: SyntaxLines) -> SyntaxExplanation {
    let before = lines.text(mark.line, to: mark.column - 1)
    if let colon = before.firstRange(of: ": ") {
      if let pairs = pairs(before, lines.rest(mark)) { return pairs }
      var value = before[colon.upperBound...] + lines.rest(mark)
      while value.first == " " { value.removeFirst() }
      return SyntaxExplanation(
        "a second `: ` cannot stand in one line's value", at: mark, quoting(String(value)))
    }
    guard let above = lines.above(mark.line), let depth = lines.indentation(mark.line),
      let depthAbove = lines.indentation(above)
    else {
      return SyntaxExplanation("a `:` cannot stand here", at: mark, "check the indentation")
    }
    if let missing = missingSpace(lines, above) { return missing }
    let key = Mark(line: mark.line, column: depth + 1)
    if !lines.text(above).contains(":") { return keyWithoutColon(lines, above) }
    if depth > depthAbove {
      return SyntaxExplanation(
        "this line is indented deeper than the one above it, which has a value already", at: key,
        length: max(1, mark.column - key.column),
        "indent both alike, by \(spaces(depthAbove)), or move that value to a key of its own",
        note: ("the value is here", Mark(line: above, column: depthAbove + 1)))
    }
    return SyntaxExplanation("a `:` cannot stand here", at: mark, "check the indentation")
  }

  /// `units: 10, activation: relu` without braces.
  private func pairs(_ before: String, _ rest: String) -> SyntaxExplanation? {
    guard let comma = before.lastIndex(of: ","), before.filter({ "\"'".contains($0) }).isEmpty
    else { return nil }
    let key = before[before.index(after: comma)...].filter { $0 != " " }
    guard !key.isEmpty, key.allSatisfy({ $0.isLetter || $0.isNumber || "_-.".contains($0) }) else {
      return nil
    }
    let whole = before.drop { $0 == " " || $0 == "-" } + rest
    return SyntaxExplanation(
      "a second `key: value` stands on this line", at: mark,
      "write one a line, or all in braces: `{ \(whole) }`")
  }

  /// A line that should be a key and its value and has no `: `.
  func missingColon(_ lines: SyntaxLines) -> SyntaxExplanation {
    keyWithoutColon(lines, (contextMark ?? mark).line, at: contextMark)
  }

  private func keyWithoutColon(
    _ lines: SyntaxLines, _ number: Int, at place: Mark? = nil
  ) -> SyntaxExplanation {
    let depth = lines.indentation(number) ?? 0
    let place = place ?? Mark(line: number, column: depth + 1)
    let rest = lines.rest(place)
    if let missing = missingSpace(lines, number) { return missing }
    if rest.count >= 3, rest.allSatisfy({ $0 == "-" || $0 == "=" }) {
      return SyntaxExplanation(
        "a rule of `\(rest.prefix(3))` has no meaning in YAML", at: place, length: rest.count,
        "begin the line with `#`")
    }
    if let equals = rest.firstIndex(of: "=") {
      let key = rest[..<equals].filter { $0 != " " }
      let value = rest[rest.index(after: equals)...].drop { $0 == " " }
      return SyntaxExplanation(
        "`=` gives no value to a key", at: place, length: rest.unicodeScalars.count,
        key.isEmpty || value.isEmpty ? "write `key: value`" : "write `\(key): \(value)`")
    }
    let word = rest.count <= 40 && !rest.contains(" ") ? rest : "key"
    return SyntaxExplanation(
      "this key has no `:` after it", at: place,
      length: max(1, word == "key" ? 1 : rest.unicodeScalars.count),
      "write `\(word): value`, or `\(word):` above what is indented deeper")
  }

  /// `epochs:5`, of a line that is nothing else.
  private func missingSpace(_ lines: SyntaxLines, _ number: Int) -> SyntaxExplanation? {
    let line = lines[number]
    guard let depth = lines.indentation(number), !lines.text(number).contains(": "),
      let colon = line.firstIndex(of: ":"), colon > depth, colon + 1 < line.count
    else { return nil }
    let key = lines.text(number, from: depth, to: colon)
    guard key.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else { return nil }
    let value = lines.rest(Mark(line: number, column: colon + 2))
    return SyntaxExplanation(
      "there is no space after this `:`", at: Mark(line: number, column: colon + 1),
      "write `\(key): \(value)`")
  }

  /// Something among the keys of a mapping that is none of them.
  func missingKey(_ lines: SyntaxLines) -> SyntaxExplanation {
    let found = lines.scalar(mark)
    let before = lines.text(mark.line, to: mark.column - 1)
    let start = (message: "the mapping begins here", mark: contextMark ?? mark)
    if found == "]" || found == "}" {
      return SyntaxExplanation("this `\(found ?? "]")` closes nothing", at: mark, "remove it")
    }
    if found == ":" {
      return SyntaxExplanation("there is no key before this `:`", at: mark, "write `key: value`")
    }
    if let last = before.last(where: { $0 != " " }) {
      if last == "'" || last == "\"" {
        return SyntaxExplanation(
          "the value has ended with its quote before this", at: mark,
          last == "'"
            ? "put all of it in one pair of quotes; a `'` within them is doubled, `''`"
            : "put all of it in one pair of quotes; a `\"` within them is written `\\\"`")
      }
      return SyntaxExplanation("the value has ended before this", at: mark, "check the line")
    }
    if found == "-" {
      return SyntaxExplanation(
        "an item of a list stands among the keys of a mapping", at: mark,
        "indent all items of a list alike, below their key", note: start)
    }
    var outer: [Int] = []
    var number = lines.above(mark.line)
    while let line = number {
      if let depth = lines.indentation(line), outer.last.map({ depth < $0 }) ?? true {
        outer.append(depth)
      }
      number = lines.above(line)
    }
    let allowed = outer.reversed().map(String.init).joined(separator: " or ")
    return SyntaxExplanation(
      "this line is indented by \(spaces(mark.column - 1)), like none above that it could belong to",
      at: mark, "indent it by \(allowed)", note: start)
  }

  /// Something behind the end of the document.
  func afterTheEnd(_ lines: SyntaxLines) -> SyntaxExplanation {
    if let above = lines.above(mark.line), lines.text(above).hasPrefix("...") {
      return SyntaxExplanation(
        "the document has ended above this line; a file holds exactly one", at: mark,
        "remove the `...`", note: ("it ends here", Mark(line: above, column: 1)))
    }
    let first = (1...max(lines.count, 1)).first { lines.indentation($0) != nil } ?? 1
    if let depth = lines.indentation(first), depth > mark.column - 1 {
      return SyntaxExplanation(
        "this line is less indented than the first one", at: mark,
        "indent all sections alike, best not at all",
        note: ("the first line is indented by \(spaces(depth))", Mark(line: first, column: 1)))
    }
    return SyntaxExplanation("the document has ended before this", at: mark, "check the line")
  }

  private func spaces(_ count: Int) -> String { count == 1 ? "1 space" : "\(count) spaces" }
}
