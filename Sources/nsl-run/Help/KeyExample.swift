import Settings
import Experiments

/// How a key or a word is written: in a spec, and on the command line.
struct KeyExample {
  /// Lines of YAML.
  var spec: [String]
  /// Arguments behind a spec; none where the command line cannot set it.
  var commands: [String] = []

  init(_ path: String, _ key: KeyDescription, value: String? = nil) {
    let value = value ?? ExampleValue.of(key, at: path)
    let parts = path.split(separator: ".").map(String.init)
    if path.hasPrefix("eval.attacks."), parts.count == 3 {
      var entries = [("name", "pgd"), ("epsilon", "0.1")]
      let own = entries.firstIndex { $0.0 == parts[2] }
      if let own { entries[own].1 = value } else { entries.append((parts[2], value)) }
      spec = Self.block(["eval", "attacks"], ["- \(ExampleValue.mapping(entries))"])
      if parts[2] != "name" { commands = [Self.quoted("eval.attacks.0.\(parts[2])=\(value)")] }
    } else if path.hasPrefix("architecture.layers."), parts.count == 4 {
      let layer = LanguageIndex.shared.entries(named: parts[..<3].joined(separator: "."))
      var entries = (layer.first?.section?.keys ?? [])
        .filter { $0.defaultValue == .required && $0.name != parts[3] }
        .map { ($0.name, ExampleValue.of($0, at: "")) }
      entries.append((parts[3], value))
      spec = Self.block(
        Array(parts[..<2]), ["- \(parts[2]): \(ExampleValue.mapping(entries))"])
    } else if path.hasPrefix("architecture.layers."), parts.count == 3 {
      spec = Self.block(Array(parts[..<2]), ["- \(parts[2]): \(value)"])
    } else if path.hasPrefix("sweep.range.") {
      var entries = [("min", "0.1"), ("max", "0.5"), ("count", "5")]
      let own = entries.firstIndex { $0.0 == parts[2] }
      if own == nil { entries[2] = (parts[2], value) }
      spec = Self.block(
        ["sweep", "grid"], ["adversarial.adv_step_size: \(ExampleValue.mapping(entries))"])
    } else {
      let names = parts.map { Self.names[$0] ?? $0 }
      spec = Self.block(Array(names.dropLast()), ["\(names[names.count - 1]): \(value)"])
      if OverrideKeys.all.contains(path), !value.hasPrefix("{") {
        let short = Self.shortest(path)
        commands = [Self.quoted("\(short)=\(value)")]
        if Self.swept.contains(parts[0]), case .value(let other) = key.defaultValue,
          other != value, !value.hasPrefix("[")
        {
          commands.append("--sweep \(short)=\(other),\(value)")
        }
      }
    }
  }

  /// A section by two of its keys, those that must be given first.
  init(_ section: Section) {
    let required = section.keys.filter { $0.defaultValue == .required }
    let plain = section.keys.filter { key in
      key.defaultValue != .required
        && (!"\(key.schema)".contains("mapping")
          || ExampleValue.isWritten("\(section.name).\(key.name)"))
    }
    let lines = (required + plain).prefix(max(2, required.count)).map { key in
      "\(key.name): \(ExampleValue.of(key, at: "\(section.name).\(key.name)"))"
    }
    let path = section.name.split(separator: ".").map { Self.names[String($0)] ?? String($0) }
    spec = Self.block(path, lines)
  }

  /// What stands for names of one's own.
  private static let names = [
    "NAME": "my-model", "METRIC": "accuracy", "PATH": "hparams.learning_rate",
  ]

  /// Sections whose settings may vary from run to run.
  private static let swept: Set<String> = ["dataset", "architecture", "hparams", "adversarial"]

  private static func block(_ path: [String], _ lines: [String]) -> [String] {
    var result = path.enumerated().map { String(repeating: "  ", count: $0) + $1 + ":" }
    let indent = String(repeating: "  ", count: path.count)
    result += lines.map { indent + $0 }
    return result
  }

  /// The shortest end of a path that means nothing else.
  private static func shortest(_ path: String) -> String {
    let parts = path.split(separator: ".")
    for start in parts.indices.reversed() {
      let end = parts[start...].joined(separator: ".")
      if LanguageIndex.shared.count(ofSuffix: end) == 1 { return end }
    }
    return path
  }

  /// For the shell.
  private static func quoted(_ argument: String) -> String {
    argument.contains { " {}[]".contains($0) } ? "'\(argument)'" : argument
  }
}
