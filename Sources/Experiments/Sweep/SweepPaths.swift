import PlainText
import Settings
import YAML

/// The paths that a sweep may vary.
struct SweepPaths: ConditionNames {
  /// A path that was found.
  struct Path {
    /// From the document's root; attacks by their positions.
    var keys: [String]
    /// As people read it; attacks by their labels.
    var names: [String]
  }

  private var keys: [String: [String]] = [:]
  private var ordered: [String] = []
  private let models: [String]
  private let attacks: AttackPaths

  /// - Parameters:
  ///   - root: The document, for its attacks.
  ///   - models: Those that the document names.
  init(_ root: Node, models: [String]) {
    self.models = models
    attacks = AttackPaths(root)
    for section in SweepPaths.sections {
      for key in section.keys { add(section, key.name, below: []) }
    }
    for below in [[]] + models.map({ ["models", $0] }) {
      // Whole sections, too: to compare methods.
      for key in ModelsSection.section.keys { add(DocumentSection.section, key.name, below: below) }
      for section in below.isEmpty ? [] : SweepPaths.trained {
        for key in section.keys { add(section, key.name, below: below) }
      }
    }
    for item in attacks.items {
      for setting in item.settings where !AttackPaths.fixed.contains(setting) {
        let path = AttackPaths.names(item, setting).joined(separator: ".")
        keys[path] = AttackPaths.keys(item, setting)
        ordered.append(path)
      }
    }
  }

  private mutating func add(_ section: Section, _ key: String, below prefix: [String]) {
    let components = prefix + section.name.split(separator: ".").map(String.init) + [key]
    let path = components.joined(separator: ".")
    guard SweepPaths.refusals[path] == nil else { return }
    keys[path] = components
    ordered.append(path)
  }

  /// The sections of a model.
  private static let trained = [
    ArchitectureSection.section, TrainingSection.section, OptimizerSection.section,
    ScheduleSection.section, EarlyStoppingSection.section, AdversarialSection.section,
  ]
  private static let sections = [DatasetSection.section, EvaluationSection.section] + trained

  private static let oneDataset = "a plan is made for one dataset; write a spec for each"

  /// Paths of the language that a sweep cannot vary, with the reason.
  private static let refusals = [
    "dataset": oneDataset, "dataset.name": oneDataset, "dataset.path": oneDataset,
    "dataset.train_images": oneDataset, "dataset.train_labels": oneDataset,
    "dataset.test_images": oneDataset, "dataset.test_labels": oneDataset,
    "dataset.fallback": oneDataset,
    "architecture.input_shape": "it is given by the dataset",
    "architecture.num_classes": "it is given by the dataset",
    "eval.attacks": "list every attack under `eval.attacks`: each has rows of its own",
    "seeds": "every point is run with all seeds; list them under `seeds`",
    "experiment": "it names the folder of results",
    "extends": "it is read before the sweep",
    "compare": "it is about the whole table",
    "description": "it describes the whole experiment", "tags": "they label the whole experiment",
    "sweep": "it is the sweep itself",
    "launcher": "it says where stages run, not what they compute",
    "retries": "it says what becomes of stages that crash, not what they compute",
    "timeout": "it says how long stages may take, not what they compute",
    "threads": "it says how many share a stage, not what it computes",
  ]

  /// Whether a sweep may vary a path of the language that has no name of the user's.
  static func canVary(_ path: String) -> Bool {
    let name = path.split(separator: ".").last.map(String.init) ?? ""
    let home = path.split(separator: ".").dropLast().joined(separator: ".")
    return refusals[path] == nil
      && (ModelsSection.section.names.contains(path)
        || sections.contains { $0.name == home && $0.names.contains(name) })
  }

  /// A path, or `nil` after reporting what is wrong with it, here or elsewhere.
  func path(_ path: String, _ node: Node, _ diagnostics: Diagnostics) -> Path? {
    if let (name, setting) = AttackPaths.parts(path), let item = attack(name, setting) {
      return Path(
        keys: AttackPaths.keys(item, setting), names: AttackPaths.names(item, setting))
    }
    if let keys = keys[path] ?? keysOfLayer(path) { return Path(keys: keys, names: keys) }
    let shown = Scalar(path).excerpt
    let first = path.prefix { $0 != "." }
    if let why = SweepPaths.refusals[path] ?? SweepPaths.refusals[String(first)] {
      diagnostics.error(.unknownPath, "`\(shown)` cannot be swept: \(why)", at: node.range)
      return nil
    }
    if let (_, setting) = AttackPaths.parts(path), AttackPaths.fixed.contains(setting) {
      diagnostics.error(
        .unknownPath, "`\(shown)` cannot be swept: \(SweepPaths.refusals["eval.attacks"] ?? "")",
        at: node.range)
      return nil
    }
    // That the attacks are wrong is said where they stand.
    if attacks.isBroken, AttackPaths.parts(path) != nil { return nil }
    if let problem = attacks.problem(with: path) {
      diagnostics.error(
        .unknownPath, problem.message, at: node.range, suggestion: problem.suggestion)
      return nil
    }
    diagnostics.error(
      .unknownPath, "the spec has no path `\(shown)` to sweep", at: node.range,
      suggestion: suggestion(for: path))
    return nil
  }

  /// The only attack of that name, where it has such a setting.
  private func attack(_ name: String, _ setting: String) -> AttackPaths.Item? {
    let found = attacks.items(name)
    guard found.count == 1, found[0].settings.contains(setting),
      !AttackPaths.fixed.contains(setting)
    else { return nil }
    return found[0]
  }

  /// The keys of a path to a setting of a layer, which the layer's name leads to.
  private func keysOfLayer(_ path: String) -> [String]? {
    let list = ["architecture", ArchitectureSection.layers.name]
    let starts = [list] + models.map { ["models", $0] + list }
    for start in starts {
      let prefix = start.joined(separator: ".") + "."
      guard path.hasPrefix(prefix), let dot = path.lastIndex(of: ".") else { continue }
      let setting = String(path[path.index(after: dot)...])
      let name = path[..<dot].dropFirst(prefix.count)
      guard !name.isEmpty, LayerSection.addressable.contains(setting) else { return nil }
      return start + [String(name), setting]
    }
    return nil
  }

  /// The paths that a condition may read.
  var readable: [String] { ordered + ["dataset.name", "dataset.fallback"] }

  /// The keys of a path that a condition reads: a whole path, or the end of only one.
  func reading(_ path: String) -> Result<[String], UnknownName> {
    if let keys = keys[path] ?? keysOfLayer(path) { return .success(keys) }
    if path == "dataset.name" || path == "dataset.fallback" {
      return .success(path.split(separator: ".").map(String.init))
    }
    if let (name, setting) = AttackPaths.parts(path), let item = attack(name, setting) {
      return .success(AttackPaths.keys(item, setting))
    }
    let shown = Scalar(path).excerpt
    let whole = ordered.filter { $0.hasSuffix("." + path) && !$0.hasPrefix("models.") }
    if whole.count == 1, let keys = keys[whole[0]] { return .success(keys) }
    if whole.count > 1 {
      return .failure(
        UnknownName(
          message: "`\(shown)` may mean \(whole.map { "`\($0)`" }.joined(separator: " or "))",
          suggestion: "write the whole path"))
    }
    let first = String(path.prefix { $0 != "." })
    if let why = SweepPaths.refusals[path] ?? SweepPaths.refusals[first] {
      return .failure(
        UnknownName(message: "a condition cannot read `\(shown)`", suggestion: why))
    }
    if !path.contains("."), Vocabulary.isWord(path) {
      return .failure(
        UnknownName(
          message: "`\(shown)` is not a path of the spec",
          suggestion: "a string needs quotes: `'\(shown)'`"))
    }
    return .failure(
      UnknownName(message: "the spec has no path `\(shown)`", suggestion: suggestion(for: path)))
  }

  /// `eval.attacks.0.epsilon` for `eval.attacks[0].epsilon`, and `hparams.epochs` for
  /// `hparams/epochs`; `nil` where there are neither brackets nor slashes.
  static func withDots(_ path: String) -> String? {
    guard path.contains("[") || path.contains("/") else { return nil }
    let plain = path.replacing("[", with: ".").replacing("/", with: ".")
      .filter { !"]'\"".contains($0) }
    return plain.hasPrefix(".") ? String(plain.dropFirst()) : plain
  }

  private func suggestion(for path: String) -> String {
    if let plain = SweepPaths.withDots(path) { return "write `\(plain)`" }
    if path.hasPrefix("models."), !models.contains(where: { path.hasPrefix("models.\($0).") }) {
      return models.isEmpty
        ? "it has no `models`: write the path without `models.NAME`"
        : "the models are \(listed(models))"
    }
    let shortened = ordered.filter { $0.hasSuffix("." + path) && !$0.hasPrefix("models.") }
    if !shortened.isEmpty {
      return "write the whole path: \(shortened.map { "`\($0)`" }.joined(separator: " or "))"
    }
    let meant = ForeignKeys.paths(path.split(separator: ".").map(String.init))
    if let first = meant.first(where: { keys[$0] != nil }) { return "did you mean `\(first)`?" }
    if AttackSection.section.names.contains(path), !AttackPaths.fixed.contains(path) {
      return "it is a setting of attacks, and no attack of the spec has it"
    }
    // A lone word is a key's name, not the end of a path.
    if path.contains("."), let near = closest(to: path, among: ordered) {
      return "did you mean `\(near)`?"
    }
    let last = path.split(separator: ".").last.map(String.init) ?? path
    let names = ordered.filter { !$0.hasPrefix("models.") }.map { path in
      (path, path.split(separator: ".").last.map(String.init) ?? path)
    }
    if let near = closest(to: last, among: names.map(\.1)),
      let whole = names.first(where: { $0.1 == near })
    {
      return "did you mean `\(whole.0)`?"
    }
    return "write a section and a key, such as `adversarial.adv_step_size`"
  }
}
