/// From the names of a key's lines to the paths of the settings that they come from.
struct StagePaths: Sendable {
  /// Lines that are not called like their settings.
  private let special: [String: String]
  /// By section in the order in which lines are looked up there, the names of its keys.
  private let sections: [(name: String, keys: Set<String>)]
  /// Lines after which a section comes first: what follows them are settings of their value.
  private let openers: [String: String]

  static let train = StagePaths(
    special: [
      "dataset": "data", "train_limit": "dataset.train_limit",
      "validation_split": "dataset.validation_split",
      "validation_shuffle": "dataset.validation_shuffle", "seed": "seeds",
      "optimizer": "hparams.optimizer", "adversarial": "adversarial.method",
    ],
    families: ["architecture", "hparams", "adversarial"],
    openers: [
      "optimizer": "hparams.optimizer", "schedule": "hparams.schedule",
      "early_stopping": "hparams.early_stopping", "adversarial": "adversarial",
    ])

  static let evaluate = StagePaths(
    special: [
      // The least of `dataset.test_limit`, `eval.limit` and the attack's own.
      "dataset": "data", "examples": "examples", "seed": "seeds", "attack": "eval.attacks.name",
      "clip_min": "eval.attacks.clip[0]", "clip_max": "eval.attacks.clip[1]",
    ],
    families: ["eval"], openers: ["attack": "eval.attacks"])

  private init(special: [String: String], families: [String], openers: [String: String]) {
    self.special = special
    self.openers = openers
    sections = families.flatMap { family in
      Vocabulary.sections
        .filter { $0.name == family || $0.name.hasPrefix(family + ".") }
        .map { ($0.name, Set($0.keys.map(\.name))) }
    }
  }

  /// The path of a line; of one that no section knows, the name as it stands.
  ///
  /// - Parameter section: The section that the lines before it have opened.
  func path(of name: String, section: inout String?) -> String {
    if let opened = openers[name] { section = opened }
    if let path = special[name] { return path }
    // A setting with parts has a line for each: `feature_mask.shape`, `layers[0]`.
    let key = String(name.prefix { $0 != "." && $0 != "[" })
    let opened = sections.filter { $0.name == section }
    for section in opened + sections where section.keys.contains(key) {
      return "\(section.name).\(name)"
    }
    return name
  }
}
