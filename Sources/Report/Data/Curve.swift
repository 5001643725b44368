internal import Results

extension MeasuredTable {
  /// Accuracies against how strong something is, a series for each line of `rows`; those on clean
  /// images are at 0.
  ///
  /// - Parameters:
  ///   - suffix: Ends the names of the series.
  ///   - place: How strong it is.
  func curves(
    of rows: [MeasuredRow], suffix: String = "", isBaseline: Bool = false,
    place: (MeasuredRow) -> Double
  ) -> [Series] {
    // An axis that is the strength itself tells no lines apart.
    let isStrength = axes.indices.filter { axis in
      rows.allSatisfy { row in
        row.row.point[axis].isEmpty || Double(row.row.point[axis]) == place(row)
      }
    }
    return lines(of: rows, without: Set(isStrength), place: place).map { line in
      var points = line.rows.sorted { place($0) < place($1) }.compactMap { row in
        row.accuracy.map { Series.Point(place(row), $0, row.interval) }
      }
      if let clean = clean(of: line) { points.insert(clean, at: 0) }
      return Series(
        name: line.name + suffix,
        style: SeriesStyle(
          group: colour(of: line.model), variant: line.variant, isBaseline: isBaseline),
        points: points)
    }
  }

  /// The accuracy on the same images as they are, with the clean row's interval where that is of these
  /// images.
  private func clean(of line: Line) -> Series.Point? {
    let point = line.rows.first?.row.point ?? []
    // A clean row has nothing where an axis is a setting of the attack.
    let row = rows.first { row in
      row.row.isClean && row.row.model == line.model
        && zip(row.row.point, point).allSatisfy { $0.isEmpty || $0 == $1 }
    }
    guard let accuracy = line.rows.lazy.compactMap(\.cleanAccuracy).first else {
      return row?.accuracy.map { Series.Point(0, $0, row?.interval) }
    }
    let isSame = row?.accuracy.map { abs($0 - accuracy) < 1e-9 } ?? false
    return Series.Point(0, accuracy, isSame ? row?.interval : nil)
  }
}
