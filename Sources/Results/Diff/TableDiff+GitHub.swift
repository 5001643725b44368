internal import PlainText

extension TableDiff {
  /// The comparison as workflow commands of GitHub, which shows them beside a job: errors for what is
  /// worse, warnings for other differences that count, notices for the rest; the worst first.
  ///
  /// - Source: docs.github.com, "Workflow commands for GitHub Actions". A step shows ten
  ///   annotations of each kind: of more, the tenth counts those that are left out.
  package var github: String {
    var annotations: [Annotation] = reasons.map {
      Annotation(level: .error, title: conclusion, text: $0)
    }
    annotations += notes.map { Annotation(level: .notice, title: "note", text: $0) }
    let differences = differences()
    let levels = differences.map { level(of: verdict(of: $0)) }
    for level in Annotation.Level.allCases {
      let own = differences.indices.filter { levels[$0] == level }
      let others = annotations.count { $0.level == level }
      let fits = others + own.count <= Annotation.most
      let shown = fits ? own.count : max(0, Annotation.most - 1 - others)
      annotations += own.prefix(shown).map { annotation(line(differences[$0]), level) }
      if own.count > shown {
        annotations.append(
          Annotation(
            level: level, title: Results.count(own.count - shown, "more difference"),
            text: "\(tally). \(conclusion)"))
      }
    }
    return Annotation.Level.allCases.flatMap { level in annotations.filter { $0.level == level } }
      .map(\.command).joined()
  }

  private func verdict(of difference: Difference) -> Verdict {
    switch difference {
    case .group(let index): groups[index].verdict
    case .comparison(let index): comparisons[index].verdict
    case .row(let index): rows[index].verdict
    case .cell(let row, let cell): rows[row].cells[cell].verdict
    }
  }

  private func level(of verdict: Verdict) -> Annotation.Level {
    if !fails(verdict) { return .notice }
    return verdict > .changed ? .error : .warning
  }

  private func annotation(_ line: Line, _ level: Annotation.Level) -> Annotation {
    let text =
      switch line.column {
      case "row": words(for: line.key)
      case "rows": "\(words(for: line.key)): \(line.baseline) -> \(line.candidate) rows"
      default: "\(words(for: line.key)): \(line.step)"
      }
    return Annotation(level: level, title: "\(line.column) \(line.verdict.words)", text: text)
  }
}

/// A message that GitHub shows beside a job.
private struct Annotation {
  enum Level: String, CaseIterable {
    case error
    case warning
    case notice
  }

  /// Of one kind and one step.
  static let most = 10

  var level: Level
  var title: String
  var text: String

  var command: String {
    "::\(level.rawValue) title=\(Self.escaped(title, isProperty: true))::\(Self.escaped(text))\n"
  }

  /// One line in which nothing is a command, the end of a property or another one.
  private static func escaped(_ text: String, isProperty: Bool = false) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.printable.unicodeScalars {
      switch scalar {
      case "%": result.append(contentsOf: "%25".unicodeScalars)
      case ":" where isProperty: result.append(contentsOf: "%3A".unicodeScalars)
      case "," where isProperty: result.append(contentsOf: "%2C".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
