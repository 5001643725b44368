internal import Measurements
internal import OrderedCollections

/// What must be known before the numbers of a comparison are read.
struct ComparisonNotes {
  /// Without full stops, the gravest first.
  let sentences: [String]

  init(_ comparison: ExperimentComparison, _ axes: [ComparedAxis]) {
    let experiments = comparison.experiments
    var sentences = experiments.flatMap(\.remarks)
    let unknown = experiments.filter { $0.settings == nil }.map(\.name)
    if !unknown.isEmpty {
      sentences.append(
        "the settings of \(list(unknown)) are not known: there is no results.json beside the table")
    }
    sentences += ComparedData.differences(experiments)
    sentences += Self.attacks(comparison, axes)
    sentences += Self.examples(comparison)
    sentences += Self.sweeps(experiments, axes)
    sentences += Self.missing(comparison)
    sentences += Self.seeds(experiments)
    sentences += Self.machines(experiments)
    sentences += Self.doubts(comparison)
    self.sentences = sentences
  }

  /// Attacks of one name that are not made in the same way, each way once.
  private static func attacks(
    _ comparison: ExperimentComparison, _ axes: [ComparedAxis]
  ) -> [String] {
    let obstacles = ComparisonObstacles(comparison.experiments, axes)
    var found: OrderedDictionary<[String], OrderedSet<String>> = [:]
    for row in comparison.rows where row.cells.count(where: { $0 != nil }) > 1 {
      let differences = obstacles.attackDifferences(row.key, row.cells)
      if !differences.isEmpty { found[differences, default: []].append(row.key.attackWords) }
    }
    return found.map { differences, attacks in
      "not the same attack in all of them: \(shortList(Array(attacks))) "
        + "(\(list(differences)))"
    }
  }

  private static func examples(_ comparison: ExperimentComparison) -> [String] {
    let rows = comparison.rows.filter { $0.obstacle == .otherExamples }
    let groups = OrderedDictionary(grouping: rows) { row in
      row.cells.map { ($0?.examples.sorted() ?? []).map(NumberText.grouped) }
    }
    return groups.map { counts, rows in
      let attacks = OrderedSet(rows.map(\.key.attackWords))
      let words = zip(comparison.names, counts).filter { !$1.isEmpty }
        .map { "\($0) \($1.joined(separator: " or "))" }
      return "not as many examples in all of them: \(list(words)), of \(shortList(Array(attacks)))"
    }
  }

  private static func sweeps(
    _ experiments: [ComparedExperiment], _ axes: [ComparedAxis]
  ) -> [String] {
    axes.compactMap { axis in
      guard Set(axis.values.map(Set.init)).count > 1 else { return nil }
      let words = zip(experiments, axis.values).map { experiment, values in
        values.isEmpty
          ? "\(experiment.name) does not say" : "\(experiment.name) has \(shown(values))"
      }
      let common = axis.values.dropFirst().reduce(Set(axis.values[0])) { $0.intersection($1) }
      let shared = axis.values[0].filter(common.contains)
      return "rows of one \(axis.path) stand side by side: \(list(words)); "
        + (shared.isEmpty ? "none is in all of them" : "\(shown(shared)) in all of them")
    }
  }

  private static func shown(_ values: [String]) -> String {
    shortList(values.map(NumberText.cell))
  }

  private static func missing(_ comparison: ExperimentComparison) -> [String] {
    zip(comparison.experiments.indices, comparison.experiments).flatMap { place, experiment in
      let missing = comparison.rows.filter { $0.cells[place] == nil }
      var sentences: [String] = []
      if !missing.isEmpty {
        let rows = comparison.rows.count
        sentences.append(
          "\(experiment.name) has no such row in \(NumberText.grouped(missing.count)) of "
            + count(rows, "row") + parts(missing, of: comparison, place))
      }
      let failed = comparison.rows.reduce(0) { $0 + ($1.cells[place]?.failed ?? 0) }
      if failed > 0 {
        sentences.append(
          "\(count(failed, "result")) of \(experiment.name) failed and \(failed == 1 ? "has" : "have") no number"
        )
      }
      return sentences
    }
  }

  /// Models and attacks that the experiment does not have at all.
  private static func parts(
    _ missing: [ComparedRow], of comparison: ExperimentComparison, _ place: Int
  ) -> String {
    func absent(_ name: (ComparedRow) -> String) -> [String] {
      let there = Set(comparison.rows.filter { $0.cells[place] != nil }.map(name))
      return Array(OrderedSet(missing.map(name).filter { !there.contains($0) }))
    }
    let models = absent(\.key.model)
    let attacks = absent(\.key.attackWords)
    let words = [("model", models), ("attack", attacks)].filter { !$1.isEmpty }
      .map { "no \($0)\($1.count == 1 ? "" : "s") \(shortList($1))" }
    return words.isEmpty ? "" : ": " + words.joined(separator: "; ")
  }

  private static func seeds(_ experiments: [ComparedExperiment]) -> [String] {
    let seeds = experiments.map(\.seeds)
    guard Set(seeds).count > 1 else { return [] }
    let words = zip(experiments, seeds).map { "\($0.name) has \(shortList($1.map(String.init)))" }
    let common = seeds.dropFirst().reduce(Set(seeds[0])) { $0.intersection($1) }
    let how =
      if experiments.count > 2 {
        "each two are compared over those that both have"
      } else if common.count > 1 {
        "differences are over the \(common.count) that both have"
      } else if seeds.allSatisfy({ $0.count > 1 }) {
        "without two that both have, they are no pairs"
      } else {
        common.isEmpty ? "both have none of them" : "differences are of the one that both have"
      }
    return ["not the same seeds: \(list(words)); \(how)"]
  }

  private static func machines(_ experiments: [ComparedExperiment]) -> [String] {
    let origins = experiments.compactMap(\.origin)
    var facts: [(String, KeyPath<TableOrigin, String>)] = [("nsl-run", \.program)]
    if !origins.allSatisfy(\.isPortable) {
      facts =
        [
          ("instruction set", \.environment.instructionSet), ("processor", \.environment.cpu),
        ] + facts
    }
    let unlike = facts.filter { fact in
      Set(origins.map { $0[keyPath: fact.1] }).count > 1
    }
    guard !unlike.isEmpty else { return [] }
    let words = unlike.map { name, path in
      let values = experiments.compactMap { one in
        one.origin.map { "\(one.name) \($0[keyPath: path])" }
      }
      return "\(name) (\(values.joined(separator: ", ")))"
    }
    return ["not made with the same \(list(words)): last digits may differ"]
  }

  private static func doubts(_ comparison: ExperimentComparison) -> [String] {
    let names = comparison.names.indices.filter { place in
      comparison.rows.contains { ($0.cells[place]?.verdict ?? .ok) != .ok }
    }.map { comparison.names[$0] }
    guard !names.isEmpty else { return [] }
    return [
      "numbers with ? or ✗ (suspicious, broken) are no claim of robustness: `nsl-run show` of "
        + "\(list(names)) says why"
    ]
  }
}
