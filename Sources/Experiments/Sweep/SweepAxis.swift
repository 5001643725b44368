import Settings
import YAML

/// A value that the sweep gives to a path.
struct SweepValue: Sendable {
  /// As the spec writes it; of a section without the keys that only its value has.
  var node: Node
  /// What it sets: of a word that the spec has settings for, these too.
  var laid: Node
  /// Of a section all that it comes to, with what it inherits.
  var whole: Node
  /// The path beside it: where a key stands that is made for it.
  var key: SourceRange
  /// Whether it is laid over what the spec says.
  var isInherited = false
  /// What tables call a section.
  var label: String?

  init(_ node: Node, key: SourceRange) {
    (self.node, laid, whole, self.key) = (node, node, node, key)
  }
}

/// One swept path with every value that any block gives it.
struct SweepAxis: Sendable {
  /// As people read it: with the labels of attacks for their positions.
  var names: [String]
  /// The keys from the document's root.
  var keys: [String]
  var values: [SweepValue] = []
  /// Where it is first swept.
  var range: SourceRange

  /// `adversarial.adv_step_size`.
  var path: String { names.joined(separator: ".") }

  /// The model whose section it sets; `nil` for the document's.
  var model: String? { SweepAxis.model(of: keys) }
  /// The keys from the section on.
  var own: ArraySlice<String> { SweepAxis.own(keys) }
  /// `hparams`.
  var section: String { own.first ?? "" }
  /// Whether its values are sections, or words for such.
  let isSection: Bool

  init(names: [String], keys: [String], range: SourceRange) {
    (self.names, self.keys, self.range) = (names, keys, range)
    isSection = SectionValue.isSection(keys)
  }

  /// The model whose section a path leads into.
  static func model(of keys: [String]) -> String? {
    keys.first == "models" && keys.count > 2 ? keys[1] : nil
  }

  /// A path without the model whose section it leads into.
  static func own(_ keys: [String]) -> ArraySlice<String> {
    model(of: keys) == nil ? keys[0...] : keys[2...]
  }

  /// Whether some value is a section with settings.
  var hasSections: Bool { isSection && values.contains { $0.node.mapping != nil } }

  /// Whether its sections have labels.
  var hasLabels: Bool { values.contains { $0.label != nil } }

  /// A value in a few words.
  func words(of value: Int) -> String {
    let value = values[value]
    let kind = value.node.mapping == nil ? nil : value.node.kindWord(under: keys.last ?? "")
    return value.label ?? kind ?? AxisValue(value.node).description
  }
}

/// The points that a sweep's blocks write: for each axis the position of a value, or -1.
struct SweepRows: Sendable {
  let axes: Int
  private(set) var count = 0
  private var positions: [Int32] = []

  init(axes: Int) { self.axes = axes }

  /// The only point where there is no sweep.
  static var one: SweepRows {
    var rows = SweepRows(axes: 0)
    rows.append([])
    return rows
  }

  mutating func append(_ row: [Int32]) {
    positions += row
    count += 1
  }

  subscript(index: Int) -> ArraySlice<Int32> { positions[index * axes..<(index + 1) * axes] }
}
