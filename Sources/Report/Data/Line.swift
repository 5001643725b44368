internal import OrderedCollections
internal import Results

/// Rows of one model at one point, which a chart connects: all but what its x axis has.
package struct Line {
  let model: String
  /// The point's values that tell it from the model's other lines: `adv_step_size=0.1`; empty where
  /// there is one line.
  let settings: String
  /// Which of its model's lines it is.
  let variant: Int
  package let rows: [MeasuredRow]

  package var name: String { settings.isEmpty ? model : "\(model), \(settings)" }
}

extension MeasuredTable {
  /// The lines of rows, by model. A line that has no other numbers than another one of its model is
  /// left out: the model does not depend on what tells them apart.
  ///
  /// - Parameters:
  ///   - excluded: The axes that tell no lines apart: that of the chart.
  ///   - place: What a line's numbers are at.
  package func lines<Place: Hashable>(
    of rows: [MeasuredRow], without excluded: Set<Int>, place: (MeasuredRow) -> Place
  ) -> [Line] {
    OrderedDictionary(grouping: rows, by: \.row.model).flatMap { model, rows in
      let telling = axes.indices.filter { axis in
        !excluded.contains(axis) && Set(rows.map { $0.row.point[axis] }).count > 1
      }
      let groups = OrderedDictionary(grouping: rows) { row in telling.map { row.row.point[$0] } }
      let numbers = groups.values.map { rows in
        Dictionary(rows.map { (place($0), $0.accuracy) }) { first, _ in first }
      }
      /// Whether another line says all that this one says.
      func isTold(_ index: Int) -> Bool {
        let own = numbers[index]
        return numbers.indices.contains { other in
          let more = numbers[other].count
          return other != index && (more > own.count || (more == own.count && other < index))
            && own.allSatisfy { numbers[other][$0.key] == $0.value }
        }
      }
      let distinct = groups.elements.enumerated().filter { !isTold($0.offset) }.map(\.element)
      return distinct.enumerated().map { variant, group in
        let settings = zip(telling, group.key).filter { !$1.isEmpty }
          .map { "\(axes[$0])=\(NumberText.cell($1))" }
        return Line(
          model: model, settings: distinct.count > 1 ? settings.joined(separator: ", ") : "",
          variant: variant, rows: group.value)
      }
    }
  }
}
