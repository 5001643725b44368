import YAML

/// A value that the sweep gives to a path.
struct SweepValue: Sendable {
  var node: Node
  /// The path beside it: where a key stands that is made for it.
  var key: SourceRange
}

/// One swept path with every value that any block gives it.
struct SweepAxis: Sendable {
  /// `adversarial.adv_step_size`.
  var path: String
  /// The keys from the document's root.
  var keys: [String]
  var values: [SweepValue] = []
  /// Where it is first swept.
  var range: SourceRange

  /// The model whose section it sets; `nil` for the document's.
  var model: String? { keys.first == "models" && keys.count > 3 ? keys[1] : nil }

  /// Its section and those below, without the model: `hparams`, `optimizer`.
  var sections: ArraySlice<String> { (model == nil ? keys[0...] : keys[2...]).dropLast() }
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
