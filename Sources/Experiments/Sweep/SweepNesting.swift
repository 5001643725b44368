import Settings
import YAML

/// A sweep whose paths are written as nested mappings, as sections of the spec are:
/// `grid: {hparams: {epochs: [1, 2]}}` is `grid: {hparams.epochs: [1, 2]}`.
enum SweepNesting {
  /// The document with every path of its sweep in one key.
  static func flattened(_ root: Node) -> Node {
    guard let sweep = root["sweep"] else { return root }
    let flat: Node
    switch sweep.content {
    case .scalar: return root
    case .sequence(let blocks):
      flat = Node(.sequence(blocks.map(block)), at: sweep.range)
    case .mapping: flat = block(sweep)
    }
    return root.replacing("sweep", with: flat)
  }

  private static func block(_ node: Node) -> Node {
    guard var entries = node.mapping else { return node }
    for (index, entry) in entries.enumerated() {
      // A key with a typo is read as it is meant.
      let name = entry.key.scalar?.text ?? ""
      let isKnown = SweepSection.section.names.contains(name)
      switch isKnown ? name : SweepSection.section.meant(by: name, entry.value) {
      case SweepSection.grid.name, SweepSection.zip.name:
        entries[index].value = paths(entry.value) { isValues($0, SweepRange.section.names) }
      case SweepSection.list.name:
        guard let points = entry.value.sequence else { continue }
        let flat = points.map { paths($0, isWhole: isAlternative) }
        entries[index].value = Node(.sequence(flat), at: entry.value.range)
      case SweepSection.random.name:
        guard let axes = entry.value[RandomSearch.parameters.name] else { continue }
        let flat = paths(axes) { isValues($0, DistributionSection.section.names) }
        entries[index].value = entry.value.replacing(RandomSearch.parameters.name, with: flat)
      default: continue
      }
    }
    return Node(.mapping(entries), at: node.range)
  }

  /// What a path and a mapping under it are.
  private struct Place {
    var path: [String]
    var node: Node
  }

  /// Whether a mapping says the values of its path: a range, a distribution.
  private static func isValues(_ place: Place, _ words: [String]) -> Bool {
    place.node.mapping?.contains { words.contains($0.key.scalar?.text ?? "") } == true
  }

  /// Whether a mapping is one value, whole: an optimizer with its name, early stopping.
  private static func isAlternative(_ place: Place) -> Bool {
    let name = place.path.last ?? ""
    if name == "early_stopping" || SectionValue.isMarked(place.node) { return true }
    return Node.kindKey(of: name).map { place.node[$0] != nil } ?? false
  }

  /// A mapping of paths with the nested ones joined.
  private static func paths(_ node: Node, isWhole: (Place) -> Bool) -> Node {
    guard node.mapping != nil else { return node }
    var flat: [Node.Entry] = []
    func visit(_ node: Node, _ start: [String]) {
      for entry in node.mapping ?? [] {
        let path = start + [entry.key.scalar?.text ?? ""]
        let inner = path.joined(separator: ".").split(
          separator: ".", omittingEmptySubsequences: false
        ).map(String.init)
        let place = Place(path: inner, node: entry.value)
        if entry.value.mapping?.isEmpty == false, holdsPaths(inner), !isWhole(place) {
          visit(entry.value, path)
        } else {
          let key = Node(
            .scalar(Scalar(path.joined(separator: "."), style: .singleQuoted)),
            at: entry.key.range)
          flat.append(Node.Entry(key: path.count > 1 ? key : entry.key, value: entry.value))
        }
      }
    }
    visit(node, [])
    return Node(.mapping(flat), at: node.range)
  }

  /// Whether other paths begin with this one.
  private static func holdsPaths(_ path: [String]) -> Bool {
    let own = path.first == "models" && path.count > 2 ? Array(path.dropFirst(2)) : path
    let lists = [AttackPaths.start, ["architecture", ArchitectureSection.layers.name]]
    // Into a list leads a name.
    if lists.contains(where: { own == $0 || own.count == 3 && own.starts(with: $0) }) {
      return true
    }
    return OverridePaths.schema(at: path).map(isSection) ?? false
  }

  private static func isSection(_ schema: ValueSchema) -> Bool {
    switch schema {
    case .section, .map: true
    case .either(let schemas): schemas.contains(where: isSection)
    default: false
    }
  }
}

extension Node {
  /// This mapping with another value under a key that it has.
  func replacing(_ name: String, with value: Node) -> Node {
    guard var entries = mapping,
      let index = entries.firstIndex(where: { $0.key.scalar?.text == name })
    else { return self }
    entries[index].value = value
    return Node(.mapping(entries), at: range)
  }
}
