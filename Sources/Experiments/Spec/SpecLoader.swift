import YAML

/// Reads specs.
///
/// ```swift
/// do {
///   let spec = try SpecLoader.load(path: "experiments/mnist-sweep.yaml")
/// } catch let error as DiagnosticsError {
///   print(DiagnosticRenderer(color: true).render(error.diagnostics))
/// }
/// ```
package enum SpecLoader {
  /// The spec in a file.
  ///
  /// - Parameter path: As the user gave it: diagnostics call the file so.
  /// - Throws: `DiagnosticsError` with every mistake of the spec and of those it extends, sorted
  ///   by place; also where a file cannot be read.
  package static func load(path: String) throws -> Spec {
    try load(SpecFile.read(path))
  }

  /// The spec in a text.
  ///
  /// - Parameters:
  ///   - text: The spec.
  ///   - name: What diagnostics call it; a path that `extends` is relative to.
  /// - Throws: `DiagnosticsError` with every mistake.
  package static func load(text: String, name: String) throws -> Spec {
    try load(SourceText(name: name, text: text))
  }

  private static func load(_ source: SourceText) throws -> Spec {
    let diagnostics = Diagnostics()
    var resolver = ExtendsResolver(diagnostics)
    let root = resolver.resolve(source)
    guard let root, let spec = SpecDecoder(root, source, diagnostics).decode() else {
      throw DiagnosticsError(diagnostics.all)
    }
    guard diagnostics.all.isEmpty else { throw DiagnosticsError(diagnostics.all) }
    return spec
  }
}
