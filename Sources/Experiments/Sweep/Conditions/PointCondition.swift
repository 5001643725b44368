import YAML

/// Decides a condition for points of a sweep: `where:` of a block.
struct PointCondition {
  /// What a path is read from.
  private struct Source {
    /// What the spec says where no axis sets the path.
    var fallback: ConditionValue
    /// Axes that set the path or a mapping it lies in, with the values they give it.
    var axes: [(axis: Int, values: [ConditionValue])]

    func value(_ row: [Int32]) -> ConditionValue {
      for (axis, values) in axes where row[axis] >= 0 { return values[Int(row[axis])] }
      return fallback
    }
  }

  private let evaluator: ConditionEvaluator
  private let sources: [Source]

  init(_ condition: Condition, _ axes: [SweepAxis], _ values: SpecValues) {
    evaluator = ConditionEvaluator(condition)
    sources = condition.paths.map { path in
      var source = Source(fallback: values.condition(path.keys), axes: [])
      for (index, axis) in axes.enumerated() where path.keys.starts(with: axis.keys) {
        let rest = path.keys.dropFirst(axis.keys.count)
        source.axes.append(
          (
            index,
            axis.values.indices.map { index in
              let value = axis.values[index]
              if rest.isEmpty {
                return value.node.mapping == nil
                  ? ConditionValue(value.node) : .text(axis.words(of: index))
              }
              return value.whole.opened(as: axis.keys.last ?? "").at(rest).map(ConditionValue.init)
                ?? values.declared(path.keys)
            }
          ))
      }
      // The longer path says more.
      source.axes.sort { axes[$0.axis].keys.count > axes[$1.axis].keys.count }
      return source
    }
  }

  /// Whether a point is kept.
  ///
  /// - Parameter row: The positions of its values, by axis; -1 where it does not set the axis.
  func isMet(_ row: [Int32]) throws(ConditionError) -> Bool {
    try evaluator.isMet { sources[$0].value(row) }
  }
}
