internal import PlainText

extension AttackedExample {
  /// The example for a terminal: what is predicted before and after, and the logits.
  ///
  /// - Parameter width: Columns of the terminal; bars are left out where they do not fit.
  package func text(width: Int = 100) -> String {
    let before = name(ofClass: cleanPrediction)
    let after = name(ofClass: adversarialPrediction)
    let heading = "\(model): clean \(before), adversarial \(after), change \(lengths)".printable
    var lines: [String] = []
    for bar in [16, 8, 0] {
      lines = logits(bar)
      if lines.allSatisfy({ $0.count <= width }) { break }
    }
    let hidden = cleanLogits.count - shownClasses.count
    if hidden > 0 {
      lines.append("  … and \(count(hidden, "more class", plural: "more classes"))")
    }
    return ([heading] + lines).joined(separator: "\n") + "\n"
  }

  private func logits(_ bar: Int) -> [String] {
    let range = logitRange
    func cell(_ logits: [Float], _ number: Int, _ prediction: Int) -> String {
      let text = NumberText.fixed(Double(logits[number]), decimals: 2).leftPadded(to: 8)
      let mark = number == prediction ? " *" : "  "
      guard bar > 0 else { return text + mark }
      let length = range.upperBound - range.lowerBound
      let share = Double((logits[number] - range.lowerBound) / length)
      let drawn = Bar(share, width: bar)
      return text + mark + " " + drawn.filled + drawn.ground
    }
    var columns = TextColumns()
    columns.separator = "   "
    columns.lines = [["class", "   clean", "adversarial"]]
    columns.lines += shownClasses.map { number in
      [
        name(ofClass: number) + (number == label ? " (true)" : ""),
        cell(cleanLogits, number, cleanPrediction),
        cell(adversarialLogits, number, adversarialPrediction),
      ]
    }
    return columns.render().map { "  " + $0 }
  }
}
