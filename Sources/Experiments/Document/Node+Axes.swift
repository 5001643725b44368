import Settings
import YAML

extension Node {
  /// The document whose sweep no longer varies a path: a value that is set stays as it is set.
  ///
  /// Blocks that vary nothing else go with it.
  func withoutAxis(_ path: String) -> Node {
    guard let sweep = self["sweep"], !sweep.isNull else { return self }
    if let blocks = sweep.sequence {
      let left = blocks.compactMap { $0.blockWithoutAxis(path) }
      guard !left.isEmpty else { return removing("sweep") }
      return setting(["sweep"], to: Node(.sequence(left), at: sweep.range), at: range) ?? self
    }
    guard let left = sweep.blockWithoutAxis(path) else { return removing("sweep") }
    return setting(["sweep"], to: left, at: range) ?? self
  }

  /// A block of a sweep without an axis; `nil` where that was all it varied.
  private func blockWithoutAxis(_ path: String) -> Node? {
    guard let entries = mapping else { return self }
    var left: [Entry] = []
    var isChanged = false
    for entry in entries {
      let value = entry.value.axesWithout(path)
      if value?.flow != entry.value.flow { isChanged = true }
      if let value { left.append(Entry(key: entry.key, value: value)) }
    }
    let axes = ["grid", "zip", "list", "random"]
    guard isChanged else { return self }
    guard left.contains(where: { axes.contains($0.key.scalar?.text ?? "") }) else { return nil }
    return Node(.mapping(left), at: range)
  }

  /// The axes of `grid` and `zip`, of `random` below `parameters`, of each point of a `list`,
  /// without one; `nil` where none is left.
  private func axesWithout(_ path: String) -> Node? {
    switch content {
    case .scalar: return self
    case .sequence(let points):
      let left = points.compactMap { $0.axesWithout(path) }
      return left.isEmpty && !points.isEmpty ? nil : Node(.sequence(left), at: range)
    case .mapping(let entries):
      if let parameters = self["parameters"] {
        guard let left = parameters.axesWithout(path) else { return nil }
        return setting(["parameters"], to: left, at: range)
      }
      let left = entries.filter { $0.key.scalar?.text != path }
      return left.isEmpty && !entries.isEmpty ? nil : Node(.mapping(left), at: range)
    }
  }
}
