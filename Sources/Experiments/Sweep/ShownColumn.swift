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
        ShownColumn.unlabelled(values.section(section.keys), section)
      } else if let section {
        values.section(section.keys).shown(column.keys, below: section.keys)
      } else {
        values.value(column.keys)
      }
  }

  /// What the spec's own section is called beside sections with labels: its kind or, of one without
  /// kinds, `spec`. Nothing where a label is the same.
  private static func unlabelled(_ node: Node, _ axis: SweepAxis) -> AxisValue {
    let kind = node.kindWord(under: axis.keys.last ?? "")
    let word = kind ?? (node.mapping == nil ? node.scalar?.text : nil) ?? "spec"
    return axis.values.contains { $0.label == word } ? .absent : .text(word)
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
    switch value {
    case .integer(let integer): sought = .number(Double(integer))
    case .fraction(let number, _): sought = .number(number)
    case .number, .boolean, .text, .absent: break
    }
    if let position = known[sought] { return UInt32(position) }
    known[sought] = Int32(values.count)
    values.append(value)
    return UInt32(values.count - 1)
  }
}
