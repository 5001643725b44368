/// Collects the entries of one mapping: finds duplicate keys and applies `<<` merges.
struct MappingBuilder {
  private var entries: [Node.Entry] = []
  private var merges: [(position: Int, key: Node, value: Node)] = []
  private var places: [ScalarValue: SourceRange] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  mutating func add(_ key: Node, _ value: Node) {
    guard let scalar = key.scalar else {
      diagnostics.append(
        Diagnostic(code: .yamlSyntax, "a key must be a scalar, not \(key.found)", at: key.range))
      return
    }
    if let first = places[scalar.value] {
      diagnostics.append(
        Diagnostic(
          code: .duplicateKey, "the key `\(scalar.excerpt)` appears twice", at: key.range,
          notes: [Diagnostic.Note("it is first set here", at: first)]))
      return
    }
    places[scalar.value] = key.range
    if scalar.text == "<<", scalar.style == .plain, scalar.tag == nil {
      merges.append((entries.count, key, value))
    } else {
      entries.append(Node.Entry(key: key, value: value))
    }
  }

  /// The entries, with those of merges where the `<<` stands. A mapping's own keys win over merged
  /// ones, and an earlier mapping of a merged list over a later.
  mutating func finish() -> [Node.Entry] {
    guard let merge = merges.first else { return entries }
    var merged: [Node.Entry] = []
    for mapping in mappings(of: merge.value) {
      for entry in mapping {
        guard let key = entry.key.scalar?.value, places[key] == nil else { continue }
        places[key] = entry.key.range
        merged.append(entry)
      }
    }
    entries.insert(contentsOf: merged, at: merge.position)
    return entries
  }

  private mutating func mappings(of value: Node) -> [[Node.Entry]] {
    var result: [[Node.Entry]] = []
    for node in value.sequence ?? [value] {
      if let mapping = node.mapping {
        result.append(mapping)
      } else {
        diagnostics.append(
          Diagnostic(
            code: .wrongMerge, "`<<` merges a mapping or a list of mappings, not \(node.found)",
            at: node.range))
      }
    }
    return result
  }
}
