internal import Experiments
internal import Files
package import Results
package import SystemPackage

/// What an experiment's `results.json` says of the settings of its runs.
package struct WrittenSettings: Sendable {
  /// The whole paths of the tables' axes, by their columns.
  package let paths: [String: String]
  /// Each setting once, with its values in the order of the runs.
  package let settings: [SettingValues]
  package let attacks: [AttackIdentity: AttackDetails]
  package let description: String?

  /// A larger document is none of ours.
  private static let largest = 512 << 20

  /// - Parameter run: One of the runs, by its name; `nil` for all.
  /// - Returns: `nil` where the file says no such thing.
  package init?(document: FilePath, run: String? = nil) {
    struct Document: Decodable {
      struct Plan: Decodable {
        var description: String?
        var axes: [PlanDocument.AxisEntry]
        var runs: [Run]
      }
      struct Run: Decodable {
        var name: String
        var spec: JSONValue
      }
      var plan: Plan
    }
    guard let bytes = try? FileSystem.read(document, limit: Self.largest),
      let plan = try? WireFormat.decode(Document.self, from: bytes).plan
    else { return nil }
    let runs = plan.runs.filter { run == nil || $0.name == run }
    guard !runs.isEmpty else { return nil }
    paths = Dictionary(
      plan.axes.flatMap {
        [($0.column, $0.path), ($0.path, $0.path), ("sweep." + $0.path, $0.path)]
      }
    ) { first, _ in first }
    description = plan.description
    var found = FoundSettings()
    for run in runs { found.add(run.spec) }
    settings = found.settings
    attacks = found.attacks
  }
}

/// The settings of resolved specs that were looked at so far.
private struct FoundSettings {
  private var places: [String: Int] = [:]
  private var values: [(path: String, values: [String])] = []
  private var known: [Set<String>] = []
  private(set) var attacks: [AttackIdentity: AttackDetails] = [:]
  /// Of runs that differ in their seed alone, the first one is looked at.
  private var specs: Set<JSONValue> = []

  var settings: [SettingValues] {
    values.sorted { $0.path < $1.path }.map { SettingValues(path: $0.path, values: $0.values) }
  }

  mutating func add(_ spec: JSONValue) {
    guard case .object(var sections) = spec else { return }
    // The name of a run, and its one seed: the tables have both.
    sections["experiment"] = nil
    sections["seeds"] = nil
    guard specs.insert(.object(sections)).inserted else { return }
    for (name, section) in sections { add(section, at: name) }
    guard case .object(let evaluation)? = sections["eval"],
      case .list(let list)? = evaluation["attacks"]
    else { return }
    for case .object(let attack) in list { addAttack(attack) }
  }

  private mutating func add(_ value: JSONValue, at path: String) {
    switch value {
    case .object(let entries) where !entries.isEmpty:
      for (name, entry) in entries { add(entry, at: "\(path).\(name)") }
    case .list(let entries) where entries.contains(where: \.isObject):
      for (place, entry) in entries.enumerated() {
        add(entry, at: "\(path).\(entry.label ?? "\(place)")")
      }
    default:
      let place = places[path] ?? values.count
      if place == values.count {
        places[path] = place
        values.append((path, []))
        known.append([])
      }
      let text = value.flow
      if known[place].insert(text).inserted { values[place].values.append(text) }
    }
  }

  private mutating func addAttack(_ attack: [String: JSONValue]) {
    func text(_ key: String) -> String { attack[key]?.flow ?? "" }
    var name = JSONValue.object(attack).label ?? ""
    // A corruption has no ball, and its rows are called by its severity, too.
    let severity = attack["severity"]
    if let severity { name += "-\(severity.flow)" }
    let identity = AttackIdentity(
      name: name, source: severity == nil ? text("source") : "",
      norm: severity == nil ? text("norm") : "", epsilon: Double(text("epsilon")) ?? 0)
    for (key, value) in attack
    where !["label", "source", "norm", "epsilon", "severity", "keep"].contains(key) {
      attacks[identity, default: [:]][key, default: []].insert(value.flow)
    }
  }
}

extension JSONValue {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }

  /// What a list's entry is called: an attack by its label, else by its method.
  fileprivate var label: String? {
    guard case .object(let entries) = self else { return nil }
    for key in ["label", "name"] {
      if case .text(let text)? = entries[key] { return text }
    }
    return nil
  }

  /// As specs have it, in one line.
  var flow: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): NumberText.shortest(value)
    case .text(let value): value
    case .list(let values): "[\(values.map(\.flow).joined(separator: ", "))]"
    case .object(let entries):
      "{\(entries.sorted { $0.key < $1.key }.map { "\($0): \($1.flow)" }.joined(separator: ", "))}"
    }
  }
}
