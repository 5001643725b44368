extension SyntaxError {
  /// libyaml's message in words that say what to do.
  func diagnostic(in source: SourceText) -> Diagnostic {
    let line = source.line(mark.line)?.unicodeScalars
    let character = line.flatMap { $0.dropFirst(mark.column - 1).first }
    let (message, suggestion) = words(at: character)
    guard let context, let contextMark, contextMark != mark else {
      return Diagnostic(
        code: .yamlSyntax, message, at: range(mark, in: source), suggestion: suggestion)
    }
    if isNoticedLate {
      return Diagnostic(
        code: .yamlSyntax, message, at: range(contextMark, in: source), suggestion: suggestion)
    }
    return Diagnostic(
      code: .yamlSyntax, message, at: range(mark, in: source), suggestion: suggestion,
      notes: [Diagnostic.Note(words(for: context), at: range(contextMark, in: source))])
  }

  /// Whether the mistake is where the construct began, not where libyaml gave up.
  private var isNoticedLate: Bool {
    problem == "could not find expected ':'" || problem == "found unexpected end of stream"
  }

  private func words(for context: String) -> String {
    switch context {
    case "while parsing a block mapping": "the mapping begins here"
    case "while parsing a flow mapping": "the `{` is here"
    case "while parsing a block collection": "the list begins here"
    case "while parsing a flow sequence": "the `[` is here"
    default: context
    }
  }

  private func range(_ mark: Mark, in source: SourceText) -> SourceRange {
    SourceRange(
      source: source, start: mark, end: Mark(line: mark.line, column: mark.column + 1))
  }

  private func words(at character: Unicode.Scalar?) -> (String, String?) {
    switch problem {
    case "found character that cannot start any token":
      switch character {
      case "\t":
        return ("a tab cannot indent YAML", "use spaces")
      case .some(let character):
        return ("a plain value cannot begin with `\(character)`", "put the value in quotes")
      case nil: return (problem, nil)
      }
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected":
      return ("a tab cannot indent YAML", "use spaces")
    case "mapping values are not allowed in this context":
      return (
        "a `:` cannot stand here",
        "indent a nested key on a line of its own, or put a value that holds `: ` in quotes"
      )
    case "could not find expected ':'":
      return ("this key has no `:` after it", "write `key: value`")
    case "did not find expected key":
      return ("expected a key at the indentation of those before it", "check the indentation")
    case "did not find expected '-' indicator":
      return ("expected another `- ` of this list", "check the indentation")
    case "did not find expected ',' or ']'":
      return ("expected `,` or `]` in this list", nil)
    case "did not find expected ',' or '}'":
      return ("expected `,` or `}` in this mapping", nil)
    case "block sequence entries are not allowed in this context":
      return ("a list's `- ` cannot stand here", "begin the list on a line of its own")
    case "control characters are not allowed":
      return ("a control character cannot stand in YAML", "remove it, or escape it in \"…\"")
    case "found unexpected end of stream":
      return ("this quote is never closed", nil)
    default: return (problem, nil)
    }
  }
}
