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

  static let section = Section(
    "hparams", "how a model is trained",
    keys: [batchSize.description, epochs.description, optimizer, learningRate.description],
    later: ["schedule", "weight_decay", "label_smoothing", "early_stopping", "checkpoint_every"])

  static func decode(
    _ node: Node?, in document: SourceRange, _ diagnostics: Diagnostics
  ) -> TrainingSettings {
    let reader = SectionReader(section, node, fallbackRange: document, diagnostics)
    return TrainingSettings(
      batchSize: reader.value(batchSize), epochs: reader.value(epochs),
      optimizer: OptimizerSection.decode(reader.node(optimizer.name), diagnostics),
      learningRate: reader.value(learningRate))
  }
}

/// The optimizers a spec may name; `momentum` and `nesterov` are names for settings of `sgd`.
enum OptimizerName: String, CaseIterable, Sendable {
  case sgd
  case momentum
  case nesterov
  case adam
}

/// `hparams.optimizer:` as a mapping.
enum OptimizerSection {
  static let type = ValueType<OptimizerName>.choice(
    "optimizer", later: ["rmsprop", "adagrad", "adamw"])

  static let name = Key("name", type, default: .adam, "the optimizer")
  static let momentum = OptionalKey(
    "momentum", .number(.unitBelowOne), .words("0 for `sgd`, 0.9 for `momentum` and `nesterov`"),
    "how much of the last step is kept; not for `adam`")
  static let nesterov = Key(
    "nesterov", .boolean, default: false, "Nesterov's look-ahead; only for `sgd`")
  static let beta1 = Key(
    "beta_1", .number(.unitBelowOne), default: 0.9, "decay of the mean; only for `adam`")
  static let beta2 = Key(
    "beta_2", .number(.unitBelowOne), default: 0.999,
    "decay of the mean square; only for `adam`")
  static let epsilon = Key(
    "epsilon", .number(.positive), default: 1e-7, "added to the root; only for `adam`")

  static let section = Section(
    "hparams.optimizer", "an optimizer with its settings",
    keys: [
      name.description, momentum.description, nesterov.description, beta1.description,
      beta2.description, epsilon.description,
    ])

  private static let settings: [OptimizerName: [String]] = [
    .sgd: ["momentum", "nesterov"], .momentum: ["momentum"], .nesterov: ["momentum"],
    .adam: ["beta_1", "beta_2", "epsilon"],
  ]

  static func decode(_ node: Node?, _ diagnostics: Diagnostics) -> OptimizerSettings {
    let isName = node?.scalar != nil
    if let node, !isName, node.mapping == nil {
      mismatch(node, "optimizer", TrainingSection.optimizer.schema, diagnostics)
    }
    let reader = SectionReader(
      section, node?.mapping == nil ? nil : node, fallbackRange: node?.range, diagnostics)
    var name = OptimizerName.adam
    if let node, isName {
      name = type.decode(node, "optimizer", diagnostics) ?? name
    } else if node?.mapping != nil {
      name = reader.value(Self.name)
    }
    let own = settings[name] ?? []
    reader.accept(
      only: ["name"] + own, suggestion: "its settings are \(listed(own))"
    ) { "`\($0)` is not a setting of \(name.rawValue)" }
    return settings(of: name, reader)
  }

  private static func settings(
    of name: OptimizerName, _ reader: SectionReader
  ) -> OptimizerSettings {
    let momentum = reader.value(momentum)
    switch name {
    case .adam:
      return .adam(
        beta1: reader.value(beta1), beta2: reader.value(beta2), epsilon: reader.value(epsilon))
    case .momentum: return .sgd(momentum: momentum ?? 0.9, nesterov: false)
    case .nesterov: return .sgd(momentum: momentum ?? 0.9, nesterov: true)
    case .sgd:
      let nesterov = reader.value(nesterov)
      if nesterov, (momentum ?? 0) == 0 {
        reader.diagnostics.error(
          .conflict, "`nesterov` needs a `momentum` > 0", at: reader.place("nesterov"),
          suggestion: "add `momentum: 0.9`")
      }
      return .sgd(momentum: momentum ?? 0, nesterov: nesterov)
    }
  }
}
