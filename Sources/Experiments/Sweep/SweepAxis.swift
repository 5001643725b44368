import Settings
import YAML

/// A value that the sweep gives to a path.
struct SweepValue: Sendable {
  /// As the spec writes it, and tables show it.
  var node: Node
  /// What it sets: of a word that the spec has settings for, these too.
  var laid: Node
  /// The path beside it: where a key stands that is made for it.
  var key: SourceRange
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
  var model: String? { keys.first == "models" && keys.count > 3 ? keys[1] : nil }

  /// Its section and those below, without the model: `hparams`, `optimizer`.
  var sections: ArraySlice<String> { (model == nil ? keys[0...] : keys[2...]).dropLast() }
}

extension SweepAxis {
  /// Takes over what the document says of each value.
  mutating func choose(from root: Node) {
    guard let name = keys.last, Node.kindKey(of: name) != nil else { return }
    let shared = model == nil ? nil : root.at(keys[2...])
    guard let own = root.at(keys[...]) ?? shared else { return }
    let below = shared.map { $0.merging(own, under: name) } ?? own
    for index in values.indices {
      values[index].laid = below.choosing(values[index].node, under: name)
    }
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
