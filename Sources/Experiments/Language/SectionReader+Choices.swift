import YAML

extension SectionReader {
  /// A section that may be a bare word, which stands for its `name`.
  ///
  /// - Parameter key: The key that it stands under.
  /// - Returns: The name, a reader of the mapping (of nothing where there is none), and whether the
  ///   name is one: else nothing can be said of the settings.
  static func named<Name>(
    _ name: Key<Name>, _ section: Section, _ node: Node?, _ key: KeyDescription,
    _ diagnostics: Diagnostics
  ) -> (name: Name, reader: SectionReader, isKnown: Bool) {
    let mapping = node?.mapping == nil ? nil : node
    let reader = SectionReader(section, mapping, fallbackRange: node?.range, diagnostics)
    var known: Name?
    if let node, mapping == nil, !node.isNull {
      if node.scalar == nil {
        mismatch(node, key.name, key.schema, diagnostics)
      } else {
        known = name.type.decode(node, key.name, diagnostics)
      }
    } else {
      known = reader.known(name)
    }
    return (known ?? name.fallback, reader, known != nil)
  }

  /// Says of what the command line has set in this section whether it means something.
  ///
  /// - Parameters:
  ///   - own: The keys that do.
  ///   - message: What to say of a key that does not, at any point.
  func acceptOverrides(only own: [String], _ message: (String) -> String) {
    for entry in entries where !entry.value.isNull && entry.key.range.isOfOverride {
      guard let name = entry.key.scalar?.text, section.names.contains(name) else { continue }
      if own.contains(name) {
        diagnostics.use(entry.key.range)
      } else {
        diagnostics.deferError(
          Diagnostic(code: .conflict, message(name), at: entry.key.range))
      }
    }
  }

  /// Which of these keys is given; a second one is an error.
  func only(of names: [String]) -> String? {
    let given = names.filter { node($0) != nil }
    if given.count > 1 {
      diagnostics.error(
        .conflict, "`\(given[1])` and `\(given[0])` cannot both be given",
        at: keyRange(given[1]), notes: [Diagnostic.Note("the other one", at: keyRange(given[0]))])
    }
    return given.first
  }

  /// Reports that none of these keys is given.
  func missing(_ names: [String]) {
    guard names.allSatisfy(lacks) else { return }
    diagnostics.error(
      .missingKey, "one of \(listed(names)) is missing \(section.placeInWords)", at: range,
      suggestion: "write a mapping with it: `{ name: …, \(names[0]): … }`")
  }
}
