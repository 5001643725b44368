package import YAML

/// Collects what is wrong with a spec while it is decoded; decoding goes on with defaults.
final class Diagnostics {
  private(set) var all: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []

  /// Adds a diagnostic, unless the same was said of the same place.
  func add(_ diagnostic: Diagnostic) {
    if seen.insert(diagnostic).inserted { all.append(diagnostic) }
  }

  func error(
    _ code: Diagnostic.Code, _ message: String, at range: SourceRange?, suggestion: String? = nil,
    notes: [Diagnostic.Note] = []
  ) {
    add(
      Diagnostic(code: code, message, at: range, suggestion: suggestion, notes: notes))
  }
}

extension Diagnostic.Code {
  package static let unknownKey = Self("unknown-key")
  package static let unknownValue = Self("unknown-value")
  package static let wrongType = Self("wrong-type")
  package static let outOfRange = Self("out-of-range")
  package static let missingKey = Self("missing-key")
  /// A word of the language that this version does not know yet.
  package static let notSupported = Self("not-supported")
  package static let conflict = Self("conflict")
  package static let impossibleShape = Self("impossible-shape")
  package static let unknownModel = Self("unknown-model")
  package static let unknownPath = Self("unknown-path")
  package static let badName = Self("bad-name")
  package static let duplicate = Self("duplicate")
  package static let extendsCycle = Self("extends-cycle")
}

/// `a, b, c` in backticks.
func listed(_ words: some Sequence<String>) -> String {
  words.map { "`\($0)`" }.joined(separator: ", ")
}
