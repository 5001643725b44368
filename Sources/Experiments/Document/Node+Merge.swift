import Settings
import YAML

extension Node {
  /// This node with `overlay` laid over it: mappings merge deeply, anything else replaces, and a
  /// null deletes the key it stands under.
  func merging(_ overlay: Node) -> Node {
    guard let below = mapping, let above = overlay.mapping else { return overlay }
    var entries = Node.withoutOtherForm(below, above)
    var positions: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      positions[entry.key.scalar?.text ?? ""] = index
    }
    var deleted: Set<Int> = []
    for entry in above {
      guard let position = positions[entry.key.scalar?.text ?? ""] else {
        entries.append(entry)
        continue
      }
      if entry.value.isNull {
        deleted.insert(position)
      } else {
        // The key of the overlay, so that an error about it points there.
        let name = entry.key.scalar?.text ?? ""
        entries[position] = Entry(
          key: entry.key, value: entries[position].value.merging(entry.value, under: name))
      }
    }
    if !deleted.isEmpty {
      entries = entries.enumerated().filter { !deleted.contains($0.offset) }.map(\.element)
    }
    return Node(.mapping(entries), at: overlay.range)
  }

  /// What stays of `below` where `above` writes a network in the other form: one takes the place
  /// of the other.
  private static func withoutOtherForm(_ below: [Entry], _ above: [Entry]) -> [Entry] {
    let (list, keys) = (ArchitectureSection.layers.name, ArchitectureSection.hparamsKeys)
    func has(_ entries: [Entry], _ name: String) -> Bool {
      entries.contains { $0.key.scalar?.text == name && !$0.value.isNull }
    }
    let hasList = has(above, list)
    if hasList, !keys.contains(where: { has(above, $0) }) {
      return below.filter { !keys.contains($0.key.scalar?.text ?? "") }
    }
    if !hasList, has(above, ArchitectureSection.convFilters) {
      return below.filter { $0.key.scalar?.text != list }
    }
    return below
  }

  /// This mapping without a key.
  func removing(_ name: String) -> Node {
    guard let mapping else { return self }
    return Node(.mapping(mapping.filter { $0.key.scalar?.text != name }), at: range)
  }

  /// This node with the value at a path replaced; mappings on the way are made where there are
  /// none.
  ///
  /// - Parameters:
  ///   - path: Keys from this node on.
  ///   - range: Where the keys that are made stand.
  /// - Returns: `nil` where something on the way is a word, or a list that has no such item.
  func setting(_ path: ArraySlice<String>, to value: Node, at range: SourceRange) -> Node? {
    guard let name = path.first else { return value }
    if sequence != nil, path.count > 1 {
      return changing(item: name) { $0.setting(path.dropFirst(), to: value, at: range) }
    }
    var entries: [Entry]
    if let mapping {
      entries = mapping
    } else if isNull {
      entries = []
    } else {
      return nil
    }
    let rest = path.dropFirst()
    if let index = entries.firstIndex(where: { $0.key.scalar?.text == name }) {
      let below = rest.isEmpty ? entries[index].value : entries[index].value.opened(as: name)
      guard let child = below.setting(rest, to: value, at: range) else { return nil }
      entries[index].value = child
    } else {
      let empty = Node(.mapping([]), at: range)
      guard let child = empty.setting(rest, to: value, at: range) else { return nil }
      entries.append(Entry(key: Node(.scalar(Scalar(name)), at: range), value: child))
    }
    return Node(.mapping(entries), at: mapping == nil ? range : self.range)
  }

  /// The node at a path of keys, or `nil` where there is none.
  func at(_ path: ArraySlice<String>) -> Node? {
    guard let name = path.first else { return self }
    if sequence != nil { return item(name)?.at(path.dropFirst()) }
    return self[name].flatMap { below in
      (path.count > 1 ? below.opened(as: name) : below).at(path.dropFirst())
    }
  }

  /// The node in YAML's flow style.
  var flow: String {
    switch content {
    case .scalar(let scalar): scalar.style == .plain ? scalar.text : quoted(scalar.text)
    case .sequence(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key.flow): \($0.value.flow)" }.joined(separator: ", ") + "}"
    }
  }
}
