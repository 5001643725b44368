import Settings

extension Plan {
  /// The plan in words and tables, as the `plan` verb prints it.
  ///
  /// - Parameters:
  ///   - stored: The stages whose outputs the store already holds.
  ///   - examples: Of own data, how many there are for training and for tests; `nil` if that is not
  ///     known.
  ///   - remarks: What else is to be said of the stages: a word and lines about it.
  package func text(
    stored: Set<StageKey> = [], examples: (train: Int, test: Int)? = nil,
    remarks: [(word: String, lines: [String])] = []
  ) -> String {
    let points = pointCount
    var text =
      "\(experiment): \(count(runs.count, "run")) (\(count(points, "point"))"
      + " x \(count(seeds.count, "seed")))\n\(about)\n"
    text += TextTable(facts(examples)).text(indent: "  ") + "\n"
    text += TextTable(stageCounts(stored), rightAligned: [1, 2, 3]).text(indent: "  ") + "\n"
    let rows = remarks.flatMap { remark in
      remark.lines.enumerated().map { [$0 == 0 ? remark.word : "", $1] }
    }
    if !rows.isEmpty { text += TextTable(rows).text(indent: "  ") + "\n" }
    text += runTable(stored)
    return text
  }

  // MARK: What is in it

  /// The spec's description and tags, each in lines of its own.
  private var about: String {
    var lines = (description ?? "").split(whereSeparator: \.isNewline).map(String.init)
    if !tags.isEmpty { lines.append("tags: " + tags.joined(separator: ", ")) }
    return lines.map { "  \($0)\n" }.joined()
  }

  private func facts(_ examples: (train: Int, test: Int)?) -> [[String]] {
    var rows = [["dataset", datasetWords]] + ownRows(examples)
    for axis in axes {
      rows.append(["axis", "\(axis.path): \(shortened(axis.values.map(\.words)))"])
    }
    rows += pointRows
    rows.append(["seeds", shortened(seeds.map(String.init))])
    let models = runs.models
    let width = models.map(\.name.count).max() ?? 0
    for (name, methods) in models {
      let padding = String(repeating: " ", count: width - name.count)
      let words = methods.map { $0 == TrainingMethod.none.word ? "plain" : $0 }
        .joined(separator: ", ")
      rows.append([
        "model",
        "\(name)\(padding)  \(words), trained \(count(trainingCount(of: name), "time"))",
      ])
    }
    let evaluations = runs.evaluations
    for attack in evaluations.prefix(Plan.shownEvaluations) {
      rows.append(["evaluation", words(attack)])
    }
    if evaluations.count > Plan.shownEvaluations {
      rows.append(["evaluation", "… and \(evaluations.count - Plan.shownEvaluations) more"])
    }
    return rows
  }

  /// Where attacks are swept, there may be very many.
  private static let shownEvaluations = 40

  /// What became of the points that the sweep wrote, where not each of them is run.
  private var pointRows: [[String]] {
    guard expansion.kept != expansion.written || expansion.blocks.count > 1 else { return [] }
    func words(_ block: SweepExpansion.Block) -> String {
      "\(block.written)"
        + (block.droppedByWhere > 0 ? ", \(block.droppedByWhere) dropped by `where`" : "")
    }
    var rows: [[String]] = []
    if expansion.blocks.count > 1 {
      let width = expansion.blocks.map(\.kind.count).max() ?? 0
      rows = expansion.blocks.map { block in
        let padding = String(repeating: " ", count: width - block.kind.count)
        return ["block", "\(block.kind)\(padding)  \(words(block))"]
      }
    }
    var parts = ["\(expansion.written) written"]
    if expansion.droppedByWhere > 0 {
      parts.append("\(expansion.droppedByWhere) dropped by `where`")
    }
    if expansion.duplicates > 0 { parts.append("\(expansion.duplicates) equal to others") }
    return rows + [["points", (parts + ["\(expansion.kept) run"]).joined(separator: ", ")]]
  }

  private var datasetWords: String {
    var words = dataset.name.rawValue
    if let limit = dataset.trainLimit { words += ", \(limit) training examples" }
    if let limit = dataset.testLimit { words += ", \(limit) test examples" }
    return words
  }

  /// Where own data lie, and what they are.
  private func ownRows(_ examples: (train: Int, test: Int)?) -> [[String]] {
    guard let own = dataset.own, let network = runs.first?.models.first?.settings.architecture
    else { return [] }
    let paths =
      switch own {
      case .path(let path): [path]
      case .files(let trainImages, let trainLabels, let testImages, let testLabels):
        [trainImages, trainLabels, testImages, testLabels]
      }
    var facts = ["images of \(shapeText(network.inputShape))", "\(network.numClasses) classes"]
    if let examples {
      facts[0] = "\(examples.train) training and \(examples.test) test " + facts[0]
    }
    return (paths + [facts.joined(separator: ", ")]).map { ["", $0] }
  }

  private func words(_ attack: AttackSettings?) -> String {
    guard let attack else { return "clean" }
    let isNamed = attack.hasBall ? attack.name != attack.method.word : attack.label != nil
    var parts = [attack.name + (isNamed ? " (\(attack.method.word))" : "")]
    if attack.hasBall {
      parts.append("epsilon \(attack.epsilon.radiusText) in \(attack.norm.name)")
    }
    parts += attack.method.attack.words
    if let target = attack.target { parts.append("to \(target.phrase)") }
    if case .model(let name) = attack.source { parts.append("gradients of \(name)") }
    if let limit = attack.limit { parts.append("\(limit) images") }
    return parts.joined(separator: ", ")
  }

  private func stageCounts(_ stored: Set<StageKey>) -> [[String]] {
    var rows = [["stages", "all", "stored", "to run"]]
    for (name, isTraining) in [("train", true), ("evaluate", false)] {
      var (all, old) = (0, 0)
      for index in stages.indices where stages.isTraining(at: index) == isTraining {
        all += 1
        if stored.contains(stages.key(at: index)) { old += 1 }
      }
      rows.append([name, "\(all)", "\(old)", "\(all - old)"])
    }
    return rows
  }

  // MARK: Run by run

  /// More runs than this are cut: nobody reads further.
  private static let shownRuns = 60

  private func runTable(_ stored: Set<StageKey>) -> String {
    var done = stored
    var rows = [["run"] + axes.map(\.column) + ["seed", "to train", "to evaluate"]]
    for run in runs.prefix(Plan.shownRuns) {
      let trained = run.models.filter { done.insert($0.train).inserted }.map(\.settings.name)
      let evaluations = run.models.flatMap(\.evaluations).count { done.insert($0.stage).inserted }
      rows.append(
        [run.name] + run.point.map(\.words)
          + [
            "\(run.seed)", trained.isEmpty ? "-" : trained.joined(separator: ", "),
            evaluations == 0 ? "-" : "\(evaluations)",
          ])
    }
    let last = axes.count + 3
    var text = TextTable(rows, rightAligned: Set(1...axes.count + 1).union([last]))
      .text(indent: "  ")
    if runs.count > Plan.shownRuns {
      text += "  … and \(runs.count - Plan.shownRuns) more\n"
    }
    return text
  }

  private func shortened(_ values: [String]) -> String {
    guard values.count > 12 else { return values.joined(separator: ", ") }
    return values.prefix(10).joined(separator: ", ")
      + ", … \(values.last ?? "") (\(values.count) values)"
  }
}

extension Stage {
  package var isTraining: Bool {
    if case .train = work { true } else { false }
  }
}
