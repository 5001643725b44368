import PlainText
import Settings
import YAML

/// Lays what the command line says over a document, as a file that extends it would: mappings
/// merge deeply, lists and scalars replace, a null deletes. Into a list leads a position.
struct OverrideApplier {
  let diagnostics: Diagnostics

  init(_ diagnostics: Diagnostics) {
    self.diagnostics = diagnostics
  }

  /// The document with all overrides; those that cannot be applied are reported and left out.
  func apply(_ overrides: [SpecOverride], to root: Node) -> Node {
    var document = root
    var places: [[String]: SourceRange] = [:]
    // Axes last: what is set may not undo them.
    let ordered = overrides.filter { $0.action == .set } + overrides.filter { $0.action == .sweep }
    for override in ordered {
      guard let parsed = ParsedOverride(override, diagnostics),
        let path = OverridePaths(document).path(of: parsed.key, at: parsed.keyRange, diagnostics)
      else { continue }
      if let first = places[path], !parsed.isAppended {
        diagnostics.error(
          .badOverride, "`\(path.joined(separator: "."))` is given twice", at: parsed.keyRange,
          notes: [Diagnostic.Note("it is first given here", at: first)])
        continue
      }
      if !parsed.value.isNull { places[path] = parsed.keyRange }
      switch parsed.action {
      case .set: document = set(parsed, at: path, in: document)
      case .sweep: document = sweep(parsed, path, in: document)
      }
    }
    return document
  }

  // MARK: Setting

  private func set(_ override: ParsedOverride, at path: [String], in root: Node) -> Node {
    var override = override
    if path == ["sweep"] {
      let sweep = Node.Entry(key: key("sweep", override), value: override.value)
      let document = Node(.mapping([sweep]), at: override.keyRange)
      override.value = SweepNesting.flattened(document)["sweep"] ?? override.value
    }
    if path == [DatasetSection.section.name] { override.value = override.value.openedDataset }
    let lists = ListChanges(base: root, diagnostics: diagnostics)
    if override.isAppended {
      guard let all = appended(override, to: path, lists) else { return root }
      override.value = all
    } else {
      override.value = lists.resolved(override.value, at: path)
    }
    guard isThere(path, in: root, override), !lacksLayer(path, in: root, override),
      let changed = setting(path[...], of: path, in: root, override)
    else { return root }
    let attacks = AttackPaths(root)
    // A section that is set as a whole is no axis either.
    let fixed = OverrideApplier.leaves(of: override.value, path) + [path]
    return fixed.reduce(changed) { document, leaf in
      attacks.spellings(of: leaf).reduce(document) { $0.withoutAxis($1) }
    }
  }

  /// The node below which `rest` is still to be gone; `nil` after reporting what is in the way.
  private func setting(
    _ rest: ArraySlice<String>, of path: [String], in node: Node?, _ override: ParsedOverride
  ) -> Node? {
    guard let name = rest.first else {
      return node?.merging(override.value, under: path.last ?? "") ?? override.value
    }
    let walked = Array(path[..<rest.startIndex])
    let isDeletion = rest.count == 1 && override.value.isNull
    guard let node = node.flatMap({ opened($0, at: walked, for: name) }) else {
      if isDeletion { return Node(.mapping([]), at: override.keyRange) }
      guard let child = setting(rest.dropFirst(), of: path, in: nil, override) else { return nil }
      return Node(
        .mapping([Node.Entry(key: key(name, override), value: child)]), at: override.keyRange)
    }
    switch node.content {
    case .mapping(var entries):
      let index = entries.firstIndex { $0.key.scalar?.text == name }
      if isDeletion {
        if let index { entries.remove(at: index) }
        return Node(.mapping(entries), at: node.range)
      }
      let below = index.map { entries[$0].value }
      guard let child = setting(rest.dropFirst(), of: path, in: below, override) else { return nil }
      if let index {
        entries[index].value = child
        // An error about what is set points to the argument.
        if rest.count == 1 { entries[index].key = key(name, override) }
      } else {
        entries.append(Node.Entry(key: key(name, override), value: child))
      }
      return Node(.mapping(entries), at: node.range)
    case .sequence where rest.count > 1 && node.position(ofLayer: name) != nil:
      return node.changing(layer: name) {
        setting(rest.dropFirst(), of: path, in: $0, override)
      }
    case .sequence(var items):
      guard let position = Int(name), items.indices.contains(position) else {
        diagnostics.error(
          .unknownPath,
          "`\(walked.joined(separator: "."))` has \(items.count) items, numbered from 0: there is"
            + " no `\(name)`", at: override.keyRange,
          notes: [Diagnostic.Note("here", at: node.range)])
        return nil
      }
      if isDeletion {
        items.remove(at: position)
      } else {
        guard let child = setting(rest.dropFirst(), of: path, in: items[position], override) else {
          return nil
        }
        items[position] = child
      }
      return Node(.sequence(items), at: node.range)
    case .scalar:
      diagnostics.error(
        .conflict,
        "`\(name)` cannot be set: `\(walked.joined(separator: "."))` is \(node.found)",
        at: override.keyRange, notes: [Diagnostic.Note("here", at: node.range)])
      return nil
    }
  }

  private func key(_ name: String, _ override: ParsedOverride) -> Node {
    Node(.scalar(Scalar(name, style: .singleQuoted)), at: override.keyRange)
  }

  /// What a path leads into: nothing where there is null, and a mapping where a bare word stands
  /// for one, `adam` for `{name: adam}`. Of `none` nothing is left.
  private func opened(_ node: Node, at path: [String], for name: String) -> Node? {
    if node.isNull { return nil }
    guard word(of: node) != nil, let schema = OverridePaths.schema(at: path),
      case .either(let schemas) = schema
    else { return node }
    for case .section(let home) in schemas {
      let keys = OverridePaths.section(home)?.keys.map(\.name) ?? []
      let layer = Layer.alternatives.first { home == "architecture.layers.\($0.word)" }
      let main = layer.map { type(of: $0.preset.layer).mainKey }
      guard let word = main ?? ["name", "method"].first(where: keys.contains) else { continue }
      if node.scalar?.text == "none" { return nil }
      let key = Node(.scalar(Scalar(word)), at: node.range)
      return Node(.mapping([Node.Entry(key: key, value: node)]), at: node.range)
    }
    return node
  }

  /// The paths of the scalars and lists in a value.
  private static func leaves(of value: Node, _ path: [String]) -> [[String]] {
    guard let entries = value.mapping else { return [path] }
    return entries.flatMap { leaves(of: $0.value, path + [$0.key.scalar?.text ?? ""]) }
  }

  // MARK: Sweeping

  private func sweep(_ override: ParsedOverride, _ path: [String], in root: Node) -> Node {
    if path == ["seeds"] {
      diagnostics.error(
        .unknownPath, "seeds are not swept: every point is run with all of them",
        at: override.keyRange, suggestion: "write `seeds=\(override.value.flow)`")
      return root
    }
    let attacks = AttackPaths(root)
    let name = (attacks.names(path) ?? path).joined(separator: ".")
    let document = attacks.spellings(of: path).reduce(root) { $0.withoutAxis($1) }
    let axis = Node(
      .mapping([Node.Entry(key: key(name, override), value: override.values(of: path))]),
      at: override.keyRange)
    let block = Node(
      .mapping([Node.Entry(key: key("grid", override), value: axis)]), at: override.keyRange)
    let sweep: Node
    switch document["sweep"]?.content {
    case .sequence(let blocks)?:
      sweep = Node(
        .sequence(blocks.map { $0.merging(block) }), at: document["sweep"]?.range ?? block.range)
    case .mapping?: sweep = document["sweep"]?.merging(block) ?? block
    case .scalar?, nil: sweep = block
    }
    return document.setting(["sweep"], to: sweep, at: override.keyRange) ?? document
  }
}
