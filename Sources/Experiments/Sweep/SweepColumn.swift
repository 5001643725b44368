import Settings
import YAML

/// What a column of a sweep's tables shows: the value of a path at each point.
struct SweepColumn: Sendable {
  /// From the document's root. Of a section that is swept as a whole, its kind or its label.
  let keys: [String]
  /// As people read it.
  let names: [String]
  /// The axes that set the path or a section that it lies in, the longest path first.
  let axes: [Int]
  /// The model whose section it lies in; `nil` for the document's.
  let model: String?
  /// `hparams`.
  let section: String
  /// The section of its key: `hparams.optimizer`.
  let home: String
  let key: String

  private init(keys: [String], names: [String], axes: [Int]) {
    (self.keys, self.names, self.axes) = (keys, names, axes)
    let own = SweepAxis.own(keys)
    model = SweepAxis.model(of: keys)
    section = own.first ?? ""
    home = own.dropLast().joined(separator: ".")
    key = keys.last ?? ""
  }

  /// The columns of all axes: one each, and of an axis of sections one for each setting in which
  /// they differ.
  static func columns(of axes: [SweepAxis], _ rows: SweepRows, _ values: SpecValues) -> [Self] {
    var columns: [SweepColumn] = []
    for (index, axis) in axes.enumerated() {
      func isSet() -> Bool {
        (0..<rows.count).allSatisfy { rows[$0][rows[$0].startIndex + index] >= 0 }
      }
      let paths =
        axis.hasSections ? axis.shownPaths(isSet() ? nil : values.section(axis.keys)) : [axis.keys]
      for path in paths where !columns.contains(where: { $0.keys == path }) {
        let setting = axes.indices.filter { path.starts(with: axes[$0].keys) }
        columns.append(
          SweepColumn(
            keys: path, names: axis.names + path.dropFirst(axis.keys.count),
            axes: setting.sorted { axes[$0].keys.count > axes[$1].keys.count }))
      }
    }
    return columns
  }

  /// The column's value where an axis that it shows has that value.
  func shown(_ axis: SweepAxis, _ value: Int) -> AxisValue {
    if !axis.hasSections, axis.keys == keys { return AxisValue(axis.values[value].node, of: keys) }
    return axis.shown(keys, of: value)
  }
}

extension SweepAxis {
  /// The paths in which the sections of this axis differ, in the order in which they are written:
  /// another section with the same settings changes no column.
  ///
  /// - Parameter other: A section that some point has which none of the values sets.
  fileprivate func shownPaths(_ other: Node?) -> [[String]] {
    if hasLabels { return [keys] }
    let sections = values.map(\.whole) + (other.map { [$0] } ?? [])
    var paths: [[String]] = []
    var known: Set<[String]> = []
    for section in sections {
      for path in section.settings(at: keys) where known.insert(path).inserted {
        paths.append(path)
      }
    }
    let written = Set(values.flatMap { $0.node.settings(at: keys) })
    let kinds = sections.map { $0.shown(keys, below: keys) }
    let differing = paths.filter { path in
      let values = sections.map { $0.shown(path, below: keys) }
      guard values.contains(where: { $0 != values[0] }) else { return false }
      if path == keys { return true }
      let differsInKind = values.indices.contains { index in
        kinds.firstIndex(of: kinds[index]).map { values[$0] != values[index] } ?? true
      }
      // What all of a kind inherit says no more than the kind, and neither does what is the same
      // in all kinds that have it.
      let present = values.filter { $0 != .absent }
      let isShared = present.count > 1 && Set(present).count == 1
      return differsInKind || written.contains(path) && !isShared
    }
    return differing.isEmpty ? paths : differing
  }

  /// What a path has where this axis has that value.
  fileprivate func shown(_ path: [String], of value: Int) -> AxisValue {
    if path == keys, let label = values[value].label { return .text(label) }
    return values[value].whole.shown(path, below: keys)
  }
}

extension Node {
  /// The paths of what this section says, where it lies at a path: of a section with kinds its own
  /// path for the kind, of one that may be `none` for whether it is.
  fileprivate func settings(at path: [String]) -> [[String]] {
    let name = path.last ?? ""
    guard let entries = opened(as: name).mapping else { return isNull ? [] : [path] }
    let kind = Node.kindKey(of: name)
    return (kind == nil && !Node.isOptional(path) ? [] : [path])
      + entries.filter { $0.key.scalar?.text != kind && !$0.value.isNull }.flatMap {
        $0.value.settings(at: path + [$0.key.scalar?.text ?? ""])
      }
  }

  /// The value of a path below or at `start`, where this section lies; defaults included.
  func shown(_ path: [String], below start: [String]) -> AxisValue {
    let name = start.last ?? ""
    guard path.count > start.count else {
      if let kind = kindWord(under: name) { return .text(kind) }
      if mapping != nil, Node.isOptional(start) { return .text("on") }
      return mapping == nil && !isNull ? AxisValue(self, of: path) : .absent
    }
    guard scalar?.text != "none", let entries = opened(as: name).mapping else { return .absent }
    let next = Array(path[...start.count])
    // One form of a network has no settings of the other.
    if name == ArchitectureSection.section.name, self[ArchitectureSection.layers.name] != nil,
      ArchitectureSection.hparamsKeys.contains(next.last ?? "")
    {
      return .absent
    }
    let found = entries.first { $0.key.scalar?.text == next.last && !$0.value.isNull }?.value
    if let found { return found.shown(path, below: next) }
    // A section that is not there says nothing of settings.
    guard path.count == next.count else { return .absent }
    let kind = kindWord(under: name)
    return SpecValues.declaration(next, of: kind)?.shown(path, below: next) ?? .absent
  }

  /// Whether `none` may stand at a path in place of a section without kinds.
  private static func isOptional(_ path: [String]) -> Bool {
    guard Node.kindKey(of: path.last ?? "") == nil,
      case .either(let schemas)? = OverridePaths.schema(at: path)
    else { return false }
    return schemas.contains(.choice(["none"])) && SectionValue.isSection(path)
  }
}
