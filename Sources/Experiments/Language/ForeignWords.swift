import Settings

/// Words of other tools, with what they are called here.
struct ForeignWord: Sendable {
  /// What to write instead, as a sentence.
  var answer: String
  /// A small spec, in YAML's flow style; `nil` where there is nothing to write.
  var example: String?
  /// The key that is meant, where its value means the same.
  var key: String?

  /// What a word is called here, at a place.
  ///
  /// - Parameters:
  ///   - value: What stands under it, where that is a word: W&B's and our `method` differ in it.
  static func find(_ word: String, in section: String, value: String?) -> ForeignWord? {
    let name = word.lowercased()
    if name.hasPrefix("_"), name.hasSuffix("_"), let word = hydra[name] { return word }
    switch section {
    case "":
      if name == "method", let value, !["grid", "random", "bayes"].contains(value) { return nil }
      return document[name] ?? ForeignKeys.find(word, in: section)
    case SweepSection.section.name: return sweep[name] ?? ForeignKeys.find(word, in: section)
    case SweepRange.section.name:
      guard DistributionSection.section.names.contains(name) else { return nil }
      return ForeignWord(
        answer: "a grid has no distributions: give `count` or `step`, or draw with `random`",
        example:
          "sweep: { random: { samples: 20, parameters: { hparams.epochs: { min: 1, max: 9 } } } }")
    default: return ForeignKeys.find(word, in: section)
    }
  }

  /// All of them, for tests: section, word, what is said.
  static var all: [(section: String, word: String)] {
    document.keys.sorted().map { ("", $0) } + sweep.keys.sorted().map { ("sweep", $0) }
      + hydra.keys.sorted().map { ("", $0) } + ForeignKeys.all
  }
}

extension ForeignWord {
  private static let grid = "sweep: { grid: { hparams.learning_rate: [0.1, 0.01] } }"
  private static let random =
    "sweep: { random: { samples: 20, parameters: { hparams.learning_rate: { min: 0.001, max: 0.1 } } } }"
  private static let training = "hparams: { epochs: 10, learning_rate: 0.001 }"
  private static let network = "architecture: { conv_filters: [32, 64], num_fc_units: [64] }"
  private static let attack = "eval: { attacks: [{ name: fgsm, epsilon: 0.1 }] }"

  /// Hydra's keys of any mapping.
  private static let hydra: [String: ForeignWord] = {
    let named = ForeignWord(
      answer: "there are no Python classes: an optimizer, a layer or an attack has a `name`",
      example: "hparams: { optimizer: { name: sgd, momentum: 0.9 } }")
    let base = ForeignWord(
      answer: "a spec builds on one other spec: `extends`", example: "extends: base.yaml")
    return [
      "_target_": named, "_partial_": named, "_recursive_": named, "_convert_": named,
      "_args_": named, "_self_": base, "_global_": base, "_name_": named,
    ]
  }()

  /// At the top level.
  private static let document: [String: ForeignWord] = {
    let varied = ForeignWord(
      answer: "what varies belongs under `sweep`, by its path", example: grid)
    let method = ForeignWord(
      answer: "the search method is a key of `sweep`: `grid`, `zip`, `list` or `random`",
      example: grid)
    let samples = ForeignWord(
      answer: "the number of points is `samples` of `sweep.random`", example: random)
    let metric = ForeignWord(
      answer: "no metric is optimized: the tables have the accuracy and the loss of every point")
    let program = ForeignWord(
      answer: "`nsl-run SPEC` runs the spec: there is no program to name")
    let stopping = ForeignWord(
      answer: "training ends early with `hparams.early_stopping`",
      example: "hparams: { early_stopping: { patience: 3 } }")
    let experiment = ForeignWord(
      answer: "it is called `experiment`", example: "experiment: my-experiment", key: "experiment")
    let nobody = ForeignWord(answer: "leave it out: no results are uploaded")
    let description = ForeignWord(
      answer: "it is called `description`", example: "description: less regularization",
      key: "description")
    let base = ForeignWord(
      answer: "a spec builds on one other spec: `extends`", example: "extends: base.yaml")
    let hydra = ForeignWord(
      answer: "options of the program are given on the command line: `nsl-run run --help`")
    let training = ForeignWord(
      answer: "settings of training belong under `hparams`", example: Self.training)
    let network = ForeignWord(
      answer: "a network is `architecture`; several models of one run belong under `models`",
      example: Self.network)
    let optimizer = ForeignWord(
      answer: "`optimizer` belongs under `hparams`",
      example: "hparams: { optimizer: { name: sgd, momentum: 0.9 } }")
    let schedule = ForeignWord(
      answer: "a schedule of the learning rate is `hparams.schedule`",
      example: "hparams: { schedule: { name: cosine } }")
    let data = ForeignWord(
      answer: "it is called `dataset`", example: "dataset: { name: mnist }", key: "dataset")
    let attacks = ForeignWord(
      answer: "attacks are a list under `eval`", example: Self.attack)
    let defense = ForeignWord(
      answer: "robust training belongs under `adversarial`",
      example: "adversarial: { method: nsl, adv_step_size: 0.1 }")
    let evaluation = ForeignWord(
      answer: "it is called `eval`", example: Self.attack)
    return [
      "method": method, "strategy": method, "sweeper": method, "search": varied,
      "parameters": varied, "search_space": varied, "space": varied, "grid": varied,
      "zip": varied, "matrix": varied, "sweeps": varied, "random": samples, "samples": samples,
      "num_samples": samples, "trials": samples, "n_trials": samples, "run_cap": samples,
      "metric": metric, "metrics": metric, "objective": metric, "goal": metric,
      "direction": metric, "program": program, "command": program, "script": program,
      "early_terminate": stopping, "early_stopping": stopping, "callbacks": stopping,
      "project": experiment, "name": experiment, "entity": nobody, "wandb": nobody,
      "logger": nobody, "notes": description,
      "group": ForeignWord(
        answer: "`tags` are the keywords of an experiment", example: "tags: [ablation]"),
      "defaults": base, "hydra": hydra, "params": training, "hyperparameters": training,
      "hyperparams": training, "config": training, "training": training, "train": training,
      "trainer": training, "fit": training, "model": network, "network": network, "net": network,
      "layers": ForeignWord(
        answer: "`layers` belongs under `architecture`",
        example: "architecture: { layers: [flatten, dense: 10] }"),
      "optimizer": optimizer, "optim": optimizer, "scheduler": schedule,
      "lr_scheduler": schedule, "data": data, "datasets": data, "datamodule": data,
      "attack": attacks, "attacks": attacks, "defense": defense, "adversary": defense,
      "evaluation": evaluation, "evaluate": evaluation, "test": evaluation,
    ]
  }()

  /// In a block of the sweep.
  private static let sweep: [String: ForeignWord] = {
    let varied = ForeignWord(
      answer: "paths to vary belong under `grid`, `zip` or `random.parameters`", example: grid)
    let method = ForeignWord(
      answer: "the search method is the key itself: `grid`, `zip`, `list` or `random`",
      example: grid)
    let samples = ForeignWord(
      answer: "the number of points is `samples` of `random`", example: random)
    return [
      "parameters": varied, "params": varied, "space": varied, "search_space": varied,
      "method": method, "strategy": method, "samples": samples, "run_cap": samples,
      "num_samples": samples, "n_trials": samples, "trials": samples,
      "metric": ForeignWord(
        answer: "no metric is optimized: the tables have the accuracy and the loss of every point"),
      "early_terminate": ForeignWord(
        answer: "training ends early with `hparams.early_stopping`",
        example: "hparams: { early_stopping: { patience: 3 } }"),
      "seeds": ForeignWord(
        answer: "seeds are not swept: they are a list beside `sweep`", example: "seeds: [1, 2, 3]"),
    ]
  }()
}
