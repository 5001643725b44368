import Settings
import YAML

/// The values that a column shows, each once.
struct ShownColumn {
  private(set) var values: [AxisValue] = []
  private let column: SweepColumn
  private let axes: [SweepAxis]
  /// By axis of the column and its value, the position in `values`, or -1.
  private var positions: [[Int32]]
  private var known: [AxisValue: Int32] = [:]
  /// Where no axis sets it.
  private let unset: AxisValue

  init(_ column: SweepColumn, _ axes: [SweepAxis], _ values: SpecValues) {
    self.column = column
    self.axes = column.axes.map { axes[$0] }
    positions = self.axes.map { Array(repeating: -1, count: $0.values.count) }
    let section = self.axes.first(where: \.hasSections)
    unset =
      if let section, section.hasLabels {
        // The spec's own has no label.
        values.node(section.keys).flatMap {
          $0.mapping == nil ? $0.shown(column.keys, below: section.keys) : nil
        } ?? .absent
      } else if let section {
        values.node(section.keys)?.shown(column.keys, below: section.keys) ?? .absent
      } else {
        values.value(column.keys)
      }
  }

  /// - Parameter row: By axis of the sweep the position of a value, or -1 for what the spec has.
  mutating func position(in row: ArraySlice<Int32>, isActive: Bool) -> UInt32 {
    guard isActive else { return insert(.absent) }
    for (index, axis) in column.axes.enumerated() {
      let value = Int(row[row.startIndex + axis])
      guard value >= 0 else { continue }
      if positions[index][value] < 0 {
        positions[index][value] = Int32(insert(column.shown(axes[index], value)))
      }
      return UInt32(positions[index][value])
    }
    return insert(unset)
  }

  private mutating func insert(_ value: AxisValue) -> UInt32 {
    // 1 and 1.0 are the same to every key that takes both.
    var sought = value
    if case .integer(let integer) = value { sought = .number(Double(integer)) }
    if let position = known[sought] { return UInt32(position) }
    known[sought] = Int32(values.count)
    values.append(value)
    return UInt32(values.count - 1)
  }
}
