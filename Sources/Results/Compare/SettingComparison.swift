internal import OrderedCollections

/// The settings of experiments side by side: those that differ, and those that all share.
package struct SettingComparison: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    package var path: String
    /// One for each experiment, in the table's words; `nil` where it has no such setting, or where
    /// its settings are not known.
    package var values: [String?]
  }

  package let differing: [Row]
  package let shared: [Row]

  init(_ experiments: [ComparedExperiment]) {
    let known = experiments.map { Self.settings(of: $0) }
    var rows: OrderedDictionary<String, [String?]> = [:]
    for (place, settings) in known.enumerated() {
      for setting in settings {
        rows[setting.path, default: experiments.map { _ in nil }][place] = shortList(setting.values)
      }
    }
    Self.joinWords(&rows)
    let areKnown = experiments.map { $0.settings != nil }
    let all = Self.withoutParts(rows.map { Row(path: $0, values: $1) }, areKnown)
    /// Whether those whose settings are known all have one value.
    func isShared(_ row: Row) -> Bool {
      let values = zip(row.values, areKnown).filter { $1 || $0 != nil }.map(\.0)
      return Set(values).count <= 1
    }
    let ordered = all.enumerated().sorted { a, b in
      let (first, second) = (Self.rank(a.element.path), Self.rank(b.element.path))
      return first == second ? a.offset < b.offset : first < second
    }.map(\.element)
    differing = ordered.filter { !isShared($0) }
    shared = ordered.filter(isShared)
  }

  /// Those of the runs; of a table alone, what it says itself.
  private static func settings(of experiment: ComparedExperiment) -> [SettingValues] {
    let seeds = SettingValues(path: "seeds", values: experiment.seeds.map(String.init))
    let made = experiment.origin.map(Self.origin) ?? []
    if let settings = experiment.settings { return settings + [seeds] + made }
    let axes = experiment.table.axes.enumerated().map { axis, name in
      let values = OrderedSet(experiment.table.rows.map(\.key.point[axis]).filter { !$0.isEmpty })
      return SettingValues(
        path: experiment.paths[name] ?? name, values: values.map(NumberText.cell))
    }
    return axes.filter { !$0.values.isEmpty } + [seeds] + made
  }

  /// What the numbers were made with, under the names of `results.json`.
  private static func origin(_ origin: TableOrigin) -> [SettingValues] {
    let environment = origin.environment
    var facts: [(String, String)] =
      [
        ("nsl_run_version", origin.nslRunVersion), ("git_revision", origin.gitRevision ?? "none"),
        ("environment.operating_system", environment.operatingSystem),
        ("environment.cpu", environment.cpu),
        ("environment.instruction_set", environment.instructionSet),
      ]
      + origin.datasetDigests.sorted { $0.key < $1.key }.map { ("dataset_digests." + $0, $1) }
    if let version = environment.oneDNNVersion {
      facts.append(("environment.onednn_version", version))
    }
    if let portable = origin.portable { facts.append(("portable", "\(portable)")) }
    return facts.map { SettingValues(path: "provenance." + $0, values: [$1]) }
  }

  /// A word that another experiment has as a mapping (`schedule: constant` beside `schedule.name:
  /// cosine`) is the mapping's name.
  private static func joinWords(_ rows: inout OrderedDictionary<String, [String?]>) {
    for path in rows.keys {
      guard let own = rows[path],
        let name = ["name", "method"].map({ "\(path).\($0)" }).first(where: { rows[$0] != nil }),
        let other = rows[name], zip(own, other).allSatisfy({ $0 == nil || $1 == nil })
      else { continue }
      rows[name] = zip(own, other).map { $0 ?? $1 }
      rows[path] = nil
    }
  }

  /// A model or an attack that only some have is one line, where it is the same in all of these.
  private static func withoutParts(_ rows: [Row], _ areKnown: [Bool]) -> [Row] {
    let groups = OrderedDictionary(grouping: rows) { whole(of: $0.path) ?? $0.path }
    return groups.flatMap { path, parts -> [Row] in
      guard whole(of: parts[0].path) != nil else { return parts }
      let isThere = areKnown.indices.map { place in parts.contains { $0.values[place] != nil } }
      let others = areKnown.indices.filter { areKnown[$0] && !isThere[$0] }
      let areAlike = parts.allSatisfy { part in
        Set(isThere.indices.filter { isThere[$0] }.map { part.values[$0] }).count == 1
      }
      guard !others.isEmpty, areAlike else { return parts }
      return [Row(path: path, values: isThere.map { $0 ? "yes" : nil })]
    }
  }

  /// `models.base` of `models.base.hparams.epochs`, `eval.attacks.pgd` of its settings.
  private static func whole(of path: String) -> String? {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    let count = path.hasPrefix("models.") ? 2 : path.hasPrefix("eval.attacks.") ? 3 : 0
    guard count > 0, parts.count > count else { return nil }
    return parts.prefix(count).joined(separator: ".")
  }

  /// In the order of specs.
  private static func rank(_ path: String) -> Int {
    let sections = [
      "dataset", "architecture", "hparams", "adversarial", "models", "eval", "seeds", "provenance",
    ]
    let section = String(path.prefix { $0 != "." })
    return sections.firstIndex(of: section) ?? 3
  }
}
