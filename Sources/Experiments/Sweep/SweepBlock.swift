import Settings

/// One factor of a block: rows of positions of values, -1 where a row does not set the axis.
struct SweepPart: Sendable {
  /// `grid`.
  var kind: String
  /// Positions among the sweep's axes.
  var axes: [Int]
  /// Without rows where there would be far too many: `count` says how many.
  var rows: [Int32]
  var count: Int
}

/// One block of a sweep: the product of its parts, less what its condition drops.
struct SweepBlock: Sendable {
  var parts: [SweepPart] = []
  var condition: Condition?

  /// Points before any is dropped; `Int.max` where there are too many to count.
  var count: Int {
    parts.reduce(1) { count, part in
      let (product, overflow) = count.multipliedReportingOverflow(by: part.count)
      return overflow ? .max : product
    }
  }

  /// Appends the block's points, the last part fastest.
  ///
  /// - Returns: How many it wrote; `nil` where its condition cannot be decided for one of them,
  ///   which is reported.
  func append(
    to draft: inout SweepSection.Draft, _ values: SpecValues, _ diagnostics: Diagnostics
  ) -> SweepExpansion.Block? {
    var counts = SweepExpansion.Block(
      kind: parts.isEmpty ? "point" : parts.map(\.kind).joined(separator: " x "), written: 0,
      droppedByWhere: 0)
    let condition = condition.map { PointCondition($0, draft.axes, values) }
    var row = [Int32](repeating: -1, count: draft.axes.count)
    for digits in Odometer(parts.map(\.count)) {
      for (part, digit) in Swift.zip(parts, digits) {
        for (column, axis) in part.axes.enumerated() {
          row[axis] = part.rows[digit * part.axes.count + column]
        }
      }
      counts.written += 1
      if let condition {
        do {
          guard try condition.isMet(row) else {
            counts.droppedByWhere += 1
            continue
          }
        } catch {
          diagnostics.add(error.diagnostic(at: row, of: draft.axes))
          return nil
        }
      }
      draft.rows.append(row)
    }
    return counts
  }
}
