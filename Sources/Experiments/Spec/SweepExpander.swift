import YAML

/// Turns the points that a sweep writes into the points that are run.
///
/// Equal points are run once: equal in all settings, not merely in what the sweep writes. A
/// setting that means nothing at a point is as if it were not there.
struct SweepExpander {
  private(set) var expansion: SweepExpansion
  private let root: Node
  private let axes: [SweepAxis]
  private let rows: SweepRows
  private let diagnostics: Diagnostics
  private let decoder: PointDecoder
  private var columns: [ShownColumn]

  init(
    _ root: Node, _ draft: SweepSection.Draft, models: [(name: String, override: Node)]?,
    _ diagnostics: Diagnostics
  ) {
    self.root = root
    axes = draft.axes
    rows = draft.rows
    expansion = draft.expansion
    self.diagnostics = diagnostics
    decoder = PointDecoder(root, axes: axes, models: models)
    columns = axes.map { ShownColumn($0, root) }
  }

  /// The axes with the values that tables show, in the order of their first points.
  var plannedAxes: [Axis] {
    let names = SweepColumns.columns(of: axes.map(\.keys))
    return zip(axes, zip(names, columns)).map { axis, column in
      Axis(path: axis.path, column: column.0, values: column.1.shown.filter { $0 != .absent })
    }
  }

  /// What is doubtful about the points that were found, sorted by place.
  private(set) var warnings: [Diagnostic] = []

  /// The points, or `nil` where the diagnostics say why there are none.
  ///
  /// A mistake that one value makes by itself lies at that value; others name the point.
  mutating func expand() -> SpecPoints? {
    var blame = SweepBlame(axes, decoder, diagnostics)
    blame.checkWrittenValues()
    guard diagnostics.all.isEmpty else {
      settleDeferred()
      return nil
    }
    var records = Interned<SpecPoints.Record>()
    var values: [UInt32] = []
    var (swept, active): (UInt64, UInt64) = (0, 0)
    for index in 0..<rows.count {
      let row = rows[index]
      guard let point = decoder.decode(row) else {
        if blame.explain(row) { continue } else { break }
      }
      let known = records.values.count
      let position = records.insert(point.record)
      for axis in axes.indices {
        let value = row[row.startIndex + axis]
        if value >= 0 { swept |= 1 << UInt64(axis) }
        // A point that was there already shows what it showed.
        guard position == known else { continue }
        let isActive = point.active & 1 << UInt64(axis) != 0
        values.append(columns[axis].position(of: value, isActive: isActive))
      }
      active |= point.active
    }
    settleDeferred()
    for (index, axis) in axes.enumerated() where (swept & ~active) & 1 << UInt64(index) != 0 {
      guard !diagnostics.all.contains(where: { $0.range == axis.range }) else { continue }
      diagnostics.error(
        .conflict, "the sweep over `\(axis.path)` changes nothing: no model of any point uses it",
        at: axis.range)
    }
    guard diagnostics.all.isEmpty else { return nil }
    expansion.kept = records.values.count
    expansion.duplicates = expansion.written - expansion.droppedByWhere - expansion.kept
    warnings = decoder.warnings(of: records.values)
    return SpecPoints(
      tables: decoder.tables, records: records, shown: columns.map(\.shown), values: values)
  }
}

extension SweepExpander {
  /// Reports settings that mean nothing at any point.
  private func settleDeferred() {
    diagnostics.takeDeferred(of: decoder.found)
    diagnostics.addDeferred()
  }
}

/// What the column of an axis shows.
private struct ShownColumn {
  private(set) var shown: [AxisValue] = []
  private let axis: SweepAxis
  /// By value of the axis, its position in `shown`, or -1.
  private var positions: [Int32]
  private var known: [AxisValue: Int32] = [:]
  private let unset: AxisValue

  init(_ axis: SweepAxis, _ root: Node) {
    self.axis = axis
    positions = Array(repeating: -1, count: axis.values.count)
    unset = SpecValues(root).value(axis.keys)
  }

  /// - Parameter value: The position of one of the axis's values, or -1 for what the spec has.
  mutating func position(of value: Int32, isActive: Bool) -> UInt32 {
    guard isActive else { return insert(.absent) }
    guard value >= 0 else { return insert(unset) }
    if positions[Int(value)] < 0 {
      positions[Int(value)] = Int32(
        insert(AxisValue(axis.values[Int(value)].node, of: axis.keys)))
    }
    return UInt32(positions[Int(value)])
  }

  private mutating func insert(_ value: AxisValue) -> UInt32 {
    // 1 and 1.0 are the same to every key that takes both.
    var sought = value
    if case .integer(let integer) = value { sought = .number(Double(integer)) }
    if let position = known[sought] { return UInt32(position) }
    known[sought] = Int32(shown.count)
    shown.append(value)
    return UInt32(shown.count - 1)
  }
}
