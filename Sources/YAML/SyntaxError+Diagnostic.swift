/// What a person is told about a text that libyaml cannot read.
struct SyntaxExplanation {
  var message: String
  /// Where the mistake is, which is often not where libyaml gave up.
  var mark: Mark
  var length = 1
  var suggestion: String?
  var note: (message: String, mark: Mark)?

  init(
    _ message: String, at mark: Mark, length: Int = 1, _ suggestion: String? = nil,
    note: (message: String, mark: Mark)? = nil
  ) {
    self.message = message
    self.mark = mark
    self.length = length
    self.suggestion = suggestion
    self.note = note
  }
}

extension SyntaxError {
  /// libyaml's message in words that say what to do, where the mistake was made.
  func diagnostic(in source: SourceText) -> Diagnostic {
    func range(_ mark: Mark, _ length: Int) -> SourceRange {
      SourceRange(
        source: source, start: mark, end: Mark(line: mark.line, column: mark.column + length))
    }
    let found = explanation(SyntaxLines(source))
    let notes = found.note.map { note in
      [Diagnostic.Note(note.message, at: range(note.mark, 1))]
    }
    return Diagnostic(
      code: .yamlSyntax, found.message, at: range(found.mark, found.length),
      suggestion: found.suggestion, notes: notes ?? [])
  }

  private func explanation(_ lines: SyntaxLines) -> SyntaxExplanation {
    let start = contextMark ?? mark
    switch problem {
    case "found character that cannot start any token":
      return unstartable(lines)
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected":
      return SyntaxExplanation("a tab cannot indent YAML", at: mark, "use spaces")
    case "mapping values are not allowed in this context": return strayColon(lines)
    case "could not find expected ':'": return missingColon(lines)
    case "did not find expected key": return missingKey(lines)
    case "did not find expected '-' indicator":
      return SyntaxExplanation(
        "expected another `- ` of this list", at: mark, "check the indentation",
        note: ("the list begins here", start))
    case "block sequence entries are not allowed in this context":
      return SyntaxExplanation(
        "a list's `- ` cannot stand here", at: mark, "begin the list on a line of its own")
    case "did not find expected <document start>": return afterTheEnd(lines)
    case "did not find expected ',' or ']'": return openBracket(lines, "[", "]", "list")
    case "did not find expected ',' or '}'": return openBracket(lines, "{", "}", "mapping")
    case "did not find expected node content": return missingNode(lines)
    case "found unexpected end of stream":
      return SyntaxExplanation("this quote is never closed", at: start)
    case "found unexpected document indicator":
      return SyntaxExplanation(
        "this quote is never closed before the document ends", at: start,
        note: ("the document ends here", mark))
    case "did not find expected alphabetic or numeric character":
      return plainStart(lines, at: start)
    case "did not find expected comment or line break"
    where context == "while scanning a block scalar":
      let sign = lines.scalar(start).map(String.init) ?? "|"
      return SyntaxExplanation(
        "`\(sign)` begins a text of several lines: nothing else may stand on its line", at: start,
        quoting(lines.rest(start)))
    case "found unknown escape character", "did not find expected hexdecimal number",
      "found invalid Unicode character escape code":
      return escape(lines)
    case "control characters are not allowed":
      return SyntaxExplanation(
        "a control character cannot stand in YAML", at: mark, "remove it, or escape it in \"…\"")
    case "found incompatible YAML document":
      return SyntaxExplanation(
        "this version of YAML is not known", at: mark, "write `%YAML 1.2`, or leave the line out")
    case "found duplicate %YAML directive", "found duplicate %TAG directive":
      return SyntaxExplanation("this directive stands here twice", at: mark, "remove one")
    case "found undefined tag handle":
      return SyntaxExplanation(
        "a value that begins with `!` has a tag, and this one is not known", at: start,
        quoting(lines.rest(start)))
    default:
      if context == "while scanning a directive" || context?.hasSuffix("directive") == true {
        return SyntaxExplanation(
          "a line that begins with `%` is a directive, and this is none", at: start,
          "put what begins with `%` in quotes, or remove the line")
      }
      return SyntaxExplanation(
        problem, at: mark, note: context.map { (words(for: $0), start) })
    }
  }

  private func words(for context: String) -> String {
    switch context {
    case "while parsing a block mapping": "the mapping begins here"
    case "while parsing a flow mapping": "the `{` is here"
    case "while parsing a block collection": "the list begins here"
    case "while parsing a flow sequence": "the `[` is here"
    case "while parsing a quoted scalar": "the quote begins here"
    default: context
    }
  }

  private func escape(_ lines: SyntaxLines) -> SyntaxExplanation {
    // libyaml points at the backslash, or at the digits behind it.
    let line = lines[mark.line]
    var column = min(mark.column, line.count)
    while column > 1, line[column - 1] != "\\" { column -= 1 }
    let letter = column < line.count ? line[column] : " "
    let place = Mark(line: mark.line, column: column)
    let digits: Int? = ["x": 2, "u": 4, "U": 8][letter]
    if let digits {
      return SyntaxExplanation(
        "`\\\(letter)` is followed by \(digits) hexadecimal digits of a character", at: place,
        length: 2, "write `\\\\\(letter)` for a backslash, or use single quotes")
    }
    return SyntaxExplanation(
      "`\\\(letter)` is no escape", at: place, length: 2,
      "write `\\\\\(letter)` for a backslash, or use single quotes")
  }
}

/// The lines of a text as scalars, counted from 1.
struct SyntaxLines {
  private let source: SourceText

  init(_ source: SourceText) { self.source = source }

  var count: Int { source.lines.count }

  subscript(number: Int) -> [Unicode.Scalar] {
    source.line(number).map { Array($0.unicodeScalars) } ?? []
  }

  func scalar(_ mark: Mark) -> Unicode.Scalar? {
    let line = self[mark.line]
    return line.indices.contains(mark.column - 1) ? line[mark.column - 1] : nil
  }

  /// What stands from a place to the end of its line, without blanks and a comment at the end.
  func rest(_ mark: Mark) -> String {
    trimmed(text(mark.line, from: mark.column - 1))
  }

  func text(_ number: Int, from start: Int = 0, to end: Int = .max) -> String {
    let line = self[number]
    let last = max(min(end, line.count), 0)
    return String(String.UnicodeScalarView(line[min(start, last)..<last]))
  }

  /// Blanks before the first character; `nil` for a line that is empty or a comment.
  func indentation(_ number: Int) -> Int? {
    let line = self[number]
    guard let first = line.firstIndex(where: { $0 != " " && $0 != "\t" }), line[first] != "#"
    else { return nil }
    return first
  }

  /// The nearest line above that is neither empty nor a comment.
  func above(_ number: Int) -> Int? {
    stride(from: number - 1, to: 0, by: -1).first { indentation($0) != nil }
  }

  private func trimmed(_ text: String) -> String {
    var text = text[...]
    if let comment = text.firstRange(of: " #") { text = text[..<comment.lowerBound] }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }
}

/// Advice to quote a value; the value itself where it is short.
func quoting(_ value: String) -> String {
  guard !value.isEmpty, value.count <= 40, !value.contains("\""), !value.contains("\\") else {
    return "put the value in quotes"
  }
  return "put the value in quotes: `\"\(value)\"`"
}
