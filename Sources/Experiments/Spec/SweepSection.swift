import YAML

/// `sweep:`.
enum SweepSection {
  /// The most points a sweep may have.
  static let maximumPoints = 1_000_000

  static let grid = KeyDescription(
    name: "grid", schema: .map(.list(of: .anything, minimum: 1, maximum: nil)),
    defaultValue: .words("one point"),
    summary: "by path, a list of values: every combination is a point, the last axis fastest")
  static let section = Section(
    "sweep", "what varies from run to run", keys: [grid],
    later: ["zip", "list", "random", "where"])

  /// The points that a sweep writes.
  struct Draft {
    var axes: [SweepAxis]
    var rows: SweepRows
    var expansion: SweepExpansion
  }

  /// The sweep of a document; `nil` where it has none, or none that can be read.
  static func decode(
    _ root: Node, models: [String], _ diagnostics: Diagnostics
  ) -> Draft? {
    guard let node = root["sweep"], !node.isNull else { return nil }
    if let blocks = node.sequence {
      diagnostics.error(
        .notSupported,
        "a list of blocks under `sweep` is not supported in this version; supported: one mapping"
          + " with `grid`", at: (blocks.first ?? node).range)
      return nil
    }
    let reader = SectionReader(section, node, diagnostics)
    guard let grid = reader.node(Self.grid.name) else { return nil }
    guard let entries = grid.mapping else {
      diagnostics.error(
        .wrongType, "`grid` must be a mapping of paths to lists of values, found \(grid.found)",
        at: grid.range)
      return nil
    }
    let paths = SweepPaths(models: models)
    var axes: [SweepAxis] = []
    var count = 1
    for entry in entries {
      let path = entry.key.scalar?.text ?? ""
      let keys = paths.keys(of: path, entry.key, diagnostics)
      let nodes = values(entry, path, diagnostics)
      guard let keys, !nodes.isEmpty else { continue }
      let (product, overflow) = count.multipliedReportingOverflow(by: nodes.count)
      count = overflow ? .max : product
      axes.append(
        SweepAxis(
          path: path, keys: keys,
          values: nodes.map { SweepValue(node: $0, key: entry.key.range) }, range: entry.key.range))
    }
    guard !axes.isEmpty else { return nil }
    guard count <= maximumPoints else {
      diagnostics.error(
        .outOfRange,
        "this sweep has \(count == .max ? "far too many" : "\(count)") points;"
          + " the most is \(maximumPoints)", at: grid.range)
      return nil
    }
    var rows = SweepRows(axes: axes.count)
    for digits in Odometer(axes.map(\.values.count)) { rows.append(digits.map(Int32.init)) }
    let block = SweepExpansion.Block(kind: Self.grid.name, written: count, droppedByWhere: 0)
    return Draft(axes: axes, rows: rows, expansion: SweepExpansion(blocks: [block]))
  }

  /// The values of one axis; none where something is wrong with the list itself.
  private static func values(
    _ entry: Node.Entry, _ path: String, _ diagnostics: Diagnostics
  ) -> [Node] {
    let shown = Scalar(path).excerpt
    guard let nodes = entry.value.sequence else {
      if entry.value.mapping != nil {
        diagnostics.error(
          .notSupported,
          "a range under `\(shown)` is not supported in this version; supported: a list of values",
          at: entry.value.range)
      } else {
        diagnostics.error(
          .wrongType, "`\(shown)` must be a list of values, found \(entry.value.found)",
          at: entry.value.range, suggestion: "write `[\(entry.value.flow)]`")
      }
      return []
    }
    if nodes.isEmpty {
      diagnostics.error(
        .outOfRange, "`\(shown)` is an empty list: it would leave no point", at: entry.value.range)
    }
    var places: [AxisValue: SourceRange] = [:]
    for node in nodes {
      if let first = places[AxisValue(node)] {
        diagnostics.error(
          .duplicate, "the value \(node.flow) appears twice under `\(shown)`", at: node.range,
          notes: [Diagnostic.Note("it is first given here", at: first)])
      }
      places[AxisValue(node)] = node.range
    }
    return nodes
  }
}
