import Settings
import YAML

/// What Keras, PyTorch, Foolbox, ART and W&B call keys of this language.
enum ForeignKeys {
  /// By section, our key and what others call it, where its value means the same.
  private static let names: [(section: String, keys: [(key: String, others: [String])])] = [
    (
      "hparams",
      [
        ("learning_rate", ["lr", "eta", "base_lr", "initial_learning_rate"]),
        ("batch_size", ["bs", "train_batch_size"]),
        ("weight_decay", ["wd", "l2", "decay"]),
        ("epochs", ["n_epochs", "num_epochs", "nb_epochs", "max_epochs", "num_train_epochs"]),
        ("optimizer", ["opt", "optim"]),
        ("schedule", ["scheduler", "lr_schedule", "lr_scheduler"]),
        ("label_smoothing", ["smoothing"]),
      ]
    ),
    (
      "hparams.optimizer",
      [("epsilon", ["eps"]), ("beta_1", ["beta1", "b1"]), ("beta_2", ["beta2", "b2"])]
    ),
    (
      "architecture",
      [
        ("conv_filters", ["filters", "channels", "conv_channels"]),
        ("num_fc_units", ["hidden", "hidden_units", "hidden_sizes", "dense_units", "fc_units"]),
        ("num_classes", ["classes", "n_classes", "nb_classes"]), ("input_shape", ["shape"]),
      ]
    ),
    (
      "dataset",
      [
        ("path", ["root", "dir", "data_dir", "folder"]),
        ("validation_split", ["val_split", "val_size", "validation_size", "validation"]),
      ]
    ),
    (
      "eval.attacks",
      [
        ("epsilon", ["eps", "radius"]),
        ("step_size", ["alpha", "eps_iter", "eps_step", "stepsize", "abs_stepsize"]),
        (
          "steps",
          ["nb_iter", "max_iter", "iterations", "iters", "num_steps", "n_steps", "pgd_iterations"]
        ),
        ("random_start", ["rand_init", "random_init"]),
        ("restarts", ["num_restarts", "n_restarts", "num_random_init"]),
        ("queries", ["max_queries", "n_queries", "query_budget"]),
        ("norm", ["ord", "p"]), ("name", ["attack", "method", "type"]),
        ("targeted", ["target"]), ("source", ["model"]),
      ]
    ),
    (
      "adversarial",
      [
        ("adv_multiplier", ["multiplier", "weight", "lambda", "adv_weight"]),
        ("adv_step_size", ["step_size", "alpha", "eps_iter", "eps_step", "stepsize"]),
        ("adv_grad_norm", ["norm", "ord"]),
        ("pgd_iterations", ["steps", "nb_iter", "max_iter", "iterations", "num_steps"]),
        ("pgd_epsilon", ["eps", "epsilon", "radius"]),
        ("random_init", ["rand_init", "random_start"]), ("method", ["name", "type"]),
        ("clip_value_min", ["clip_min"]), ("clip_value_max", ["clip_max"]),
      ]
    ),
  ]

  /// By section, words that are not one key of ours, with what to write.
  private static let answers: [String: [String: ForeignWord]] = {
    let rate = ForeignWord(
      answer: "`learning_rate` belongs under `hparams`",
      example: "hparams: { learning_rate: 0.001 }")
    let box = ForeignWord(
      answer: "it is `clip`, a minimum and a maximum",
      example: "eval: { attacks: [{ name: fgsm, epsilon: 0.1, clip: [0, 1] }] }")
    let stopping = ForeignWord(
      answer: "it is a setting of `early_stopping`",
      example: "hparams: { early_stopping: { patience: 3 } }")
    let rates = ["lr": rate, "learning_rate": rate]
    return [
      "hparams": ["patience": stopping],
      "hparams.optimizer": rates.merging(
        ["betas": ForeignWord(answer: "they are two keys, `beta_1` and `beta_2`")]
      ) { $1 },
      "hparams.schedule": rates,
      "dataset": [
        "normalization": pixels, "mean": pixels, "std": pixels,
      ],
      "eval.attacks": ["clip_min": box, "clip_max": box, "bounds": box],
    ]
  }()

  private static let pixels = ForeignWord(
    answer: "pixels lie in 0...1 already; a `normalization` layer standardizes them",
    example: "architecture: { layers: [normalization: { mean: 0.13, variance: 0.095 }, flatten,"
      + " dense: 10] }")

  /// Words that people write in any section.
  private static let anywhere: [String: ForeignWord] = {
    let seeds = ForeignWord(
      answer: "it is called `seeds`, a list at the top level", example: "seeds: [3]")
    return [
      "normalize": pixels, "normalise": pixels, "standardize": pixels, "transform": pixels,
      "transforms": pixels, "seed": seeds, "random_seed": seeds,
    ]
  }()

  private static let byWord: [String: [String: String]] = Dictionary(
    uniqueKeysWithValues: names.map { section, keys in
      let pairs = keys.flatMap { key in key.others.map { ($0, key.key) } }
      return (section, Dictionary(uniqueKeysWithValues: pairs))
    })

  /// What a word is called here, in a section.
  static func find(_ word: String, in section: String) -> ForeignWord? {
    let name = word.lowercased().replacing("-", with: "_")
    // The sections of models have names of their own.
    if let key = byWord[section]?[name] {
      return ForeignWord(answer: "it is called `\(key)`", example: nil, key: key)
    }
    return answers[section]?[name] ?? anywhere[name]
  }

  /// The whole paths that a path with another tool's word at its end may mean, but for attacks.
  static func paths(_ path: [String]) -> [String] {
    guard let name = path.last?.lowercased() else { return [] }
    let home = path.dropLast().joined(separator: ".")
    return names.compactMap { section, _ in
      guard section != "eval.attacks", home.isEmpty || section == home,
        let key = byWord[section]?[name]
      else { return nil }
      return "\(section).\(key)"
    }
  }

  /// The setting of attacks that another tool's word means.
  static func settingOfAttacks(_ word: String) -> String? {
    byWord["eval.attacks"]?[word.lowercased()]
  }

  /// All of them, for tests: section, word.
  static var all: [(section: String, word: String)] {
    byWord.sorted { $0.key < $1.key }.flatMap { section, words in
      words.keys.sorted().map { (section, $0) }
    }
      + answers.sorted { $0.key < $1.key }.flatMap { section, words in
        words.keys.sorted().map { (section, $0) }
      } + anywhere.keys.sorted().map { ("eval", $0) }
  }
}

/// Values in the words of other tools.
enum ForeignValue {
  /// By what a person calls such a value, what to write for a word.
  private static let answers: [String: [String: String]] = [
    "training method": [
      "pgd": "write `{ method: nsl, pgd_iterations: 7 }`: several steps make NSL's method PGD",
      "fgsm": "write `{ method: nsl }`: one step is NSL's default",
      "plain": "write `none`", "standard": "write `none`", "false": "write `none`",
    ],
    "norm": ["2": "write `l2`", "1": "write `l1`", "l_inf": "write `linf`", "l_2": "write `l2`"],
    "attack": [
      "i-fgsm": "write `bim`", "ifgsm": "write `bim`", "madry": "write `pgd`",
      "linf-pgd": "write `{ name: pgd, norm: linf }`", "l2-pgd": "write `{ name: pgd, norm: l2 }`",
      "linfpgd": "write `{ name: pgd, norm: linf }`", "l2pgd": "write `{ name: pgd, norm: l2 }`",
      "noise": "write `noise-uniform` or `noise-gaussian`",
      "gaussian-noise": "write `noise-gaussian`", "uniform-noise": "write `noise-uniform`",
      "clean": "leave it out: clean images always have a row",
      "none": "leave it out: clean images always have a row",
      "rotate": "write `rotation`", "translate": "write `translation`",
      "shift": "write `translation`", "gaussian-blur": "write `blur`",
      "impulse-noise": "write `salt-and-pepper`", "salt-pepper": "write `salt-and-pepper`",
    ],
    "distribution": [
      "log_uniform": "write `log_uniform_values`, with `min` and `max` themselves",
      "loguniform": "write `log_uniform_values`, with `min` and `max` themselves",
      "randint": "write `int_uniform`", "choice": "write `categorical`",
    ],
  ]

  /// - Parameter what: "norm".
  static func answer(_ word: String, _ what: String) -> String? {
    answers[what]?[word.lowercased().replacing("_", with: what == "attack" ? "-" : "_")]
  }
}
