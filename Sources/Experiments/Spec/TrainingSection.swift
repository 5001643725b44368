import YAML

/// `hparams:`.
enum TrainingSection {
  static let batchSize = Key(
    "batch_size", .integer(1...1_000_000), default: 32, "examples of one training step")
  static let epochs = Key(
    "epochs", .integer(1...1_000_000), default: 5, "passes over the training examples")
  static let optimizer = KeyDescription(
    name: "optimizer",
    schema: .either([OptimizerSection.type.schema, .section("hparams.optimizer")]),
    defaultValue: .value("adam"), summary: "a name, or a mapping with `name` and its settings")
  static let learningRate = Key(
    "learning_rate", .number(.positive), default: 0.001, "the optimizer's step")
  static let weightDecay = OptionalKey(
    "weight_decay", .number(.nonNegative), .words("0.004 for `adamw`, else 0"),
    "the share of itself, times the learning rate, that each weight loses in a step")

  static let section = Section(
    "hparams", "how a model is trained",
    keys: [
      batchSize.description, epochs.description, optimizer, learningRate.description,
      weightDecay.description,
    ],
    later: ["schedule", "label_smoothing", "early_stopping", "checkpoint_every"])

  static func decode(
    _ node: Node?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> TrainingSettings {
    let reader = SectionReader(section, node, fallbackRange: document, diagnostics)
    let (name, optimizer) = OptimizerSection.decode(reader.node(optimizer.name), diagnostics)
    let decay = reader.value(weightDecay) ?? (name == .adamw ? OptimizerSection.decayOfAdamW : 0)
    return TrainingSettings(
      batchSize: reader.value(batchSize), epochs: reader.value(epochs), optimizer: optimizer,
      learningRate: reader.value(learningRate), weightDecay: decay > 0 ? decay : nil)
  }
}
