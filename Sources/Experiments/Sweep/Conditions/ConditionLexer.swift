import Settings
import YAML

/// A word or sign of a condition.
struct ConditionToken {
  enum Kind: Equatable {
    case number(Double)
    case text(String)
    /// A path, a function, or a word of the language of conditions.
    case word(String)
    /// `+`, `<=`, `(`.
    case sign(String)
    case end
  }

  var kind: Kind
  var range: SourceRange

  /// As a message calls it.
  var found: String {
    switch kind {
    case .number(let value):
      "the number \(value.plainText)"
    case .text(let text): "the string '\(Scalar(text).excerpt)'"
    case .word(let word): "`\(Scalar(word).excerpt)`"
    case .sign(let sign): "`\(sign)`"
    case .end: "the end"
    }
  }
}

/// Splits a condition into words and signs, each with its place in the file.
struct ConditionLexer {
  /// Longer conditions are a mistake.
  static let maximumTokens = 1_000

  private let node: Node
  private let scalars: [Unicode.Scalar]
  private let diagnostics: Diagnostics
  /// Paths with signs in them: names of models may hold `-`.
  private let signedPaths: [[Unicode.Scalar]]
  /// The column in the file of the text's first character; `nil` where the text does not stand
  /// there as it is.
  private let column: Int?
  private var position = 0

  init(_ node: Node, paths: [String], _ diagnostics: Diagnostics) {
    self.node = node
    scalars = Array((node.scalar?.text ?? "").unicodeScalars)
    self.diagnostics = diagnostics
    signedPaths = paths.filter { $0.contains("-") }.map { Array($0.unicodeScalars) }
    let line = node.source.line(node.mark.line).map { Array($0.unicodeScalars) } ?? []
    let start = node.mark.column + (node.scalar?.style == .plain ? 0 : 1)
    let stands =
      start >= 1 && line.count >= start - 1 + scalars.count
      && line[(start - 1)..<(start - 1 + scalars.count)].elementsEqual(scalars)
    column = stands ? start : nil
  }

  /// All tokens and an end, or `nil` after reporting what is none.
  mutating func tokens() -> [ConditionToken]? {
    var tokens: [ConditionToken] = []
    while true {
      while position < scalars.count, isSpace(scalars[position]) { position += 1 }
      guard position < scalars.count else { break }
      guard let token = next() else { return nil }
      tokens.append(token)
      if tokens.count > ConditionLexer.maximumTokens {
        report(
          "a condition can have at most \(ConditionLexer.maximumTokens) words and signs", node.range
        )
        return nil
      }
    }
    return tokens + [ConditionToken(kind: .end, range: range(from: position))]
  }

  private mutating func next() -> ConditionToken? {
    let start = position
    let scalar = scalars[position]
    if isDigit(scalar) || (scalar == "." && peek(1).map(isDigit) == true) { return number() }
    if scalar == "'" || scalar == "\"" { return quoted(scalar) }
    if isLetter(scalar) { return word() }
    for sign in ["**", "//", "<=", ">=", "==", "!="] where starts(with: sign) {
      position += 2
      return ConditionToken(kind: .sign(sign), range: range(from: start))
    }
    if "+-*/%<>()[],".unicodeScalars.contains(scalar) {
      position += 1
      return ConditionToken(kind: .sign(String(scalar)), range: range(from: start))
    }
    position += 1
    let advice: String? =
      switch scalar {
      case "=": "compare with `==`"
      case "&": "write `and`"
      case "|": "write `or`"
      case "!": "write `not`"
      case "^": "a power is `**`"
      case "≤": "write `<=`"
      case "≥": "write `>=`"
      case "≠": "write `!=`"
      default: nil
      }
    report("`\(scalar)` is not allowed in a condition", range(from: start), advice)
    return nil
  }

  private mutating func number() -> ConditionToken? {
    let start = position
    while position < scalars.count {
      let isSign = scalars[position] == "+" || scalars[position] == "-"
      let followsExponent =
        position > start && (scalars[position - 1] == "e" || scalars[position - 1] == "E")
      guard
        isDigit(scalars[position]) || isLetter(scalars[position]) || scalars[position] == "."
          || (isSign && followsExponent)
      else { break }
      position += 1
    }
    let text = string(start..<position)
    let range = range(from: start)
    switch Scalar(text).value {
    case .integer(let value): return ConditionToken(kind: .number(Double(value)), range: range)
    case .number(let value) where value.isFinite:
      return ConditionToken(kind: .number(value), range: range)
    default:
      report("`\(Scalar(text).excerpt)` is not a number", range)
      return nil
    }
  }

  private mutating func quoted(_ quote: Unicode.Scalar) -> ConditionToken? {
    let start = position
    position += 1
    while position < scalars.count, scalars[position] != quote { position += 1 }
    guard position < scalars.count else {
      report("this string is never closed: \(quote) is missing", range(from: start))
      return nil
    }
    position += 1
    return ConditionToken(
      kind: .text(string((start + 1)..<(position - 1))), range: range(from: start))
  }

  private mutating func word() -> ConditionToken {
    let start = position
    let longest = signedPaths.filter { path in
      scalars.count - start >= path.count && scalars[start..<start + path.count].elementsEqual(path)
        && (scalars.count == start + path.count || !continues(scalars[start + path.count]))
    }.map(\.count).max()
    if let longest {
      position += longest
    } else {
      while position < scalars.count, continues(scalars[position]) { position += 1 }
    }
    return ConditionToken(kind: .word(string(start..<position)), range: range(from: start))
  }

  // MARK: Characters and places

  private func peek(_ offset: Int) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  private func starts(with sign: String) -> Bool {
    scalars[position...].starts(with: Array(sign.unicodeScalars))
  }

  private func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic
  }
  private func continues(_ scalar: Unicode.Scalar) -> Bool {
    isLetter(scalar) || isDigit(scalar) || scalar == "."
  }

  private func string(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range]))
  }

  /// From an offset in the text to the current one.
  private func range(from start: Int) -> SourceRange {
    guard let column else { return node.range }
    let line = node.mark.line
    return SourceRange(
      source: node.source, start: Mark(line: line, column: column + start),
      end: Mark(line: line, column: column + max(position, start + 1)))
  }

  private func report(_ message: String, _ range: SourceRange, _ suggestion: String? = nil) {
    diagnostics.error(.condition, message, at: range, suggestion: suggestion)
  }
}
