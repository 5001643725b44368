internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// Which classes are taken for which, and how many images of each class are right.
  func confusions(_ table: MeasuredTable) -> Section? {
    let matrices = confusions.filter { !$0.counts.isEmpty }
    guard !matrices.isEmpty else { return nil }
    let introduction: HTML = """
      Rows are true classes, columns what the model takes the images for. Blue: right, as a share of the row. \
      Orange: wrong, the fuller the more often.
      """
    let shown = matrices.prefix(Self.mostMatrices)
    var parts = shown.enumerated().map { index, matrix -> HTML in
      let content = matrix.counts.count <= Self.mostClasses ? matrix.grid : matrix.pairs
      return index < 2
        ? .element("h3", [:], .text(matrix.title)) + content
        : .details(.text(matrix.title), content)
    }
    if matrices.count > shown.count {
      parts.append(.note("\(matrices.count - shown.count) more are left out."))
    }
    return Section(
      "classes", "Classes", introduction, classAccuracies(matrices, table) + .joined(parts))
  }

  private static let mostMatrices = 12
  private static let mostClasses = 20

  /// A chart for each attack, classes from left to right, models beside each other.
  private func classAccuracies(_ matrices: [ConfusionMatrix], _ table: MeasuredTable) -> HTML {
    let byAttack = OrderedDictionary(grouping: matrices, by: \.attack)
      .filter { $0.value[0].counts.count <= Self.mostClasses }
    guard !byAttack.isEmpty else { return .empty }
    let panels = byAttack.elements.prefix(Self.mostMatrices / 2).map { attack, matrices in
      let first = matrices[0]
      let names = first.counts.indices.map(first.name(ofClass:))
      var variants: [String: Int] = [:]
      let series = matrices.map { matrix in
        let variant = variants[matrix.model, default: 0]
        variants[matrix.model] = variant + 1
        return Series(
          name: [matrix.model, matrix.subtitle].filter { !$0.isEmpty }.joined(separator: ", "),
          style: SeriesStyle(group: table.colour(of: matrix.model), variant: variant),
          points: matrix.classAccuracies.enumerated().compactMap { number, accuracy in
            accuracy.map { Series.Point(Double(number), $0) }
          }, isConnected: false)
      }
      return Panel(
        title: attack, xLabel: "true class", yLabel: "accuracy, %", x: .categories(names),
        y: .accuracy(lowest: 0), series: series,
        xText: { first.name(ofClass: Int($0)) })
    }
    return Figure(
      name: "accuracy of each class", caption: "How many images of each class are right.",
      panels: Array(panels), seriesTitle: "model"
    ).html
  }
}

extension ConfusionMatrix {
  fileprivate var title: String {
    [model, attack, subtitle].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// Every pair of classes.
  fileprivate var grid: HTML {
    let worst =
      counts.enumerated().flatMap { row, values in
        values.enumerated().filter { $0.offset != row }.map(\.element)
      }.max() ?? 0
    func cell(_ row: Int, _ column: Int) -> HTML {
      let count = counts[row][column]
      if count == 0 { return .element("td", ["class": "zero"], "·") }
      let all = row == column ? counts[row].reduce(0, +) : max(1, worst)
      // Full colours would hide the numbers.
      let share = NumberText.fixed(0.1 + 0.5 * Double(count) / Double(all), decimals: 3)
      return .element(
        "td", ["class": row == column ? "hit" : "miss", "style": "--share:\(share)"],
        .text(String(count)))
    }
    let caption = "Confusion matrix: \(title)"
    let head: [HTML] =
      [.element("th", ["scope": "col"], "true")]
      + counts.indices.map { .element("th", ["scope": "col"], .text(name(ofClass: $0))) }
    let rows = counts.indices.map { row in
      HTML.element(
        "tr", [:],
        [.element("th", ["scope": "row"], .text(name(ofClass: row)))]
          + counts.indices.map { cell(row, $0) })
    }
    return .element(
      "div", ["class": "scroll fit", "tabindex": "0", "role": "region", "aria-label": caption],
      .element(
        "table", ["class": "matrix"], .element("caption", ["class": "unseen"], .text(caption)),
        .element("thead", [:], .element("tr", [:], head)), .element("tbody", [:], rows)))
  }

  /// Of many classes, what is confused most often.
  fileprivate var pairs: HTML {
    let all = counts.indices.flatMap { row in
      counts.indices.filter { $0 != row && counts[row][$0] > 0 }.map { (row, $0) }
    }.sorted { a, b in
      let (first, second) = (counts[a.0][a.1], counts[b.0][b.1])
      return first != second ? first > second : a < b
    }
    return DataTable(
      caption: "Most frequent confusions: \(title)",
      columns: [
        .init(title: "true class"), .init(title: "taken for"),
        .init(title: "images", isNumeric: true),
      ],
      rows: all.prefix(20).map { row, column in
        [.text(name(ofClass: row)), .text(name(ofClass: column)), .text("\(counts[row][column])")]
      }
    ).html
  }
}
