import YAML

/// The paths that a sweep may vary.
struct SweepPaths {
  private var keys: [String: [String]] = [:]
  private var ordered: [String] = []
  private let models: [String]

  init(models: [String]) {
    self.models = models
    let trained: [Section] = [
      ArchitectureSection.section, TrainingSection.section, OptimizerSection.section,
      ScheduleSection.section, EarlyStoppingSection.section, AdversarialSection.section,
    ]
    for section in [DatasetSection.section, EvaluationSection.section] + trained {
      for key in section.keys { add(section, key, below: []) }
    }
    for model in models {
      for section in trained {
        for key in section.keys { add(section, key, below: ["models", model]) }
      }
    }
  }

  private mutating func add(_ section: Section, _ key: KeyDescription, below prefix: [String]) {
    let components = prefix + section.name.split(separator: ".").map(String.init) + [key.name]
    let path = components.joined(separator: ".")
    guard SweepPaths.refusals[path] == nil else { return }
    keys[path] = components
    ordered.append(path)
  }

  /// Paths of the language that a sweep cannot vary, with the reason.
  private static let refusals = [
    "dataset.name": "a plan is made for one data set; write a spec for each",
    "dataset.path": "a plan is made for one data set; write a spec for each",
    "dataset.train_images": "a plan is made for one data set; write a spec for each",
    "dataset.train_labels": "a plan is made for one data set; write a spec for each",
    "dataset.test_images": "a plan is made for one data set; write a spec for each",
    "dataset.test_labels": "a plan is made for one data set; write a spec for each",
    "dataset.fallback": "a plan is made for one data set",
    "architecture.input_shape": "it is that of the data set",
    "architecture.num_classes": "it is that of the data set",
    "eval.attacks": "list every attack under `eval.attacks`: each has rows of its own",
    "seeds": "seeds are never an axis; list them under `seeds`",
    "experiment": "it names the folder of results",
    "extends": "it is read before the sweep",
    "compare": "it is about the whole table",
    "sweep": "it is the sweep itself",
  ]

  /// The keys of a path from the document's root, or `nil` after reporting it.
  func keys(of path: String, _ node: Node, _ diagnostics: Diagnostics) -> [String]? {
    if let keys = keys[path] ?? keysOfLayer(path) { return keys }
    let shown = Scalar(path).excerpt
    let first = path.prefix { $0 != "." }
    if let why = SweepPaths.refusals[path] ?? SweepPaths.refusals[String(first)] {
      diagnostics.error(.unknownPath, "`\(shown)` cannot be swept: \(why)", at: node.range)
      return nil
    }
    diagnostics.error(
      .unknownPath, "the spec has no path `\(shown)` to sweep", at: node.range,
      suggestion: suggestion(for: path))
    return nil
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

  /// What is wrong with a path.
  struct Unknown: Error {
    var message: String
    var suggestion: String
  }

  /// The paths that a condition may read.
  var readable: [String] { ordered + ["dataset.name", "dataset.fallback"] }

  /// The keys of a path that a condition reads: a whole path, or the end of only one.
  func reading(_ path: String) -> Result<[String], Unknown> {
    if let keys = keys[path] ?? keysOfLayer(path) { return .success(keys) }
    if path == "dataset.name" || path == "dataset.fallback" {
      return .success(path.split(separator: ".").map(String.init))
    }
    let shown = Scalar(path).excerpt
    let whole = ordered.filter { $0.hasSuffix("." + path) && !$0.hasPrefix("models.") }
    if whole.count == 1, let keys = keys[whole[0]] { return .success(keys) }
    if whole.count > 1 {
      return .failure(
        Unknown(
          message: "`\(shown)` may be \(whole.map { "`\($0)`" }.joined(separator: " or "))",
          suggestion: "write more of the path"))
    }
    let first = String(path.prefix { $0 != "." })
    if let why = SweepPaths.refusals[path] ?? SweepPaths.refusals[first] {
      return .failure(
        Unknown(message: "a condition cannot read `\(shown)`", suggestion: why))
    }
    if !path.contains("."), Vocabulary.isWord(path) {
      return .failure(
        Unknown(
          message: "`\(shown)` is no path of the spec",
          suggestion: "a text has quotes: `'\(shown)'`"))
    }
    return .failure(
      Unknown(message: "the spec has no path `\(shown)`", suggestion: suggestion(for: path)))
  }

  private func suggestion(for path: String) -> String {
    if path.hasPrefix("models."), !models.contains(where: { path.hasPrefix("models.\($0).") }) {
      return "the models are \(listed(models))"
    }
    let shortened = ordered.filter { $0.hasSuffix("." + path) && !$0.hasPrefix("models.") }
    if !shortened.isEmpty {
      return "write the whole path: \(shortened.map { "`\($0)`" }.joined(separator: " or "))"
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
