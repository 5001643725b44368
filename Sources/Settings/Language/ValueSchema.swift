/// What the value of a key may be, as data: diagnostics, the reference and a JSON Schema say it
/// from here.
package indirect enum ValueSchema: Sendable, Hashable {
  case integer(ClosedRange<Int>)
  case number(NumberRange)
  case boolean
  case text
  /// What another key says.
  case anything
  /// A text that may name a folder.
  case name
  /// One of these words.
  case choice([String])
  /// A list with at least `minimum` and at most `maximum` items.
  case list(of: ValueSchema, minimum: Int, maximum: Int?)
  /// Keys of one's own, each with such a value.
  case map(ValueSchema)
  /// A mapping with the keys of the section of that name.
  case section(String)
  case either([ValueSchema])
}

/// Numbers between bounds that are finite, and keep to the bounds, in single precision too.
package struct NumberRange: Sendable, Hashable {
  package var lower: Double?
  package var upper: Double?
  /// Whether `lower` itself is refused.
  package var isLowerOpen = false
  /// Whether `upper` itself is refused.
  package var isUpperOpen = false

  package init(
    lower: Double? = nil, upper: Double? = nil, isLowerOpen: Bool = false,
    isUpperOpen: Bool = false
  ) {
    self.lower = lower
    self.upper = upper
    self.isLowerOpen = isLowerOpen
    self.isUpperOpen = isUpperOpen
  }

  package static let any = NumberRange()
  package static let positive = NumberRange(lower: 0, isLowerOpen: true)
  package static let nonNegative = NumberRange(lower: 0)
  package static let unit = NumberRange(lower: 0, upper: 1)
  package static let unitBelowOne = NumberRange(lower: 0, upper: 1, isUpperOpen: true)

  package func contains(_ value: Double) -> Bool { holds(value) && holds(Double(Float(value))) }

  /// Whether a number is finite and keeps to the bounds, as it is written.
  package func holds(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    if let lower, isLowerOpen ? value <= lower : value < lower { return false }
    if let upper, isUpperOpen ? value >= upper : value > upper { return false }
    return true
  }
}

extension NumberRange: CustomStringConvertible {
  package var description: String {
    var bounds: [String] = []
    if let lower { bounds.append((isLowerOpen ? "> " : ">= ") + lower.plainText) }
    if let upper { bounds.append((isUpperOpen ? "< " : "<= ") + upper.plainText) }
    return bounds.isEmpty ? "a finite number" : "a number " + bounds.joined(separator: " and ")
  }
}

extension ValueSchema {
  /// Whether a number that need not be whole may stand here.
  package var takesNumbers: Bool {
    switch self {
    case .number: true
    case .either(let schemas): schemas.contains(where: \.takesNumbers)
    default: false
    }
  }
}

extension ValueSchema: CustomStringConvertible {
  /// "an integer >= 1": what follows "must be".
  package var description: String {
    switch self {
    case .integer(let range):
      // A bound against absurd sizes is said when it is met.
      range.upperBound >= 10_000
        ? "an integer >= \(range.lowerBound)"
        : "an integer >= \(range.lowerBound) and <= \(range.upperBound)"
    case .number(let range): range.description
    case .boolean: "`true` or `false`"
    case .text: "a string"
    case .anything: "a value"
    case .name: "a name"
    case .choice(let words): words.count == 1 ? listed(words) : "one of \(listed(words))"
    case .list(let item, let minimum, let maximum):
      if let maximum, maximum == minimum {
        "a list of \(minimum) items, each \(item)"
      } else {
        "a list of \(minimum > 0 ? "at least \(count(minimum, "item")), each " : "items, each ")\(item)"
      }
    case .map(let value): "a mapping of names, each to \(value)"
    case .section(let name): "a mapping (`\(name)`)"
    case .either(let schemas): schemas.map(\.description).joined(separator: ", or ")
    }
  }
}

/// `a, b, c` in backticks.
package func listed(_ words: some Sequence<String>) -> String {
  words.map { "`\($0)`" }.joined(separator: ", ")
}
