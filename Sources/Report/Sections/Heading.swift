internal import OrderedCollections
internal import Results

extension ExperimentReport {
  /// What stands above all sections: name, question, answer, what was done.
  func heading(_ table: MeasuredTable) -> HTML {
    var parts: [HTML] = [
      .element("p", ["class": "kicker"], "Report of an experiment on adversarial robustness"),
      .element("h1", [:], .text(name)),
    ]
    if let question { parts.append(.element("p", ["class": "question"], .text(question))) }
    parts.append(facts(table))
    if let answer {
      parts.append(
        .element("div", ["class": "answer"], .element("b", [:], "Answer"), .marked(answer)))
    }
    let warnings = [unfinished, failed].compactMap(\.self)
    if !warnings.isEmpty {
      let lines = warnings.map(HTML.paragraph)
      parts.append(.element("div", ["class": "answer warning", "role": "note"], lines))
    }
    return .element("header", [:], parts)
  }

  private func facts(_ table: MeasuredTable) -> HTML {
    let names = Set(table.rows.map(\.row.attack))
    let attacks = OrderedSet(
      results.rows.map(\.key).filter { key in
        // An ensemble's members are no attacks of their own.
        !key.isClean && key.ensemble.map { !names.contains($0) } ?? true
      }.map(\.attack)
    ).filter { name in table.rows.contains { $0.row.attack == name && $0.kind == .attack } }
    let corruptions = OrderedSet(table.rows.filter { $0.kind == .corruption }.map(\.row.attack))
    let points = OrderedSet(results.rows.map(\.key.run))
    let datasets = OrderedSet(table.rows.map(\.row.dataset))
    func fact(_ number: Int, _ noun: String) -> HTML? {
      guard number > 0 else { return nil }
      let words = count(number, noun).split(separator: " ", maxSplits: 1)
      return .element("li", [:], .element("b", [:], .text(String(words[0]))), " \(words[1])")
    }
    var facts = [
      fact(points.count, "run"), fact(table.models.count, "model"),
      fact(attacks.count, "attack"), fact(corruptions.count, "corruption"),
      fact(table.seeds, "seed"),
    ].compactMap(\.self)
    if !datasets.isEmpty {
      let names = list(Array(datasets))
      facts.append(.element("li", [:], "dataset ", .element("b", [:], .text(names))))
    }
    if !tags.isEmpty {
      let names = tags.joined(separator: ", ")
      facts.append(.element("li", [:], "tags ", .element("b", [:], .text(names))))
    }
    return facts.isEmpty ? .empty : .element("ul", ["class": "facts"], facts)
  }

  private var unfinished: HTML? {
    let open = (plannedStages ?? statuses.count) - statuses.count
    guard open > 0 else {
      return results.rows.isEmpty ? "This experiment has no results yet." : nil
    }
    return
      "This experiment is not finished: \(open) of \(count(plannedStages ?? 0, "stage")) did not run yet. The page shows what is there."
  }

  private var failed: HTML? {
    let failed = results.rows.count { $0.status != .ok }
    guard failed > 0 else { return nil }
    return "\(NumberText.grouped(failed)) of \(count(results.rows.count, "row")) failed: "
      + .element("a", ["href": "#failures"], "see why") + "."
  }
}
