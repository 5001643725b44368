import YAML

/// The optimizers a spec may name; `momentum` and `nesterov` are names for settings of `sgd`,
/// `adamw` for `adam` with weight decay.
enum OptimizerName: String, CaseIterable, Sendable {
  case sgd
  case momentum
  case nesterov
  case rmsprop
  case adagrad
  case adam
  case adamw
}

/// `hparams.optimizer:` as a mapping.
enum OptimizerSection {
  static let type = ValueType<OptimizerName>.choice("optimizer")

  /// Keras's default of `AdamW`.
  static let decayOfAdamW = 0.004

  static let name = Key("name", type, default: .adam, "the optimizer")
  static let momentum = OptionalKey(
    "momentum", .number(.unitBelowOne), .words("0.9 for `momentum` and `nesterov`, else 0"),
    "how much of the last step is kept; for `sgd`, `momentum`, `nesterov` and `rmsprop`")
  static let nesterov = Key(
    "nesterov", .boolean, default: false, "Nesterov's look-ahead; only for `sgd`")
  static let rho = Key(
    "rho", .number(.unitBelowOne), default: 0.9, "decay of the mean square; only for `rmsprop`")
  static let centered = Key(
    "centered", .boolean, default: false,
    "divide by the variance, not by the mean square; only for `rmsprop`")
  static let initialAccumulator = Key(
    "initial_accumulator_value", .number(.nonNegative), default: 0.1,
    "where the sum of squares begins; only for `adagrad`")
  static let beta1 = Key(
    "beta_1", .number(.unitBelowOne), default: 0.9,
    "decay of the mean; only for `adam` and `adamw`")
  static let beta2 = Key(
    "beta_2", .number(.unitBelowOne), default: 0.999,
    "decay of the mean square; only for `adam` and `adamw`")
  static let epsilon = Key(
    "epsilon", .number(.positive), default: 1e-7,
    "added to the root, by `rmsprop` and `adagrad` inside of it; not for `sgd`")
  static let amsgrad = Key(
    "amsgrad", .boolean, default: false,
    "divide by the largest mean square so far; only for `adam` and `adamw`")

  static let section = Section(
    "hparams.optimizer", "an optimizer with its settings",
    keys: [
      name.description, momentum.description, nesterov.description, rho.description,
      centered.description, initialAccumulator.description, beta1.description, beta2.description,
      epsilon.description, amsgrad.description,
    ])

  private static let settings: [OptimizerName: [String]] = [
    .sgd: ["momentum", "nesterov"], .momentum: ["momentum"], .nesterov: ["momentum"],
    .rmsprop: ["rho", "momentum", "epsilon", "centered"],
    .adagrad: ["initial_accumulator_value", "epsilon"],
    .adam: ["beta_1", "beta_2", "epsilon", "amsgrad"],
    .adamw: ["beta_1", "beta_2", "epsilon", "amsgrad"],
  ]

  /// The optimizer's name as the spec has it, and what it means.
  static func decode(
    _ node: Node?, _ diagnostics: Diagnostics
  ) -> (name: OptimizerName, settings: OptimizerSettings) {
    let (name, reader, isKnown) = SectionReader.named(
      name, section, node, TrainingSection.optimizer, diagnostics)
    let own = isKnown ? settings[name] ?? [] : section.names
    reader.accept(
      only: ["name"] + own, suggestion: "its settings are \(listed(own))"
    ) { "`\($0)` is not a setting of \(name.rawValue)" }
    return (name, settings(of: name, reader))
  }

  private static func settings(
    of name: OptimizerName, _ reader: SectionReader
  ) -> OptimizerSettings {
    let momentum = reader.value(momentum)
    switch name {
    case .adam, .adamw:
      return .adam(
        beta1: reader.value(beta1), beta2: reader.value(beta2), epsilon: reader.value(epsilon),
        amsgrad: reader.value(amsgrad))
    case .rmsprop:
      return .rmsprop(
        rho: reader.value(rho), momentum: momentum ?? 0, epsilon: reader.value(epsilon),
        centered: reader.value(centered))
    case .adagrad:
      return .adagrad(
        initialAccumulator: reader.value(initialAccumulator), epsilon: reader.value(epsilon))
    case .momentum: return .sgd(momentum: momentum ?? 0.9, nesterov: false)
    case .nesterov: return .sgd(momentum: momentum ?? 0.9, nesterov: true)
    case .sgd:
      let nesterov = reader.value(nesterov)
      let isWrong = momentum == nil && reader.node(Self.momentum.name) != nil
      if nesterov, !isWrong, (momentum ?? 0) == 0 {
        reader.diagnostics.error(
          .conflict, "`nesterov` needs a `momentum` > 0", at: reader.place("nesterov"),
          suggestion: "add `momentum: 0.9`")
      }
      return .sgd(momentum: momentum ?? 0, nesterov: nesterov)
    }
  }
}
