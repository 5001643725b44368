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
  static let schedule = KeyDescription(
    name: "schedule",
    schema: .either([ScheduleSection.type.schema, .section("hparams.schedule")]),
    defaultValue: .value("constant"),
    summary: "how the learning rate changes: a name, or a mapping with `name` and its settings")
  static let weightDecay = OptionalKey(
    "weight_decay", .number(.nonNegative), .words("0.004 for `adamw`, else 0"),
    "the share of itself, times the learning rate, that each weight loses in a step")
  static let labelSmoothing = Key(
    "label_smoothing", .number(.unitBelowOne), default: 0,
    "the share of a label that goes to all classes alike, in training")
  static let earlyStopping = KeyDescription(
    name: "early_stopping",
    schema: .either([.choice(["none"]), .section("hparams.early_stopping")]),
    defaultValue: .value("none"), summary: "when training ends before its last epoch")

  static let checkpointEvery = OptionalKey(
    "checkpoint_every", .integer(1...1_000_000), .words("only the last weights"),
    "the weights of every so many epochs are kept, too")

  static let section = Section(
    "hparams", "how a model is trained",
    keys: [
      batchSize.description, epochs.description, optimizer, learningRate.description,
      schedule, weightDecay.description, labelSmoothing.description,
      earlyStopping, checkpointEvery.description,
    ])

  /// - Parameter hasValidation: Whether the data set is split; `nil` where it cannot be read.
  static func decode(
    _ node: Node?, hasValidation: Bool?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> TrainingSettings {
    let reader = SectionReader(section, node, fallbackRange: document, diagnostics)
    let (name, optimizer) = OptimizerSection.decode(reader.node(optimizer.name), diagnostics)
    let decay = reader.value(weightDecay) ?? (name == .adamw ? OptimizerSection.decayOfAdamW : 0)
    let smoothing = reader.value(labelSmoothing)
    let epochs = reader.known(Self.epochs)
    return TrainingSettings(
      batchSize: reader.value(batchSize), epochs: epochs ?? Self.epochs.fallback,
      optimizer: optimizer,
      learningRate: reader.value(learningRate),
      schedule: ScheduleSection.decode(reader.node(schedule.name), epochs: epochs, diagnostics),
      weightDecay: decay > 0 ? decay : nil, labelSmoothing: smoothing > 0 ? smoothing : nil,
      earlyStopping: EarlyStoppingSection.decode(
        reader.node(earlyStopping.name), hasValidation: hasValidation, diagnostics),
      checkpointEvery: reader.value(checkpointEvery))
  }
}
