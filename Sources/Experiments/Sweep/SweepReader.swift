import Settings
import YAML

/// Reads blocks of a sweep and gathers the axes that they share.
struct SweepReader {
  private(set) var axes: [SweepAxis] = []
  private let paths: SweepPaths
  private let diagnostics: Diagnostics
  /// By path.
  private var positions: [String: Int] = [:]
  /// Where the block that is read sets a path first.
  private var own: [String: SourceRange] = [:]

  init(_ paths: SweepPaths, _ diagnostics: Diagnostics) {
    self.paths = paths
    self.diagnostics = diagnostics
  }

  /// Each value with what the document says of it.
  mutating func choose(from root: Node) {
    for index in axes.indices { axes[index].choose(from: root) }
  }

  mutating func block(_ node: Node) -> SweepBlock {
    own = [:]
    let reader = SectionReader(SweepSection.section, node, diagnostics)
    var block = SweepBlock()
    if let node = reader.node(SweepSection.grid.name), let part = grid(node) {
      block.parts.append(part)
    }
    if let node = reader.node(SweepSection.zip.name), let part = zip(node) {
      block.parts.append(part)
    }
    if let node = reader.node(SweepSection.list.name), let part = list(node) {
      block.parts.append(part)
    }
    if let node = reader.node(SweepSection.random.name), let part = random(node) {
      block.parts.append(part)
    }
    if reader.value(SweepSection.condition) != nil,
      let node = reader.node(SweepSection.condition.name)
    {
      block.condition = ConditionParser.parse(node, paths, diagnostics)
    }
    return block
  }

  // MARK: Parts

  private mutating func grid(_ node: Node) -> SweepPart? {
    guard let entries = entries(node, "grid", "lists of values") else { return nil }
    var part = SweepPart(kind: "grid", axes: [], rows: [], count: 1)
    var first: [Int32] = []
    var counts: [Int] = []
    for entry in entries {
      // What is far too much already is not made.
      if part.count > SweepSection.maximumPoints, entry.value.mapping != nil { continue }
      let axis = axis(entry.key)
      guard let values = values(entry, of: axis, distinct: true), let axis else { continue }
      part.axes.append(axis)
      first.append(Int32(axes[axis].values.count))
      counts.append(values.count)
      add(values, to: axis, entry.key)
      let (product, overflow) = part.count.multipliedReportingOverflow(by: values.count)
      part.count = overflow ? .max : product
    }
    guard !part.axes.isEmpty else { return nil }
    guard part.count <= SweepSection.maximumPoints else { return part }
    part.rows.reserveCapacity(part.count * part.axes.count)
    for digits in Odometer(counts) {
      for (digit, first) in Swift.zip(digits, first) { part.rows.append(first + Int32(digit)) }
    }
    return part
  }

  private mutating func zip(_ node: Node) -> SweepPart? {
    guard let entries = entries(node, "zip", "lists of values") else { return nil }
    var part = SweepPart(kind: "zip", axes: [], rows: [], count: 0)
    var first: [Int32] = []
    var longest: (path: String, range: SourceRange)?
    for entry in entries {
      let axis = axis(entry.key)
      guard let values = values(entry, of: axis, distinct: false), let axis else { continue }
      if let longest, values.count != part.count {
        diagnostics.error(
          .conflict,
          "`\(axes[axis].path)` has \(values.count) values and `\(longest.path)` has"
            + " \(part.count): axes of `zip` move together", at: entry.value.range,
          suggestion: "give both the same number of values, or use `grid` for all combinations",
          notes: [Diagnostic.Note("the other one", at: longest.range)])
        continue
      }
      longest = longest ?? (axes[axis].path, entry.value.range)
      part.count = values.count
      part.axes.append(axis)
      first.append(Int32(axes[axis].values.count))
      add(values, to: axis, entry.key)
    }
    guard !part.axes.isEmpty else { return nil }
    for index in 0..<part.count { part.rows += first.map { $0 + Int32(index) } }
    return part
  }

  private mutating func list(_ node: Node) -> SweepPart? {
    guard let items = node.sequence, !items.isEmpty else {
      mismatch(
        node, "list", SweepSection.list.schema, diagnostics,
        suggestion: node.mapping == nil ? nil : "put `- ` before each point")
      return nil
    }
    var part = SweepPart(kind: "list", axes: [], rows: [], count: items.count)
    var points: [[Int: Int32]] = []
    let before = own
    for item in items {
      guard let entries = item.mapping else {
        mismatch(item, "list", .map(.anything), diagnostics)
        continue
      }
      // Points of a list may set the same paths; other parts may not.
      own = before
      var point: [Int: Int32] = [:]
      for entry in entries {
        guard let axis = axis(entry.key) else { continue }
        point[axis] = Int32(axes[axis].values.count)
        add([entry.value], to: axis, entry.key)
        if !part.axes.contains(axis) { part.axes.append(axis) }
      }
      points.append(point)
    }
    for axis in part.axes { own[axes[axis].path] = own[axes[axis].path] ?? axes[axis].range }
    for point in points { part.rows += part.axes.map { point[$0] ?? -1 } }
    return part
  }

  /// The values under a path; `nil` where something is wrong, which is reported. What stands
  /// under a path that does not exist, and is not a list, may mean anything.
  private func values(_ entry: Node.Entry, of axis: Int?, distinct: Bool) -> [Node]? {
    if axis == nil, entry.value.sequence == nil { return nil }
    let values = AxisValues.decode(entry, distinct: distinct, diagnostics)
    return values.isEmpty ? nil : values
  }

  private mutating func random(_ node: Node) -> SweepPart? {
    let search = RandomSearch.decode(node, diagnostics)
    if search == nil {
      // Its paths are looked at nevertheless.
      for entry in node[RandomSearch.parameters.name]?.mapping ?? [] { _ = axis(entry.key) }
    }
    var part = SweepPart(kind: "random", axes: [], rows: [], count: search?.samples ?? 0)
    var first: [Int32] = []
    for (dimension, parameter) in (search?.parameters ?? []).enumerated() {
      guard let axis = axis(parameter.key), let search else { continue }
      part.axes.append(axis)
      first.append(Int32(axes[axis].values.count))
      let values = search.draw(dimension, axes[axis].path)
      add(values.nodes, to: axis, parameter.key)
      // Values of a list are each there once, whatever was drawn how often.
      if let drawn = values.positions {
        for index in drawn.indices { part.rows.append(Int32(drawn[index])) }
      } else {
        part.rows += (0..<Int32(search.samples))
      }
    }
    guard let search, !part.axes.isEmpty else { return nil }
    // By axis until here; now by sample.
    let byAxis = part.rows
    part.rows = []
    part.rows.reserveCapacity(byAxis.count)
    for sample in 0..<search.samples {
      for column in part.axes.indices {
        part.rows.append(first[column] + byAxis[column * search.samples + sample])
      }
    }
    return part
  }

  // MARK: Axes

  private func entries(_ node: Node, _ kind: String, _ what: String) -> [Node.Entry]? {
    if let entries = node.mapping { return entries }
    diagnostics.error(
      .wrongType, "`\(kind)` must be a mapping of paths to \(what), found \(node.found)",
      at: node.range)
    return nil
  }

  /// The position of a path's axis, which is made if it is new; `nil` after reporting what is
  /// wrong with the path.
  private mutating func axis(_ key: Node) -> Int? {
    let text = key.scalar?.text ?? ""
    guard let found = paths.path(text, key, diagnostics) else { return nil }
    let path = found.names.joined(separator: ".")
    if let first = own[path] {
      diagnostics.error(
        .conflict, "this block sets `\(path)` twice", at: key.range,
        notes: [Diagnostic.Note("it is first set here", at: first)])
      return nil
    }
    own[path] = key.range
    if let position = positions[path] { return position }
    positions[path] = axes.count
    axes.append(SweepAxis(names: found.names, keys: found.keys, range: key.range))
    return axes.count - 1
  }

  private mutating func add(_ values: [Node], to axis: Int, _ key: Node) {
    axes[axis].values.reserveCapacity(axes[axis].values.count + values.count)
    for node in values {
      guard axes[axis].isSection else {
        axes[axis].values.append(SweepValue(node, key: key.range))
        continue
      }
      let section = SectionValue(node, of: axes[axis], diagnostics)
      var value = SweepValue(section.node, key: key.range)
      (value.isInherited, value.label) = (section.isInherited, section.label)
      axes[axis].values.append(value)
    }
  }
}
