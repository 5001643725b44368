import Settings
import PlainText
import YAML

/// What an override must find in the document.
extension OverrideApplier {
  /// A list with what an override appends; one mapping is one item.
  func appended(
    _ override: ParsedOverride, to path: [String], _ lists: ListChanges
  ) -> Node? {
    let name = path.joined(separator: ".")
    guard ListChanges.isList(path) else {
      diagnostics.error(
        .badOverride, "`\(name)` is not a list: nothing can be appended to it",
        at: override.keyRange, suggestion: "write `\(override.key)=\(override.value.flow)`")
      return nil
    }
    let isItem = override.value.mapping != nil
    let items =
      isItem ? Node(.sequence([override.value]), at: override.value.range) : override.value
    return lists.appending(items, path, override.keyRange, to: lists.base?.at(path[...]))
  }

  /// Whether a path leads to a layer that the document's list does not have, which is reported.
  func lacksLayer(_ path: [String], in root: Node, _ override: ParsedOverride) -> Bool {
    let own = SweepAxis.own(path)
    let list = ["architecture", ArchitectureSection.layers.name]
    guard own.count > 2, own.starts(with: list) else { return false }
    let name = own[own.startIndex + 2]
    let layers = root.at(path[..<(own.startIndex + 2)])
    if layers?.item(name) != nil || Int(name) != nil { return false }
    diagnostics.error(
      .unknownPath, "the spec has no layer `\(Scalar(name).excerpt)`", at: override.keyRange,
      suggestion: layers.map { $0.advice(onLayer: name) }
        ?? "its `architecture` has no `layers`")
    return true
  }

  /// Whether the names of the user's own on a path are names of the spec. A new model is made by
  /// `models.NAME={…}`, not by a setting of a model that is not there.
  func isThere(_ path: [String], in root: Node, _ override: ParsedOverride) -> Bool {
    guard path.first == "models", path.count > 1, path.count > 2 || override.value.isNull else {
      return true
    }
    let names = root["models"]?.mapping?.compactMap { $0.key.scalar?.text } ?? []
    if names.contains(path[1]) { return true }
    diagnostics.error(
      .unknownModel, "the spec has no model `\(Scalar(path[1]).excerpt)` under `models`",
      at: override.keyRange,
      suggestion: names.isEmpty
        ? "it has no `models`: write the path without `models.NAME`"
        : closest(to: path[1], among: names).map { "did you mean `\($0)`?" }
          ?? "its models are \(listed(names))")
    return false
  }
}
