import Settings
import YAML

/// The values of one axis of a grid or a zip: a list, or a range.
enum AxisValues {
  /// - Parameter distinct: Whether a value may stand there once only.
  /// - Returns: None where something is wrong, which is reported.
  static func decode(
    _ entry: Node.Entry, distinct: Bool, _ diagnostics: Diagnostics
  ) -> [Node] {
    let shown = Scalar(entry.key.scalar?.text ?? "").excerpt
    var listed = entry.value.sequence
    if entry.value.mapping != nil {
      listed = SweepRange.written(entry.value, diagnostics)
      if listed == nil { return SweepRange.decode(entry.value, shown, diagnostics) ?? [] }
      if listed?.isEmpty == true { return [] }
    }
    guard let nodes = listed else {
      diagnostics.error(
        .wrongType, "`\(shown)` must be a list of values, or a range, found \(entry.value.found)",
        at: entry.value.range, suggestion: "write `[\(entry.value.flow)]`")
      return []
    }
    if nodes.isEmpty {
      diagnostics.error(
        .outOfRange, "`\(shown)` is an empty list: give at least one value", at: entry.value.range)
    }
    var places: [AxisValue: SourceRange] = [:]
    for node in nodes where distinct {
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
