import YAML

extension SectionReader {
  /// A section that may be a bare word, which stands for its `name`.
  ///
  /// - Parameter key: The key that it stands under.
  /// - Returns: The name, and a reader of the mapping; of nothing where there is none.
  static func named<Name>(
    _ name: Key<Name>, _ section: Section, _ node: Node?, _ key: KeyDescription,
    _ diagnostics: Diagnostics
  ) -> (name: Name, reader: SectionReader) {
    let mapping = node?.mapping == nil ? nil : node
    let reader = SectionReader(section, mapping, fallbackRange: node?.range, diagnostics)
    guard let node, mapping == nil, !node.isNull else { return (reader.value(name), reader) }
    guard node.scalar != nil else {
      mismatch(node, key.name, key.schema, diagnostics)
      return (name.fallback, reader)
    }
    return (name.type.decode(node, key.name, diagnostics) ?? name.fallback, reader)
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
    diagnostics.error(
      .missingKey, "one of \(listed(names)) is missing \(section.placeInWords)", at: range,
      suggestion: "write a mapping with it: `{ name: …, \(names[0]): … }`")
  }
}
