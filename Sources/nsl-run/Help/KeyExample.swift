import Settings
import Experiments

/// How a key or a word is written: in a spec, and on the command line.
struct KeyExample {
  /// Lines of YAML.
  private(set) var spec: [String]
  /// Arguments behind a spec; none where the command line cannot set it.
  private(set) var commands: [String] = []

  /// - Parameters:
  ///   - path: Of the key, whole.
  ///   - value: Another value than one made from the declaration.
  init(_ path: String, _ key: KeyDescription, value: String? = nil) {
    let value = value ?? ExampleValue.of(key, at: path)
    let parts = path.split(separator: ".").map(String.init)
    let home = parts.dropLast().joined(separator: ".")
    let section = LanguageIndex.shared.entries(named: home).first { $0.path == home }?.section
    let companions = Self.companions(of: key, at: path, in: section)
    // A name comes first.
    let entries =
      key.name == "name" ? [(key.name, value)] + companions : companions + [(key.name, value)]
    switch home {
    case "eval.attacks":
      spec = Self.block(["eval", "attacks"], ["- \(ExampleValue.mapping(entries))"])
      if key.name != "name" { commands = [Self.quoted("eval.attacks.0.\(key.name)=\(value)")] }
    case "architecture.layers":
      spec = Self.block(["architecture", "layers"], ["- \(key.name): \(value)"])
    case _ where home.hasPrefix("architecture.layers."):
      let layer = "- \(parts[2]): \(ExampleValue.mapping(entries))"
      spec = Self.block(["architecture", "layers"], [layer])
    case "sweep.random.parameters.PATH":
      let parameter = "  hparams.learning_rate: \(ExampleValue.mapping(entries))"
      spec = Self.block(["sweep", "random"], ["samples: 20", "parameters:", parameter])
    case "sweep.range":
      let range = "adversarial.adv_step_size: \(ExampleValue.mapping(entries))"
      spec = Self.block(["sweep", "grid"], [range])
    default:
      spec = Self.block(parts.dropLast().map(Self.plain), entries.map { "\($0.key): \($0.value)" })
      // An optimizer's settings need that optimizer, and a file of one's own the others.
      let needed =
        home.hasPrefix("hparams.") || Self.ownFiles.contains(key.name) ? companions : []
      commands = Self.commands(path, key, value, needed.map { ("\(home).\($0.key)", $0.value) })
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
    spec = Self.block(section.name.split(separator: ".").map { Self.plain(String($0)) }, lines)
  }

  // MARK: In a spec

  /// What must stand beside a key: the word that it is a setting of, and keys that must be given.
  private static func companions(
    of key: KeyDescription, at path: String, in section: Section?
  ) -> [(key: String, value: String)] {
    guard let section, !section.name.isEmpty, !alone.contains(path) else { return [] }
    var entries: [(key: String, value: String)] = []
    let naming = section.keys.first { ["name", "method"].contains($0.name) }
    if let naming, naming.name != key.name, !path.hasPrefix("architecture.layers.") {
      entries.append((naming.name, word(of: naming, for: key, at: path, in: section)))
    }
    let given = Set(entries.map(\.key) + [key.name])
    let chosen = section.words.first { $0.text == entries.first?.value }
    entries += (chosen?.keys ?? section.keys)
      .filter { $0.defaultValue == .required && !given.contains($0.name) }
      .map { ($0.name, ExampleValue.of($0, at: "\(section.name).\($0.name)")) }
    if ownFiles.contains(key.name) {
      entries += section.keys.filter { ownFiles.contains($0.name) && $0.name != key.name }
        .map { ($0.name, ExampleValue.of($0, at: "dataset.\($0.name)")) }
    }
    return entries + (needed[path] ?? [])
  }

  /// The word whose setting a key is: of several, the one with the fewest that must be given.
  private static func word(
    of naming: KeyDescription, for key: KeyDescription, at path: String, in section: Section
  ) -> String {
    if let word = words[path] { return word }
    let owners = section.words.filter { $0.keys.contains { $0.name == key.name } }
    func required(_ word: SectionWord) -> Int {
      word.keys.count { $0.defaultValue == .required && $0.name != key.name }
    }
    if let owner = owners.min(by: { required($0) < required($1) }) { return owner.text }
    if case .value(let word) = naming.defaultValue { return word }
    return ExampleValue.of(naming, at: "")
  }

  /// Words of sections that do not declare them.
  private static let words = [
    "dataset.path": "files"
  ]

  /// All of them are given, or none.
  private static let ownFiles: Set<String> = [
    "train_images", "train_labels", "test_images", "test_labels",
  ]

  /// Keys that stand for a whole section.
  private static let alone: Set<String> = ["sweep.range.values", "sweep.range.value"]

  /// Keys without which a key has no effect.
  private static let needed: [String: [(key: String, value: String)]] = [
    "hparams.optimizer.nesterov": [("momentum", "0.9")],
    "hparams.schedule.gamma": [("step_size_epochs", "2")],
    "hparams.schedule.decay_rate": [("decay_epochs", "2")],
    "hparams.schedule.staircase": [("decay_epochs", "2")],
    "hparams.schedule.warmup_start_factor": [("warmup_epochs", "2")],
    "dataset.validation_shuffle": [("validation_split", "0.1")],
    "sweep.range.min": [("count", "5")], "sweep.range.max": [("count", "5")],
    "sweep.range.scale": [("count", "5")],
    "sweep.random.parameters.PATH.distribution": [("min", "0.001"), ("max", "0.1")],
    "sweep.random.parameters.PATH.min": [("max", "0.1")],
    "sweep.random.parameters.PATH.max": [("min", "0.001")],
    "sweep.random.parameters.PATH.q": [
      ("distribution", "q_uniform"), ("min", "0.001"), ("max", "0.1"),
    ],
    "sweep.random.parameters.PATH.mu": [("distribution", "normal"), ("sigma", "0.001")],
    "sweep.random.parameters.PATH.sigma": [("distribution", "normal"), ("mu", "0.01")],
    "sweep.random.parameters.PATH.probabilities": [("values", "[0.001, 0.01]")],
  ]

  /// An example of a name that the user chooses.
  private static func plain(_ part: String) -> String {
    ["NAME": "my-model", "METRIC": "accuracy", "PATH": "hparams.learning_rate"][part] ?? part
  }

  private static func block(_ path: [String], _ lines: [String]) -> [String] {
    let indent = String(repeating: "  ", count: path.count)
    return path.enumerated().map { String(repeating: "  ", count: $0) + $1 + ":" }
      + lines.map { indent + $0 }
  }

  // MARK: On the command line

  /// Sections whose settings may vary from run to run.
  private static let swept: Set<String> = ["dataset", "architecture", "hparams", "adversarial"]

  /// - Parameter needed: What is to be set, too: paths and values.
  private static func commands(
    _ path: String, _ key: KeyDescription, _ value: String,
    _ needed: [(path: String, value: String)]
  ) -> [String] {
    guard OverrideKeys.all.contains(path), !value.hasPrefix("{") else { return [] }
    let short = shortest(path)
    let set = (needed + [(path, value)]).map { quoted("\(shortest($0.path))=\($0.value)") }
      .joined(separator: " ")
    guard needed.isEmpty, swept.contains(path.prefix { $0 != "." }.description),
      !value.hasPrefix("["),
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
