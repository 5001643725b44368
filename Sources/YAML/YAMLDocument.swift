/// How large a document may get before it is refused.
package struct YAMLLimits: Sendable {
  /// Levels of nesting, aliases expanded.
  package var depth = 64
  /// Values that all aliases of a document together may stand for.
  package var aliasNodes = 50_000
  package init() {}
}

/// One YAML document as a tree, with everything that is wrong with it as YAML.
package struct YAMLDocument: Sendable {
  package let source: SourceText
  /// The tree, also of a document whose mistakes left one (a duplicate key: the first counts);
  /// `nil` where there is none, and then `diagnostics` is not empty.
  package let root: Node?
  package let diagnostics: [Diagnostic]

  /// Reads the only document of `source`, or of a part of it.
  package init(
    _ source: SourceText, _ fragment: YAMLFragment = .document, limits: YAMLLimits = YAMLLimits()
  ) {
    self.source = source
    var composer = Composer(source, fragment, limits: limits)
    root = composer.compose()
    diagnostics = composer.diagnostics
  }

  /// The tree of a document without mistakes.
  ///
  /// - Throws: `DiagnosticsError` with all of them.
  package func checked() throws -> Node {
    guard let root, diagnostics.isEmpty else { throw DiagnosticsError(diagnostics) }
    return root
  }
}
