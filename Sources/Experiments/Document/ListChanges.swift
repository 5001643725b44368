import PlainText
import Settings
import YAML

/// Changes to lists of the spec below, where a plain list would replace them: `attacks+: [...]`
/// appends, and `attacks: { pgd: { steps: 100 }, fgsm: null }` changes and deletes items by name.
struct ListChanges {
  /// The document below; `nil` where there is none.
  let base: Node?
  let diagnostics: Diagnostics

  /// What is laid over the document, with every change to a list replaced by the list that comes of
  /// it.
  ///
  /// - Parameter path: Where `overlay` stands.
  func resolved(_ overlay: Node, at path: [String] = []) -> Node {
    guard let entries = overlay.mapping else { return overlay }
    if let base, path == AttackPaths.start || isLayers(path) {
      let nothing = Node(.sequence([]), at: overlay.range)
      let below = base.at(path[...]).flatMap { $0.isNull ? nil : $0 } ?? nothing
      return below.sequence == nil ? overlay : changed(below, by: entries, at: path)
    }
    var result: [Node.Entry] = []
    for entry in entries where appended(entry, at: path) == nil {
      guard !isRefused(entry, at: path) else { continue }
      let name = entry.key.scalar?.text ?? ""
      result.append(Node.Entry(key: entry.key, value: resolved(entry.value, at: path + [name])))
    }
    for entry in entries {
      guard let name = appended(entry, at: path) else { continue }
      let index = result.firstIndex { $0.key.scalar?.text == name }
      if let index, overlay[name]?.mapping == nil {
        diagnostics.error(
          .conflict, "`\(name)+` is used together with `\(name)`, which replaces the list",
          at: entry.key.range, suggestion: "write all items under `\(name)`",
          notes: [Diagnostic.Note("the other one", at: result[index].key.range)])
        continue
      }
      let list = index.map { result[$0].value } ?? base?.at((path + [name])[...])
      guard let value = appending(entry, path + [name], to: list) else { continue }
      let key = Node(.scalar(Scalar(name, style: .singleQuoted)), at: entry.key.range)
      if let index { result.remove(at: index) }
      result.append(Node.Entry(key: key, value: value))
    }
    return Node(.mapping(result), at: overlay.range)
  }

  // MARK: Appending

  /// The name of the list that a key appends to; `nil` for any other key.
  private func appended(_ entry: Node.Entry, at path: [String]) -> String? {
    guard let key = entry.key.scalar?.text, key.hasSuffix("+"), key.count > 1 else { return nil }
    let name = String(key.dropLast())
    return ListChanges.isList(path + [name]) ? name : nil
  }

  /// Whether a key would append to what is not a list, which is reported.
  private func isRefused(_ entry: Node.Entry, at path: [String]) -> Bool {
    guard let key = entry.key.scalar?.text, key.hasSuffix("+"), key.count > 1 else { return false }
    let name = String(key.dropLast())
    guard OverridePaths.schema(at: path + [name]) != nil else { return false }
    diagnostics.error(
      .wrongType, "`\(name)` is not a list: nothing can be appended to it", at: entry.key.range,
      suggestion: "write `\(name)`")
    return true
  }

  /// Whether a list may stand at a path; the values of a sweep's axes are some.
  static func isList(_ path: [String]) -> Bool {
    func holds(_ schema: ValueSchema) -> Bool {
      switch schema {
      case .list, .anything: true
      case .either(let schemas): schemas.contains(where: holds)
      default: false
      }
    }
    return OverridePaths.schema(at: path).map(holds) ?? false
  }

  private func appending(_ entry: Node.Entry, _ path: [String], to list: Node?) -> Node? {
    guard base != nil else {
      let name = path.last ?? ""
      diagnostics.error(
        .conflict, "`\(name)+` appends to the list of an extended spec, but this spec extends none",
        at: entry.key.range, suggestion: "write `\(name)`")
      return nil
    }
    return appending(entry.value, path, entry.key.range, to: list)
  }

  /// A list with more items; one block of a sweep is a list of one, and so is one epsilon.
  ///
  /// - Parameters:
  ///   - path: Where the list stands.
  ///   - list: What is there; `nil` for nothing.
  /// - Returns: `nil` after reporting what is wrong.
  func appending(
    _ items: Node, _ path: [String], _ key: SourceRange, to list: Node?
  ) -> Node? {
    let name = path.last ?? ""
    guard let new = items.sequence else {
      diagnostics.error(
        .wrongType, "`\(name)+` must be a list of items to append, found \(items.found)",
        at: items.range,
        suggestion: items.mapping == nil
          ? "write `[\(opened(items, path) ?? items.flow)]`" : "put `- ` before each item")
      return nil
    }
    guard let list, !list.isNull else { return items }
    let isBlock = name == SweepSection.section.name && list.mapping != nil
    var isItem = false
    if list.scalar != nil, case .either(let schemas) = OverridePaths.schema(at: path) {
      isItem = schemas.contains { schema in
        if case .list(let item, _, _) = schema { schemas.contains(item) } else { false }
      }
    }
    guard let old = list.sequence ?? (isBlock || isItem ? [list] : nil) else {
      diagnostics.error(
        .wrongType, "nothing can be appended to `\(name)`: it is \(list.found)", at: key,
        suggestion: "write `\(name)`, which replaces it",
        notes: [Diagnostic.Note("here", at: list.range)])
      return nil
    }
    return Node(.sequence(old + new), at: items.range)
  }

  /// A bare word as the item that it stands for: `{ name: fgsm, epsilon: … }`.
  private func opened(_ item: Node, _ path: [String]) -> String? {
    guard case .list(.section(let name), _, _) = OverridePaths.schema(at: path) else { return nil }
    return OverridePaths.section(name)?.opened(item)
  }

  // MARK: Changing

  private func isLayers(_ path: [String]) -> Bool {
    Array(SweepAxis.own(path)) == ["architecture", ArchitectureSection.layers.name]
  }

  /// A list with items changed by their names or positions; null deletes one.
  private func changed(_ list: Node, by changes: [Node.Entry], at path: [String]) -> Node {
    var items: [Node?] = list.sequence ?? []
    for change in changes {
      let name = change.key.scalar?.text ?? ""
      guard let position = position(of: name, in: list, change.key, path) else { continue }
      guard !change.value.isNull else {
        items[position] = nil
        continue
      }
      guard change.value.mapping != nil else {
        diagnostics.error(
          .wrongType,
          "`\(Scalar(name).excerpt)` must be a mapping with the changes, or `null` to delete it,"
            + " found \(change.value.found)", at: change.value.range)
        continue
      }
      let isNamed = isLayers(path) && list.position(ofLayer: name) != nil
      let new = resolved(change.value, at: path + [isNamed ? name : String(position)])
      items[position] =
        isNamed
        ? list.changing(layer: name) { $0.merging(new) }?.sequence?[position]
        : items[position]?.merging(new)
    }
    return Node(.sequence(items.compactMap { $0 }), at: list.range)
  }

  private func position(
    of name: String, in list: Node, _ key: Node, _ path: [String]
  ) -> Int? {
    if isLayers(path) {
      if let position = list.position(ofLayer: name) { return position }
      let items = list.sequence ?? []
      if let position = Int(name), items.indices.contains(position) { return position }
      diagnostics.error(
        .unknownPath, "there is no layer `\(Scalar(name).excerpt)` to change", at: key.range,
        suggestion: list.advice(onLayer: name))
      return nil
    }
    guard let base else { return nil }
    let attacks = AttackPaths(base)
    let found = attacks.items(name)
    if found.count == 1 { return found[0].position }
    if attacks.isBroken, found.isEmpty { return nil }
    if let problem = attacks.problem(with: (path + [name]).joined(separator: ".")) {
      diagnostics.error(
        .unknownPath, problem.message, at: key.range, suggestion: problem.suggestion)
    }
    return nil
  }
}
