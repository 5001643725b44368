import Settings
import YAML

/// `hparams:`.
enum TrainingSection {
  static let section = Section("hparams", "how models are trained", keys: TrainingSettings.keys)

  /// - Parameter hasValidation: Whether the dataset is split; `nil` where it cannot be read.
  static func decode(
    _ node: Node?, hasValidation: Bool?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> TrainingSettings {
    var context = SettingContext()
    context.hasValidation = hasValidation
    context.epochs = epochs(node)
    return TrainingSettings(
      reading: SectionReader(
        section, node, fallbackRange: document, context: context, diagnostics))
  }

  /// What warm-up must leave something of; `nil` where it is wrong, which is reported later.
  private static func epochs(_ node: Node?) -> Int? {
    guard let given = node?["epochs"], !given.isNull else { return TrainingSettings().epochs }
    return SettingType<Int>.integer(1...).decode(given, "epochs", Diagnostics())
  }
}

/// `hparams.optimizer:` as a mapping.
enum OptimizerSection {
  static let section = Section(
    "hparams.optimizer", "an optimizer with its settings",
    keys: [.word(of: Optimizer.self, "name", "the optimizer")] + Optimizer.keys,
    words: SectionWord.words(of: Optimizer.self))
}

/// `hparams.schedule:` as a mapping.
enum ScheduleSection {
  static let section = Section(
    "hparams.schedule", "how the learning rate changes",
    keys: [.word(of: ScheduleShape.self, "name", "the schedule")] + ScheduleShape.keys
      + Schedule.keys,
    words: SectionWord.words(of: ScheduleShape.self) { _ in Schedule.keys })
}

/// `hparams.early_stopping:`.
enum EarlyStoppingSection {
  static let section = Section(
    EarlyStopping.section, "when training stops early", keys: EarlyStopping.keys)
}

extension KeyDescription {
  /// The key that says the word of a choice.
  static func word<Chosen: Choice>(
    of type: Chosen.Type, _ name: String, _ summary: String
  ) -> KeyDescription {
    KeyDescription(
      name: name, schema: .choice(Chosen.words),
      defaultValue: Chosen.standard.map { .value($0.word) } ?? .required, summary: summary)
  }
}
