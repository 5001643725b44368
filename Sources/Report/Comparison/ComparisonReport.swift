internal import OrderedCollections
package import Results

/// The page of several experiments side by side: settings that differ, accuracies, curves, and what the
/// seeds say of the differences.
///
/// - ``html()`` is the page: equal comparisons make equal bytes.
package struct ComparisonReport: Sendable {
  let comparison: ExperimentComparison

  package init(_ comparison: ExperimentComparison) { self.comparison = comparison }

  var names: [String] { comparison.names }

  /// Of two experiments there are differences.
  var isPair: Bool { names.count == 2 }

  package func html() -> String {
    let sections: [Section?] = [settings(), summary(), differences(), securityCurves()]
    return Page(
      title: "\(list(names)): comparison", header: heading,
      sections: sections.compactMap(\.self)
    ).text
  }

  private var heading: HTML {
    var parts: [HTML] = [
      .element("p", ["class": "kicker"], "Comparison of experiments on adversarial robustness"),
      .element("h1", [:], .text(list(names))),
      .element("p", ["class": "question"], .text(question)),
    ]
    if let text = comparison.oneSeedWords {
      parts.append(
        .element("div", ["class": "answer warning", "role": "note"], .paragraph(.text(text))))
    }
    if !comparison.notes.isEmpty {
      parts.append(
        .element(
          "div", ["class": "answer warning", "role": "note"],
          .element("b", [:], "Before the numbers are compared"),
          .element(
            "ul", ["class": "reasons"], comparison.notes.map { .element("li", [:], .text($0)) })))
    }
    return .element("header", [:], parts)
  }

  /// What was compared, in a sentence.
  private var question: String {
    let differing = comparison.settings.differing.count
    return "\(count(differing, "setting")) \(differing == 1 ? "differs" : "differ"), "
      + "\(NumberText.grouped(comparison.settings.shared.count)) are the same in all; "
      + "\(count(comparison.rows.count, "measured row"))."
  }

  /// How an experiment is drawn on the whole page.
  func style(of experiment: Int) -> SeriesStyle {
    SeriesStyle(group: experiment, variant: experiment)
  }

  /// The axes that some of these rows have.
  func usedAxes(_ rows: [ComparedRow]) -> [Int] {
    comparison.axes.indices.filter { axis in rows.contains { !$0.key.point[axis].isEmpty } }
  }

  /// What names a row: model, attack and the axes' values.
  func keyColumns() -> [DataTable.Column] {
    [.init(title: "model"), .init(title: "attack")]
      + usedAxes(comparison.rows).map { .init(title: comparison.axes[$0], isNumeric: true) }
  }

  func keyCells(_ key: ComparedKey) -> [DataTable.Cell] {
    [.text(key.model), .text(key.attackWords)]
      + usedAxes(comparison.rows).map {
        .init(.text(NumberText.cell(key.point[$0])), order: Double(key.point[$0]))
      }
  }
}
