/// One thing that is wrong with a text, said as a compiler says it.
package struct Diagnostic: Sendable, Hashable {
  package enum Severity: String, Sendable, Hashable, CaseIterable {
    case error
    case warning
  }

  /// A stable word for the kind of mistake: `unknown-key`. Each target adds its own.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
  }

  /// Another place that explains the mistake.
  package struct Note: Sendable, Hashable {
    package var message: String
    package var range: SourceRange?
    package init(_ message: String, at range: SourceRange? = nil) {
      self.message = message
      self.range = range
    }
  }

  package var severity: Severity
  package var code: Code
  /// Without a full stop; names of the language stand in backticks.
  package var message: String
  /// Where it is; `nil` where no text is to blame.
  package var range: SourceRange?
  /// What a person might do about it.
  package var suggestion: String?
  package var notes: [Note]

  package init(
    _ severity: Severity = .error, code: Code, _ message: String, at range: SourceRange? = nil,
    suggestion: String? = nil, notes: [Note] = []
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.range = range
    self.suggestion = suggestion
    self.notes = notes
  }

  package var mark: Mark? { range?.start }
  package var source: SourceText? { range?.source }
}

extension Diagnostic.Code {
  /// A file that cannot be read.
  package static let file = Self("file")
  package static let encoding = Self("encoding")
  package static let yamlSyntax = Self("yaml-syntax")
  package static let yamlLimit = Self("yaml-limit")
  package static let duplicateKey = Self("duplicate-key")
  package static let unknownTag = Self("unknown-tag")
  package static let wrongMerge = Self("wrong-merge")
}

/// Everything that is wrong with a document, sorted by place.
package struct DiagnosticsError: Error, Sendable {
  package let diagnostics: [Diagnostic]

  /// Sorts by file and place and drops repetitions.
  package init(_ diagnostics: [Diagnostic]) {
    var seen: Set<Diagnostic> = []
    let unique = diagnostics.filter { seen.insert($0).inserted }
    // The standard library's sort is stable: mistakes at one place stay in the order found.
    self.diagnostics = unique.sorted { a, b in
      let (nameA, nameB) = (a.source?.name ?? "", b.source?.name ?? "")
      if nameA != nameB { return nameA < nameB }
      guard let markA = a.mark, let markB = b.mark else { return a.mark == nil && b.mark != nil }
      return markA < markB
    }
  }
}

extension DiagnosticsError: CustomStringConvertible {
  package var description: String { DiagnosticRenderer().render(diagnostics) }
}
