import Settings
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
  /// - Parameters:
  ///   - path: As the user gave it: diagnostics call the file so. `-` is standard input, which
  ///     they call `<stdin>`.
  ///   - overrides: What the command line changes, in its order.
  ///   - environment: The variables that its paths may name.
  ///   - images: Looks into own files for what the spec does not say of them; `nil` where no data
  ///     are read.
  /// - Throws: `DiagnosticsError` with every mistake of the spec, of those it extends and of the
  ///   overrides, sorted by place; also where a file cannot be read.
  package static func load(
    path: String, overrides: [SpecOverride] = [],
    environment: [String: String] = [:], images: OwnImageReader? = nil
  ) throws -> Spec {
    let isFile = path != SpecFile.standardInput && !SpecFile.isPipe(path)
    let source = try SpecFile.read(path)
    return try load(
      source, stem: isFile ? SpecFile.stem(of: path) : nil, overrides, environment, images)
  }

  /// The spec in a text.
  ///
  /// - Parameters:
  ///   - text: The spec.
  ///   - name: What diagnostics call it; a path that `extends` is relative to.
  ///   - overrides: What the command line changes, in its order.
  ///   - environment: The variables that its paths may name.
  ///   - images: Looks into own files, as in `load(path:overrides:environment:images:)`.
  /// - Throws: `DiagnosticsError` with every mistake.
  package static func load(
    text: String, name: String, overrides: [SpecOverride] = [],
    environment: [String: String] = [:], images: OwnImageReader? = nil
  ) throws -> Spec {
    try load(
      SourceText(name: name, text: text), stem: SpecFile.stem(of: name), overrides, environment,
      images)
  }

  private static func load(
    _ source: SourceText, stem: String?, _ overrides: [SpecOverride],
    _ environment: [String: String], _ images: OwnImageReader?
  ) throws -> Spec {
    let diagnostics = Diagnostics()
    let variables = PathVariables(environment: environment, diagnostics: diagnostics)
    var resolver = ExtendsResolver(variables, diagnostics)
    guard let resolved = resolver.resolve(source) else {
      throw DiagnosticsError(resolver.withChains(diagnostics.all))
    }
    let document = variables.expanding(
      OverrideApplier(diagnostics).apply(overrides, to: resolved))
    guard let root = OwnImages(read: images, diagnostics: diagnostics).completing(document) else {
      throw DiagnosticsError(resolver.withChains(diagnostics.all))
    }
    let spec = SpecDecoder(root, stem: stem, diagnostics).decode()
    guard let spec, diagnostics.all.isEmpty else {
      throw DiagnosticsError(resolver.withChains(diagnostics.all))
    }
    return spec
  }
}
