/// Examples that no declaration tells: of sweeps, whose keys hold paths, and of models.
enum WrittenExample {
  /// The lines of an example.
  ///
  /// - Parameter value: The word that it is an example of; `nil` for the key or the section.
  static func lines(_ path: String, value: String?) -> [String]? {
    let text = value.flatMap { texts["\(path)=\($0)"] } ?? (value == nil ? texts[path] : nil)
    return text?.split(separator: "\n").map(String.init)
  }

  private static let texts: [String: String] = [
    "architecture.layers": """
    architecture:
      layers:
        - conv2d: { filters: 32, kernel_size: 3, activation: relu }
        - flatten
        - dense: 10
    """,
    "models": models, "models.NAME": models,
    "models.NAME.architecture": """
    models:
      small: { architecture: { conv_filters: [16, 32] } }
      large: { architecture: { conv_filters: [64, 128] } }
    """,
    "models.NAME.hparams": """
    models:
      short: { hparams: { epochs: 1 } }
      long: { hparams: { epochs: 10 } }
    """,
    "models.NAME.adversarial": models,
    "eval.attacks.source": """
    eval:
      attacks:
        - { name: fgsm, epsilon: 0.1, source: base }
    """,
    "sweep": grid(epochs), "sweep.grid": grid(epochs),
    "sweep.zip": """
    sweep:
      zip:
        hparams.epochs: [1, 5]
        hparams.batch_size: [128, 32]
    """,
    "sweep.list": """
    sweep:
      list:
        - { hparams.epochs: 1 }
        - { hparams.epochs: 5, hparams.batch_size: 128 }
    """,
    "sweep.where": grid(epochs, "hparams.batch_size: [32, 128]")
      + "\n  where: \"hparams.epochs < 5 or hparams.batch_size == 32\"",
    "sweep.section.inherit": section(
      "{ inherit: true, adv_step_size: 0.2 }", "{ inherit: true, adv_grad_norm: linf }"),
    "sweep.section": section("{ label: weak, inherit: true, adv_step_size: 0.05 }", strong),
    "sweep.section.label": section("{ label: weak, method: nsl, adv_step_size: 0.05 }", strong),
    "sweep.range": grid(rate), "sweep.range.min": grid(rate), "sweep.range.max": grid(rate),
    "sweep.range.count": grid(rate), "sweep.range.scale": grid(rate),
    "sweep.range.scale=log": grid(rate),
    "sweep.range.scale=linear": grid(
      "hparams.label_smoothing: { min: 0, max: 0.2, count: 3, scale: linear }"),
    "sweep.range.step": grid("hparams.epochs: { min: 1, max: 9, step: 2 }"),
    "sweep.range.values": grid("hparams.epochs: { values: [1, 5] }"),
    "sweep.range.value": grid("hparams.epochs: { value: 5 }"),
    "sweep.random": random(uniform), "sweep.random.samples": random(uniform),
    "sweep.random.parameters": random(uniform),
    "sweep.random.seed": random(uniform, "seed: 1"),
    "sweep.random.sampler": random(uniform, "sampler: sobol"),
    "sweep.random.sampler=sobol": random(uniform, "sampler: sobol"),
    "sweep.random.sampler=random": random(uniform, "sampler: random"),
    "sweep.random.parameters.PATH": random(logarithmic),
    "sweep.random.parameters.PATH.distribution": random(logarithmic),
    "sweep.random.parameters.PATH.min": random(uniform),
    "sweep.random.parameters.PATH.max": random(uniform),
    "sweep.random.parameters.PATH.q": random(quantized),
    "sweep.random.parameters.PATH.mu": random(normal),
    "sweep.random.parameters.PATH.sigma": random(normal),
    "sweep.random.parameters.PATH.values": random("hparams.batch_size: { values: [32, 64, 128] }"),
    "sweep.random.parameters.PATH.probabilities": random(
      "hparams.batch_size: { values: [32, 128], probabilities: [0.3, 0.7] }"),
    "sweep.random.parameters.PATH.value": random(uniform, below: "hparams.epochs: { value: 10 }"),
    "sweep.random.parameters.PATH.distribution=uniform": random(
      "hparams.learning_rate: { distribution: uniform, min: 0.001, max: 0.1 }"),
    "sweep.random.parameters.PATH.distribution=log_uniform_values": random(logarithmic),
    "sweep.random.parameters.PATH.distribution=int_uniform": random(
      "hparams.epochs: { distribution: int_uniform, min: 1, max: 10 }"),
    "sweep.random.parameters.PATH.distribution=q_uniform": random(quantized),
    "sweep.random.parameters.PATH.distribution=normal": random(normal),
    "sweep.random.parameters.PATH.distribution=categorical": random(
      "hparams.batch_size: { distribution: categorical, values: [32, 128] }"),
    "sweep.random.parameters.PATH.distribution=constant": random(
      uniform, below: "hparams.epochs: { distribution: constant, value: 10 }"),
  ]

  // MARK: Parts

  private static let models = """
    models:
      plain: {}
      robust: { adversarial: { method: nsl, adv_step_size: 0.1 } }
    """
  private static let strong = "{ label: strong, method: nsl, adv_step_size: 0.3 }"
  private static let epochs = "hparams.epochs: [1, 5]"
  private static let rate =
    "hparams.learning_rate: { min: 0.001, max: 0.1, count: 3, scale: log }"
  private static let uniform = "hparams.learning_rate: { min: 0.001, max: 0.1 }"
  private static let logarithmic =
    "hparams.learning_rate:\n  { distribution: log_uniform_values, min: 0.001, max: 0.1 }"
  private static let quantized =
    "hparams.batch_size: { distribution: q_uniform, min: 8, max: 64, q: 8 }"
  private static let normal =
    "hparams.learning_rate: { distribution: normal, mu: 0.01, sigma: 0.001 }"

  private static func grid(_ axes: String...) -> String {
    "sweep:\n  grid:" + axes.map { "\n    \($0)" }.joined()
  }

  private static func section(_ values: String...) -> String {
    "adversarial: { method: nsl, adv_step_size: 0.1 }\nsweep:\n  grid:\n    adversarial:"
      + values.map { "\n      - \($0)" }.joined()
  }

  private static func random(
    _ parameter: String, _ key: String? = nil, below other: String? = nil
  ) -> String {
    let parameters = parameter.split(separator: "\n") + (other?.split(separator: "\n") ?? [])
    return "sweep:\n  random:\n    samples: 20\n" + (key.map { "    \($0)\n" } ?? "")
      + "    parameters:" + parameters.map { "\n      \($0)" }.joined()
  }
}
