internal import OrderedCollections

/// A setting by whose value rows are matched, because some experiment has rows of several values.
struct ComparedAxis {
  /// The whole path, or the column where it is not known.
  let path: String
  private let column: String
  /// In each experiment's table; `nil` where it has no such column.
  private let places: [Int?]
  /// The values of an experiment whose table has no such column.
  private let fixed: [[String]]
  /// The attacks whose rows have a value. Settings of training are in all rows, with `clean`.
  private let attacks: Set<String>
  /// Of each experiment, the values of its rows or its one value.
  let values: [[String]]
  /// Whether the experiment has several values.
  let isSwept: [Bool]

  /// The axes of which some table has several values for one model under one attack. What follows
  /// from epsilon is none: epsilon itself tells such rows apart.
  static func all(of experiments: [ComparedExperiment]) -> [ComparedAxis] {
    var columns: OrderedDictionary<String, String> = [:]
    for experiment in experiments {
      for name in experiment.table.axes {
        columns[path(of: name, in: experiment, experiments), default: name] = name
      }
    }
    return columns.compactMap { ComparedAxis(path: $0, column: $1, experiments) }
  }

  private init?(path: String, column: String, _ experiments: [ComparedExperiment]) {
    self.path = path
    self.column = column
    places = experiments.map { experiment in
      experiment.table.axes.firstIndex { Self.path(of: $0, in: experiment, experiments) == path }
    }
    let cells = zip(experiments, places).map { experiment, place in
      place.map { place in experiment.table.rows.map { ($0.key, $0.key.point[place]) } } ?? []
    }
    isSwept = cells.map { cells in
      let groups = Dictionary(grouping: cells) { AttackOfModel($0.0) }
      return groups.values.contains { Set($0.map(\.1)).count > 1 }
    }
    let filled = cells.joined().filter { !$0.1.isEmpty }
    guard isSwept.contains(true), !filled.allSatisfy({ Double($0.1) == $0.0.epsilon }) else {
      return nil
    }
    let attacks = Set(filled.map(\.0.attack))
    self.attacks = attacks
    fixed = zip(experiments, places).map { experiment, place in
      place == nil
        ? experiment.values(of: path, attacks).map { KeyText.normalized($0, column: path) } : []
    }
    values = zip(cells, fixed).map { cells, fixed in
      let own = OrderedSet(
        cells.map(\.1).filter { !$0.isEmpty }.map { KeyText.normalized($0, column: path) })
      return own.isEmpty ? fixed : Array(own)
    }
  }

  /// The value of a row, as keys are compared; empty where it has none, or where it is not known.
  func value(of key: RowKey, in experiment: Int) -> String {
    if let place = places[experiment] {
      return KeyText.normalized(key.point[place], column: path)
    }
    guard attacks.contains(key.attack) || attacks.contains("clean"), fixed[experiment].count == 1
    else { return "" }
    return fixed[experiment][0]
  }

  /// The columns' names, or the whole paths where two have one name.
  static func names(_ axes: [ComparedAxis]) -> [String] {
    axes.map { axis in axes.count { $0.column == axis.column } > 1 ? axis.path : axis.column }
  }

  /// Of a table alone the path is not known: it is that of another one's column of this name.
  private static func path(
    of column: String, in experiment: ComparedExperiment, _ all: [ComparedExperiment]
  ) -> String {
    experiment.paths[column] ?? all.lazy.compactMap { $0.paths[column] }.first ?? column
  }

  private struct AttackOfModel: Hashable {
    var model: String
    var attack: AttackIdentity

    init(_ key: RowKey) {
      model = key.model
      attack = AttackIdentity(
        name: key.attack, source: key.source, norm: key.norm, epsilon: key.epsilon)
    }
  }
}

extension ComparedExperiment {
  /// The values of a swept path in an experiment that does not sweep it. Specs write it once for all
  /// models, and resolved ones in each that uses it.
  ///
  /// - Parameter attacks: Those that have the setting, where it is one of attacks.
  fileprivate func values(of path: String, _ attacks: Set<String>) -> [String] {
    guard let settings else { return [] }
    let end = path.split(separator: ".").last.map(String.init) ?? path
    let found: [SettingValues]
    if path.hasPrefix("eval.attacks.") {
      let paths = Set(attacks.map { "eval.attacks.\($0).\(end)" })
      found = settings.filter { paths.contains($0.path) }
    } else {
      let exact = settings.filter { $0.path == path }
      found = exact.isEmpty ? settings.filter { $0.path.hasSuffix("." + path) } : exact
    }
    return Array(OrderedSet(found.flatMap(\.values)))
  }
}
