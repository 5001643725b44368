/// `hparams:`.
package struct TrainingSettings: SectionSettings {
  package var batchSize = 32
  package var epochs = 5
  package var optimizer = Optimizer(Adam())
  package var learningRate = 0.001
  /// `nil` where the rate stays as it is.
  package var schedule: Schedule?
  package var weightDecay = 0.0
  package var labelSmoothing = 0.0
  /// `nil` where all epochs are trained.
  package var earlyStopping: EarlyStopping?
  /// In epochs; `nil` where only the last weights are kept.
  package var checkpointEvery: Int?

  package init() {}

  package static let fields: [Field<TrainingSettings>] = [
    Field(\.batchSize, "batch_size", .integer(1...1_000_000), "examples per training step"),
    Field(\.epochs, "epochs", .integer(1...1_000_000), "passes over the training examples"),
    Field(
      \.optimizer, "optimizer", .choice("hparams.optimizer"),
      "a name, or a mapping with `name` and its settings"),
    Field(
      \.learningRate, "learning_rate", .number(.positive),
      "the learning rate (step size) of the optimizer"),
    Field(
      \.schedule, "schedule", .choosing("hparams.schedule"),
      "how the learning rate changes: a name, or a mapping with `name` and its settings",
      absent: "constant"),
    Field(
      \.weightDecay, "weight_decay", .number(.nonNegative),
      "decoupled weight decay: each step subtracts `weight_decay` × learning rate × weight",
      default: "0.004 for `adamw`, else 0", rule: .unlessDefault),
    Field(
      \.labelSmoothing, "label_smoothing", .number(.unitBelowOne),
      "fraction of the target that is spread evenly over all classes, in training",
      rule: .unlessDefault),
    Field(
      \.earlyStopping, "early_stopping", EarlyStopping.type,
      "when training stops early", absent: "none"),
    // Not the numbers but the files differ: what was stored without them lacks them.
    Field(
      \.checkpointEvery, "checkpoint_every", .integer(1...1_000_000),
      "also keep the weights of every n-th epoch", default: "only the last weights"),
  ]
}

extension TrainingSettings {
  package mutating func complete(_ reader: any SettingsReader) {
    if schedule?.isConstant == true { schedule = nil }
    let word = reader.source("optimizer")?.chosenWord
    if word == Optimizer.adamW, reader.source("weight_decay") == nil {
      weightDecay = Optimizer.decayOfAdamW
    }
  }
}
