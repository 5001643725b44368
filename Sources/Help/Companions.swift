import Settings
import Experiments

/// What must stand beside a key so that it means something.
enum Companions {
  /// Keys that hold the word of their section.
  static let naming: Set<String> = ["name", "method"]

  /// In the same section: the word that a key is a setting of, and keys that must be given.
  static func of(
    _ key: KeyDescription, at path: String, _ value: String, in section: Section?
  ) -> [(key: String, value: String)] {
    guard let section, !section.name.isEmpty else { return [] }
    let isLayer = section.name.hasPrefix("architecture.layers.")
    var entries: [(key: String, value: String)] = []
    let name = isLayer ? nil : section.keys.first { naming.contains($0.name) }
    if let name, name.name != key.name {
      entries.append((name.name, word(of: name, for: key, at: path, in: section)))
    }
    let word = name.flatMap { $0.name == key.name ? value : entries.first?.value }
    let chosen = section.words.first { $0.text == word }
    // Other keys in place of one that must be given come with those that they need.
    let own = beside["\(path)=\(value)"] ?? beside[path] ?? []
    let given = Set(entries.map(\.key) + own.map(\.key) + [key.name])
    let required = (chosen?.keys ?? section.keys)
      .filter { $0.defaultValue == .required && !given.contains($0.name) }
      .map { (key: $0.name, value: ExampleValue.of($0, at: "\(section.name).\($0.name)")) }
    return entries + required + own + files(key, section)
  }

  /// The word whose setting a key is: of several, the one with the fewest that must be given.
  private static func word(
    of naming: KeyDescription, for key: KeyDescription, at path: String, in section: Section
  ) -> String {
    if let word = words[path] { return word }
    func required(_ word: SectionWord) -> Int {
      word.keys.count { $0.defaultValue == .required && $0.name != key.name }
    }
    let owners = section.words.filter { $0.keys.contains { $0.name == key.name } }
    let standard =
      if case .value(let word) = naming.defaultValue { word } else { "" }
    if owners.contains(where: { $0.text == standard }) { return standard }
    if let owner = owners.min(by: { required($0) < required($1) }) { return owner.text }
    return standard.isEmpty ? ExampleValue.of(naming, at: "") : standard
  }

  /// Words that tell more than the first with the key.
  private static let words = ["dataset.path": "files"]

  /// All four files of own arrays are given, or none.
  private static func files(
    _ key: KeyDescription, _ section: Section
  ) -> [(key: String, value: String)] {
    guard DatasetSettings.fileKeys.contains(key.name) else { return [] }
    return section.keys
      .filter { DatasetSettings.fileKeys.contains($0.name) && $0.name != key.name }
      .map { ($0.name, ExampleValue.of($0, at: "dataset.\($0.name)")) }
  }

  /// Keys of the same section without which a key, or a word, has no effect.
  private static let beside: [String: [(key: String, value: String)]] = [
    "dataset.name=files": [("path", "data.npz")],
    "adversarial.pgd_epsilon": [("adv_step_size", "0.05"), ("pgd_iterations", "4")],
    "dataset.validation_shuffle": [("validation_split", "0.1")],
    "hparams.optimizer.nesterov": [("momentum", "0.9")],
    "hparams.schedule.name=step": [("step_size_epochs", "2")],
    "hparams.schedule.name=exponential": [("decay_epochs", "2")],
    "hparams.schedule.gamma": [("step_size_epochs", "2")],
    "hparams.schedule.decay_rate": [("decay_epochs", "2")],
    "hparams.schedule.staircase": [("decay_epochs", "2")],
    "hparams.schedule.warmup_start_factor": [("warmup_epochs", "2")],
    "eval.attacks.l1_steps": [("norm", "l1")],
    "eval.attacks.larger_epsilons": [("norm", "l1")],
  ]

  /// Keys of other sections without which a word has no effect: paths and values.
  static let elsewhere: [String: [(path: String, value: String)]] = {
    let split = [(path: "dataset.validation_split", value: "0.1")]
    let monitor = "hparams.early_stopping.monitor"
    return [
      "\(monitor)=val_loss": split, "\(monitor)=val_sparse_categorical_accuracy": split,
    ]
  }()
}
