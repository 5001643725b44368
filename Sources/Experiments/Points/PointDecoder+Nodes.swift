import Settings
import YAML

extension PointDecoder {
  /// Where an axis leads, taken apart once.
  struct Target {
    var model: String?
    /// `hparams`.
    var section: String
    /// From the section on.
    var keys: ArraySlice<String>
    /// The name of the layer, where it leads to one.
    var layer: String { keys.dropFirst().first ?? "" }

    init(_ axis: SweepAxis) {
      model = axis.model
      section = axis.section
      keys = axis.own.dropFirst()
    }
  }

  /// A section of the document with the values of some axes of a point.
  struct Step {
    var axis: Int
    var value: Int32
    var node: Node
  }

  /// A section's node with what lies over it, if there is one.
  struct Laid {
    var node: Node?
  }

  /// A section of a model with the document's under it and the point's values in both; `nil` where
  /// something on the way to a value is not a mapping.
  func merged(
    _ section: String, _ row: ArraySlice<Int32>, _ model: String?, _ override: Node?
  ) -> Laid? {
    guard let below = set(root[section], section, row, nil) else { return nil }
    guard let model else { return below }
    guard let above = set(override?[section], section, row, model) else { return nil }
    guard let over = above.node else { return below }
    let under = below.node.map { without(replacedBy: row, model, section, $0) }
    if over.isNull { return Laid(node: nil) }
    // Nothing can be laid over what is not a section: that is the mistake.
    if let node = under, node.mapping == nil, !node.isNull, node.scalar?.text != "none",
      over.mapping != nil
    {
      return below
    }
    return Laid(node: under?.merging(over) ?? over)
  }

  /// A section of the document without what a point sets as a whole in the model's own.
  private func without(
    replacedBy row: ArraySlice<Int32>, _ model: String, _ section: String, _ node: Node
  ) -> Node {
    var node = node
    for index in order where axes[index].isSection && targets[index].model == model {
      let position = row[row.startIndex + index]
      guard position >= 0, targets[index].section == section,
        !axes[index].values[Int(position)].isInherited
      else { continue }
      let nothing = Node(.scalar(Scalar("")), at: node.range)
      node = node.setting(targets[index].keys, to: nothing, at: node.range) ?? node
    }
    return node
  }

  private func set(
    _ node: Node?, _ section: String, _ row: ArraySlice<Int32>, _ model: String?
  ) -> Laid? {
    var node = node
    // What a model's own axes set is laid over what the document's set: only that is kept.
    var steps = model == nil ? self.steps.removeValue(forKey: section) ?? [] : []
    var depth = 0
    for index in order {
      let position = row[row.startIndex + index]
      guard position >= 0, targets[index].section == section, targets[index].model == model
      else { continue }
      if depth < steps.count, steps[depth].axis == index, steps[depth].value == position {
        node = steps[depth].node
        depth += 1
        continue
      }
      steps.removeSubrange(depth...)
      let value = axes[index].values[Int(position)]
      let open =
        node?.opened(as: section) ?? Node(.mapping([]), at: value.key)
      guard let next = open.setting(targets[index].keys, to: value.laid, at: value.key) else {
        let axis = axes[index]
        let parent = axis.keys.dropLast().joined(separator: ".")
        let isLayer = axis.own.dropFirst().first == ArchitectureSection.layers.name
        found.error(
          .conflict,
          "the sweep cannot set `\(axis.path)`: "
            + (isLayer
              ? "no layer has that name" : "`\(parent)` is not a mapping here"),
          at: value.key,
          suggestion: isLayer
            ? open[ArchitectureSection.layers.name]?.advice(onLayer: targets[index].layer) : nil)
        return nil
      }
      node = next
      steps.append(Step(axis: index, value: position, node: next))
      depth += 1
    }
    if model == nil { self.steps[section] = steps }
    return Laid(node: node)
  }
}
