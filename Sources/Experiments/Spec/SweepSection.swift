import YAML

/// `sweep:`.
enum SweepSection {
  /// The most points a sweep may have.
  static let maximumPoints = 100_000

  static let grid = KeyDescription(
    name: "grid", schema: .map(.list(of: .anything, minimum: 1, maximum: nil)),
    defaultValue: .words("one point"),
    summary: "by path, a list of values: every combination is a point, the last axis fastest")
  static let section = Section(
    "sweep", "what varies from run to run", keys: [grid],
    later: ["zip", "list", "random", "where"])

  /// An axis with the nodes that set it.
  struct SweepAxis: Sendable {
    var axis: Axis
    var keys: [String]
    var nodes: [Node]
    var range: SourceRange
  }

  static func decode(_ root: Node, models: [String], _ diagnostics: Diagnostics) -> [SweepAxis] {
    guard let node = root["sweep"], !node.isNull else { return [] }
    if let blocks = node.sequence {
      diagnostics.error(
        .notSupported,
        "a list of blocks under `sweep` is not supported in this version; supported: one mapping"
          + " with `grid`", at: (blocks.first ?? node).range)
      return []
    }
    let reader = SectionReader(section, node, diagnostics)
    guard let grid = reader.node(grid.name) else { return [] }
    guard let entries = grid.mapping else {
      diagnostics.error(
        .wrongType, "`grid` must be a mapping of paths to lists of values, found \(grid.found)",
        at: grid.range)
      return []
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
          axis: Axis(path: path, column: path, values: nodes.map(AxisValue.init)), keys: keys,
          nodes: nodes, range: entry.key.range))
    }
    guard count <= maximumPoints else {
      diagnostics.error(
        .outOfRange,
        "this sweep has \(count == .max ? "far too many" : "\(count)") points;"
          + " the most is \(maximumPoints)", at: grid.range)
      return []
    }
    let columns = SweepColumns.columns(of: axes.map(\.keys))
    for index in axes.indices { axes[index].axis.column = columns[index] }
    return axes
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

/// The names of a sweep's columns in tables.
enum SweepColumns {
  /// Columns that every table has.
  static let taken: Set<String> = [
    "run", "seed", "dataset", "model", "attack", "source", "norm", "epsilon", "examples",
    "correct", "accuracy", "accuracy_low", "accuracy_high", "loss", "mean_linf", "mean_l2",
    "status", "n",
  ]

  /// For each path the shortest suffix that no other has and no fixed column is called.
  static func columns(of paths: [[String]]) -> [String] {
    paths.indices.map { index in
      let path = paths[index]
      for length in 1...max(path.count, 1) {
        let suffix = path.suffix(length)
        let column = suffix.joined(separator: ".")
        let isUnique = paths.indices.allSatisfy {
          $0 == index || Array(paths[$0].suffix(length)) != Array(suffix)
        }
        if isUnique, !taken.contains(column) { return column }
      }
      return path.joined(separator: ".")
    }
  }
}

extension AxisValue {
  /// The value as the spec wrote it; lists and mappings in YAML's flow style.
  init(_ node: Node) {
    switch node.scalar?.value {
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .boolean(let value): self = .boolean(value)
    case .text(let value): self = .text(value)
    case .null, nil: self = .text(node.isNull ? "null" : node.flow)
    }
  }
}

extension AxisValue: CustomStringConvertible {
  /// As tables show it; numbers as the shortest text that is read back as the same.
  package var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .text(let value): value
    }
  }
}
