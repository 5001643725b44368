import Settings
import YAML

/// Follows `extends` from a spec to the one that extends nothing, and lays each over the next.
struct ExtendsResolver {
  /// Longer chains are a mistake.
  static let maximumLength = 32

  let diagnostics: Diagnostics
  /// The files on the way: what identifies them, and what they are called.
  private var chain: [(identity: String, name: String)] = []
  /// Each extended text with where it is named.
  private var origins: [(source: SourceText, range: SourceRange)] = []

  private let variables: PathVariables

  /// - Parameter variables: Of the paths that specs name.
  init(_ variables: PathVariables, _ diagnostics: Diagnostics) {
    self.variables = variables
    self.diagnostics = diagnostics
  }

  /// The document of `source` with all it extends under it, or `nil` where a file on the way
  /// cannot be read as YAML; the diagnostics say why.
  ///
  /// Every node keeps its place in its own file. What is about one experiment is not handed down:
  /// its name, which names the folder of its results, its description, tags and baseline.
  mutating func resolve(_ source: SourceText) -> Node? {
    let document = YAMLDocument(source)
    document.diagnostics.map(LayerSlip.advised).forEach(diagnostics.add)
    guard let root = document.root else { return nil }
    guard root.mapping != nil else {
      diagnostics.error(
        .wrongType, "a spec must be a mapping of sections, found \(root.found)", at: root.range,
        suggestion: slip(of: root))
      return nil
    }
    let own = SweepNesting.flattened(root.removing("extends").openingDataset)
    guard let node = root["extends"], !node.isNull else {
      return ListChanges(base: nil, diagnostics: diagnostics).resolved(own)
    }
    guard DocumentSection.extends.type.decode(node, "extends", diagnostics) != nil,
      let path = variables.expanded(node)
    else { return nil }
    chain.append((SpecFile.identity(of: source.name), source.name))
    let name = SpecFile.resolve(path, relativeTo: source.name)
    let identity = SpecFile.identity(of: name)
    if let start = chain.firstIndex(where: { $0.identity == identity }) {
      let names = chain[start...].map(\.name) + [name]
      diagnostics.error(
        .extendsCycle, "specs extend each other: \(names.joined(separator: " -> "))",
        at: node.range)
      return nil
    }
    guard chain.count < ExtendsResolver.maximumLength else {
      diagnostics.error(
        .extendsCycle, "more than \(ExtendsResolver.maximumLength) specs extend each other",
        at: node.range)
      return nil
    }
    do {
      let source = try SpecFile.read(name, namedAt: node.range)
      origins.append((source, node.range))
      let base = resolve(source).map { document in
        DocumentSection.ownKeys.reduce(document) { $0.removing($1) }
      }
      return base.map {
        $0.merging(ListChanges(base: $0, diagnostics: diagnostics).resolved(own))
      }
    } catch let error as DiagnosticsError {
      error.diagnostics.forEach(diagnostics.add)
      return nil
    } catch {
      return nil
    }
  }

  /// Diagnostics of extended files with how they came to be read, the nearest file first.
  func withChains(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.map { diagnostic in
      var diagnostic = diagnostic
      var source = diagnostic.source
      while let origin = origins.first(where: { $0.source === source }) {
        diagnostic.notes.append(Diagnostic.Note("extended by \(origin.range.place)"))
        source = origin.range.source
      }
      return diagnostic
    }
  }
}
