import Settings
import YAML

/// Parses conditions: Python's arithmetic, comparisons and `and or not in`, over paths.
struct ConditionParser {
  /// Deeper nesting is a mistake.
  private static let maximumDepth = 64
  private static let constants: [String: ConditionValue] = [
    "true": .boolean(true), "false": .boolean(false), "null": .null, "True": .boolean(true),
    "False": .boolean(false), "None": .null,
  ]

  private static let functions =
    "the functions are \(listed(ConditionFunction.allCases.map(\.rawValue)))"

  private let tokens: [ConditionToken]
  private let known: any ConditionNames
  private let diagnostics: Diagnostics
  private var position = 0
  private var depth = 0
  private var paths: [Condition.Path] = []

  private struct Refused: Error {}

  /// The condition in a node, or `nil` after reporting what is wrong with it.
  static func parse(
    _ node: Node, _ names: any ConditionNames, _ diagnostics: Diagnostics
  ) -> Condition? {
    var lexer = ConditionLexer(node, paths: names.readable, diagnostics)
    guard let tokens = lexer.tokens() else { return nil }
    var parser = ConditionParser(tokens: tokens, known: names, diagnostics: diagnostics)
    guard let root = try? parser.whole() else { return nil }
    return Condition(root: root, paths: parser.paths)
  }

  private init(tokens: [ConditionToken], known: any ConditionNames, diagnostics: Diagnostics) {
    self.tokens = tokens
    self.known = known
    self.diagnostics = diagnostics
  }

  private mutating func whole() throws -> Condition.Term {
    let term = try disjunction()
    guard case .end = current.kind else {
      throw refuse(
        "\(current.found) is not expected here", current.range,
        current.kind == .sign("(") ? Self.functions : nil)
    }
    return term
  }

  // MARK: Tokens

  private var current: ConditionToken { tokens[position] }

  private mutating func accept(_ sign: String) -> SourceRange? {
    guard current.kind == .sign(sign) || current.kind == .word(sign) else { return nil }
    defer { position += 1 }
    return current.range
  }

  private mutating func expect(_ sign: String, after opening: SourceRange) throws {
    if accept(sign) == nil {
      throw refuse(
        "`\(sign)` is missing before \(current.found)", current.range, nil,
        [Diagnostic.Note("it closes this", at: opening)])
    }
  }

  private func refuse(
    _ message: String, _ range: SourceRange, _ suggestion: String? = nil,
    _ notes: [Diagnostic.Note] = []
  ) -> Refused {
    diagnostics.error(.condition, message, at: range, suggestion: suggestion, notes: notes)
    return Refused()
  }

  /// Parses what lies deeper.
  private mutating func deeper(
    _ parse: (inout ConditionParser) throws -> Condition.Term
  ) throws -> Condition.Term {
    depth += 1
    defer { depth -= 1 }
    guard depth <= ConditionParser.maximumDepth else {
      throw refuse(
        "a condition can be nested at most \(ConditionParser.maximumDepth) levels deep",
        current.range)
    }
    return try parse(&self)
  }

  // MARK: Grammar, from the loosest to the tightest

  private mutating func disjunction() throws -> Condition.Term {
    var left = try conjunction()
    while let range = accept("or") {
      left = Condition.Term(expression: .or(left, try conjunction()), range: range)
    }
    return left
  }

  private mutating func conjunction() throws -> Condition.Term {
    var left = try negation()
    while let range = accept("and") {
      left = Condition.Term(expression: .and(left, try negation()), range: range)
    }
    return left
  }

  private mutating func negation() throws -> Condition.Term {
    guard let range = accept("not") else { return try comparison() }
    return Condition.Term(expression: .not(try deeper { try $0.negation() }), range: range)
  }

  private mutating func comparison() throws -> Condition.Term {
    let first = try sum()
    var rest: [(Condition.ComparisonOperator, SourceRange, Condition.Term)] = []
    while let (comparison, range) = comparisonOperator() {
      rest.append((comparison, range, try sum()))
    }
    guard let range = rest.first?.1 else { return first }
    return Condition.Term(expression: .comparison(first, rest), range: range)
  }

  private mutating func comparisonOperator() -> (Condition.ComparisonOperator, SourceRange)? {
    switch current.kind {
    case .sign(let sign):
      guard let comparison = Condition.ComparisonOperator(rawValue: sign) else { return nil }
      defer { position += 1 }
      return (comparison, current.range)
    case .word("in"):
      defer { position += 1 }
      return (.isIn, current.range)
    case .word("not"):
      guard tokens[position + 1].kind == .word("in") else { return nil }
      defer { position += 2 }
      return (.isNotIn, current.range)
    default: return nil
    }
  }

  private mutating func sum() throws -> Condition.Term {
    try chain(["+", "-"]) { try $0.product() }
  }

  private mutating func product() throws -> Condition.Term {
    try chain(["*", "/", "//", "%"]) { try $0.signed() }
  }

  private mutating func chain(
    _ signs: Set<String>, _ operand: (inout ConditionParser) throws -> Condition.Term
  ) throws -> Condition.Term {
    var left = try operand(&self)
    while case .sign(let sign) = current.kind, signs.contains(sign),
      let arithmetic = Condition.ArithmeticOperator(rawValue: sign)
    {
      let range = current.range
      position += 1
      left = Condition.Term(
        expression: .arithmetic(arithmetic, left, try operand(&self)), range: range)
    }
    return left
  }

  private mutating func signed() throws -> Condition.Term {
    if let range = accept("-") {
      return Condition.Term(expression: .negative(try deeper { try $0.signed() }), range: range)
    }
    if accept("+") != nil { return try deeper { try $0.signed() } }
    let base = try atom()
    guard let range = accept("**") else { return base }
    // To the right: 2 ** 3 ** 2 is 2 ** 9.
    let exponent = try deeper { try $0.signed() }
    return Condition.Term(expression: .arithmetic(.power, base, exponent), range: range)
  }

  private mutating func atom() throws -> Condition.Term {
    let token = current
    switch token.kind {
    case .number(let value):
      position += 1
      return Condition.Term(expression: .constant(.number(value)), range: token.range)
    case .text(let text):
      position += 1
      return Condition.Term(expression: .constant(.text(text)), range: token.range)
    case .sign("("):
      position += 1
      let inner = try deeper { try $0.disjunction() }
      try expect(")", after: token.range)
      return inner
    case .sign("["):
      position += 1
      let items = try arguments(until: "]", token.range)
      return Condition.Term(expression: .list(items), range: token.range)
    case .word(let word):
      position += 1
      if let constant = ConditionParser.constants[word] {
        return Condition.Term(expression: .constant(constant), range: token.range)
      }
      if ["and", "or", "not", "in"].contains(word) { break }
      if let function = ConditionFunction(rawValue: word), let opening = accept("(") {
        let arguments = try arguments(until: ")", opening)
        return try call(function, arguments, token.range)
      }
      return Condition.Term(
        expression: .path(try path(word, token.range)), range: token.range)
    case .sign, .end: break
    }
    throw refuse("expected a value, found \(token.found)", token.range)
  }

  private mutating func arguments(
    until end: String, _ opening: SourceRange
  ) throws -> [Condition.Term] {
    var arguments: [Condition.Term] = []
    if accept(end) != nil { return [] }
    while true {
      arguments.append(try deeper { try $0.disjunction() })
      if accept(",") != nil { continue }
      try expect(end, after: opening)
      return arguments
    }
  }

  private func call(
    _ function: ConditionFunction, _ arguments: [Condition.Term], _ range: SourceRange
  ) throws -> Condition.Term {
    let isRight =
      switch function {
      case .abs, .len: arguments.count == 1
      case .min, .max: !arguments.isEmpty
      }
    guard isRight else {
      let wanted = function == .abs || function == .len ? "one value" : "at least one value"
      throw refuse("`\(function.rawValue)` takes \(wanted), found \(arguments.count)", range)
    }
    return Condition.Term(expression: .call(function, arguments), range: range)
  }

  /// The position of a path that the condition reads.
  private mutating func path(_ name: String, _ range: SourceRange) throws -> Int {
    if let position = paths.firstIndex(where: { $0.name == name }) { return position }
    switch known.reading(name) {
    case .success(let keys): paths.append(Condition.Path(name: name, keys: keys))
    case .failure where current.kind == .sign("("):
      throw refuse("there is no function `\(Scalar(name).excerpt)`", range, Self.functions)
    case .failure(let error):
      diagnostics.error(.unknownPath, error.message, at: range, suggestion: error.suggestion)
      throw Refused()
    }
    return paths.count - 1
  }
}
