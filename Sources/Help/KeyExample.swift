import Settings
import Experiments

/// How a key or a word is written: in a spec, and on the command line.
struct KeyExample {
  /// Lines of YAML: with a dataset a whole spec.
  private(set) var spec: [String]
  /// Arguments behind a spec; none where the command line cannot set it.
  private(set) var commands: [String] = []

  /// - Parameters:
  ///   - path: Of the key, whole.
  ///   - word: The word that it is an example of; `nil` for any value.
  init(_ path: String, _ key: KeyDescription, word: String? = nil) {
    let value = word ?? ExampleValue.of(key, at: path)
    if let written = WrittenExample.lines(path, value: word) {
      spec = written
      return
    }
    let home = path.split(separator: ".").dropLast().joined(separator: ".")
    let section = LanguageIndex.shared.entries(named: home).first { $0.path == home }?.section
    let companions = Companions.of(key, at: path, value, in: section)
    // A name comes first.
    let isName = Companions.naming.contains(key.name)
    let entries =
      isName ? [(key.name, value)] + companions : companions + [(key.name, value)]
    let others = Companions.elsewhere["\(path)=\(value)"] ?? []
    var example = ExampleSpec()
    for other in others {
      if other.path.hasPrefix("dataset.") { example.set("dataset.name", "mnist") }
      example.set(other.path, other.value)
    }
    switch home {
    case "eval.attacks":
      example.set("eval.attacks", "- \(ExampleValue.mapping(entries))")
      if key.name != "name" { commands = [Self.quoted("eval.attacks.0.\(key.name)=\(value)")] }
    case "architecture.layers":
      example.set(home, LayerExample.lines(of: key.name, Self.layer(key.name, value)))
    case _ where home.hasPrefix("architecture.layers."):
      let layer = String(home.dropFirst("architecture.layers.".count))
      let item = "\(layer): \(ExampleValue.mapping(entries))"
      example.set("architecture.layers", LayerExample.lines(of: layer, item))
    default:
      for (name, value) in entries { example.set(home.isEmpty ? name : "\(home).\(name)", value) }
      // Specs have a dataset and a training method; all else a key needs is set with it.
      let isThere =
        ["dataset", "adversarial"].contains(home)
        && !DatasetSettings.placeKeys.contains(key.name)
      let needed = companions.filter { !(isThere && Companions.naming.contains($0.key)) }
        .map { ("\(home).\($0.key)", $0.value) }
      commands = Self.commands(path, key, value, others + needed)
    }
    spec = example.lines
  }

  /// A section by two of its keys, those that must be given first.
  init(_ section: Section) {
    if let written = WrittenExample.lines(section.name, value: nil) {
      spec = written
      return
    }
    let required = section.keys.filter { $0.defaultValue == .required }
    let plain = section.keys.filter { key in
      key.defaultValue != .required && key.schema != .text
        && (!"\(key.schema)".contains("mapping")
          || ExampleValue.isWritten("\(section.name).\(key.name)"))
    }
    let shown = (required + plain).prefix(max(2, required.count))
    var example = ExampleSpec()
    if section.name == "eval.attacks" {
      let entries = shown.map { ($0.name, ExampleValue.of($0, at: "\(section.name).\($0.name)")) }
      example.set(section.name, "- \(ExampleValue.mapping(entries))")
    } else {
      for key in shown {
        let path = "\(section.name).\(key.name)"
        example.set(path, ExampleValue.of(key, at: path))
      }
    }
    spec = example.lines
  }

  /// `flatten`, or a layer with its settings.
  private static func layer(_ word: String, _ value: String) -> String {
    value == "{}" ? word : "\(word): \(value)"
  }

  // MARK: On the command line

  /// - Parameter needed: What is to be set, too: paths and values.
  private static func commands(
    _ path: String, _ key: KeyDescription, _ value: String,
    _ needed: [(path: String, value: String)]
  ) -> [String] {
    guard OverrideKeys.all.contains(path), !value.hasPrefix("{"), !value.hasPrefix("- ") else {
      return []
    }
    let short = shortest(path)
    let set = (needed + [(path, value)]).map { quoted("\(shortest($0.path))=\($0.value)") }
      .joined(separator: " ")
    guard needed.isEmpty, OverrideKeys.canSweep(path), !value.hasPrefix("["),
      case .value(let other) = key.defaultValue, other != value
    else { return [set] }
    return [set, "--sweep \(short)=\(other),\(value)"]
  }

  /// The shortest end of a path that means nothing else.
  private static func shortest(_ path: String) -> String {
    let parts = path.split(separator: ".")
    let ends = parts.indices.reversed().map { parts[$0...].joined(separator: ".") }
    return ends.first { LanguageIndex.shared.count(ofSuffix: $0) == 1 } ?? path
  }

  /// For the shell.
  private static func quoted(_ argument: String) -> String {
    argument.contains { " {}[]".contains($0) } ? "'\(argument)'" : argument
  }
}
