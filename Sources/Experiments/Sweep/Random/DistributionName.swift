import Settings

/// The distributions a spec may name, in W&B's words.
enum DistributionName: String, CaseIterable, Sendable {
  case uniform
  case logUniformValues = "log_uniform_values"
  case intUniform = "int_uniform"
  case qUniform = "q_uniform"
  case normal
  case categorical
  case constant

  /// The keys that say more about it.
  var keys: [String] {
    switch self {
    case .uniform, .logUniformValues, .intUniform: ["min", "max"]
    case .qUniform: ["min", "max", "q"]
    case .normal: ["mu", "sigma"]
    case .categorical: ["values", "probabilities"]
    case .constant: ["value"]
    }
  }

  /// One line, without a full stop.
  private var summary: String {
    switch self {
    case .uniform: "a number between `min` and `max`, all equally likely"
    case .logUniformValues:
      "a number between `min` and `max` whose logarithm is uniform: every power of ten is equally"
        + " likely"
    case .intUniform: "a whole number from `min` to `max`, all equally likely"
    case .qUniform: "a multiple of `q` between `min` and `max`, all equally likely"
    case .normal: "a number of the normal distribution with mean `mu` and deviation `sigma`"
    case .categorical: "one of `values`"
    case .constant: "always `value`"
    }
  }

  /// The word with its keys, of which those without a default must be given.
  var word: SectionWord {
    SectionWord(
      text: rawValue, summary: summary,
      keys: DistributionSection.keys.filter { keys.contains($0.name) }.map { key in
        guard key.name != "probabilities", key.defaultValue == .words("none") else { return key }
        var required = key
        required.defaultValue = .required
        return required
      })
  }
}
