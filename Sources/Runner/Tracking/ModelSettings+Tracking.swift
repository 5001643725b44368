internal import Experiments
internal import Settings
internal import Tracking

extension ModelSettings {
  /// The settings by their paths in a spec, with every default: `hparams.optimizer.name`.
  ///
  /// - Parameter work: The training, which says what it was trained on; `nil` where it is not stored.
  func tracked(as work: StageWork?) -> [TrackedSetting] {
    var lines: [TrackedSetting] = []
    if case .train(let work) = work {
      lines.add("dataset.name", .text(work.dataset.name.rawValue))
      lines.add("dataset.train_limit", work.dataset.trainLimit.map { .integer($0) })
      lines.add("dataset.validation_split", work.dataset.validationSplit.map { .number($0) })
    }
    switch architecture.form {
    case .hparams(let network): lines.add("architecture", network.lines)
    case .layers(let layers):
      lines.add("architecture.layers", .list(layers.map { .text($0.layer.word) }))
    }
    lines.add("hparams", training.lines)
    lines.add("adversarial.method", .text(adversarial.word))
    lines.add("adversarial", adversarial.settings.lines)
    return lines
  }
}

extension [TrackedSetting] {
  fileprivate mutating func add(_ section: String, _ lines: [SettingLine]) {
    for line in lines { add("\(section).\(line.name)", line.value) }
  }

  /// Adds a setting that has a value.
  fileprivate mutating func add(_ name: String, _ value: SettingValue?) {
    switch value {
    case nil, .null: break
    case .section(let lines): add(name, lines)
    case .choice(let word, let lines):
      append(TrackedSetting("\(name).name", word))
      add(name, lines)
    case .text(let text): append(TrackedSetting(name, text))
    case .some(let value): append(TrackedSetting(name, value.yaml))
    }
  }
}
