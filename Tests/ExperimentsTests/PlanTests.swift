import Experiments
import Settings
import TestSupport
import Testing

@Suite struct `A plan` {
  private let sweep = """
    hparams: {epochs: 2}
    adversarial: {method: nsl}
    eval:
      attacks:
        - {name: fgsm, epsilon: 0.2, source: base}
        - {name: fgsm, epsilon: 0.2}
        - {name: pgd, epsilon: 0.2}
    sweep:
      grid:
        adversarial.adv_step_size: [0.1, 0.2]
        hparams.batch_size: [32, 64]
    seeds: 2
    """

  @Test func `runs points outside and seeds inside, the last axis fastest`() throws {
    let plan = plan(try load(sweep))
    #expect(plan.axes.map(\.column) == ["adv_step_size", "batch_size"])
    #expect(
      plan.runs.map { "\($0.point[0]) \($0.point[1]) \($0.seed)" } == [
        "0.1 32 0", "0.1 32 1", "0.1 64 0", "0.1 64 1", "0.2 32 0", "0.2 32 1", "0.2 64 0",
        "0.2 64 1",
      ])
    #expect(plan.runs.map(\.index) == Array(0..<8))
    #expect(plan.runs[7].name.hasPrefix("007-"))
    #expect(plan.runs[7].name.utf8.count == 12)
    #expect(Set(plan.runs.map(\.name)).count == 8)
    try expectSnapshot(plan.text(), named: "plan-grid.txt")
  }

  @Test func `has every stage once and after what it needs`() throws {
    let plan = plan(try load(sweep))
    #expect(Set(plan.stages.map(\.key)).count == plan.stages.count)
    // base: 2 batch sizes x 2 seeds; adv-regularized: twice that.
    #expect(plan.stages.count(where: \.isTraining) == 12)
    var seen: Set<StageKey> = []
    for stage in plan.stages {
      #expect(stage.dependencies.allSatisfy(seen.contains))
      seen.insert(stage.key)
    }
    let used = plan.runs.flatMap(\.models).flatMap { [$0.train] + $0.evaluations.map(\.stage) }
    #expect(Set(used) == seen)
    // Under its own gradients and under those of `base`, `base` is asked once.
    let base = plan.runs[0].models[0]
    #expect(base.evaluations[1].stage == base.evaluations[2].stage)
    let regularized = plan.runs[0].models[1]
    #expect(regularized.evaluations[1].stage != regularized.evaluations[2].stage)
    #expect(base.evaluations[0].attack == nil)
  }

  @Test func `names stages by what they depend on`() throws {
    let titles = plan(try load(sweep)).stages.map(\.title)
    #expect(titles.contains("train base batch_size=32 seed=0"))
    #expect(titles.contains("train adv-regularized adv_step_size=0.1 batch_size=64 seed=1"))
    #expect(titles.contains("evaluate base clean batch_size=32 seed=0"))
    #expect(
      titles.contains(
        "evaluate adv-regularized fgsm epsilon=0.2 source=base adv_step_size=0.2 batch_size=32"
          + " seed=1"))
  }

  /// The keys of a one-run spec: the training's, and the last evaluation's.
  private func keys(
    _ lines: String, digest: String = "digest"
  ) throws -> (train: StageKey, evaluate: StageKey) {
    let models = plan(try load(lines), digest: digest).runs[0].models
    let model = try #require(models.last)
    return (model.train, try #require(model.evaluations.last).stage)
  }

  private static let same: [(String, String)] = [
    ("seeds: [1]", "seeds: [1] # a comment"),
    ("hparams: {epochs: 5, batch_size: 32}", "hparams: {batch_size: 32, epochs: 5}"),
    ("experiment: a", "experiment: b"),
    ("models: {a: {}}", "models: {b: {}}"),
    (
      "hparams: {optimizer: nesterov}",
      "hparams: {optimizer: {name: sgd, momentum: 0.9, nesterov: true}}"
    ),
    ("hparams: {optimizer: adamw}", "hparams: {optimizer: adam, weight_decay: 0.004}"),
    ("hparams: {optimizer: adam}", "hparams: {optimizer: adamw, weight_decay: 0}"),
    ("hparams: {early_stopping: none}", "hparams: {}"),
    ("hparams: {early_stopping: {}}", "hparams: {early_stopping: {monitor: loss, mode: min}}"),
    ("hparams: {schedule: constant, label_smoothing: 0}", "hparams: {}"),
    ("hparams: {schedule: cosine}", "hparams: {schedule: {name: cosine, alpha: 0}}"),
    ("hparams: {learning_rate: 1e-3}", "hparams: {learning_rate: 0.001}"),
    (
      "architecture: {conv_filters: [8], pool_size: [2, 2]}",
      "architecture: {conv_filters: [8], pool_size: [3, 3]}"
    ),
    (
      "eval: {attacks: [{name: fgsm, epsilon: 0.2}]}",
      "eval: {attacks: [{name: fgsm, epsilon: 0.2, label: x, norm: linf, clip: [0, 1]}]}"
    ),
    (
      "eval: {attacks: [{name: fgsm, epsilon: 0.2}]}",
      "eval: {attacks: [{name: fgsm, epsilon: 0.2, source: base}]}"
    ),
    (
      "eval: {limit: 10, attacks: [{name: fgsm, epsilon: 0.2}]}",
      "eval: {attacks: [{name: fgsm, epsilon: 0.2, limit: 10}]}"
    ),
    (
      "adversarial: {method: nsl, adv_step_size: 0.1}\nmodels: {a: {adversarial: none}}",
      "adversarial: {method: none}\nmodels: {a: {}}"
    ),
  ]

  @Test(arguments: same)
  func `has equal keys for equal work`(a: String, b: String) throws {
    let (first, second) = (try keys(a), try keys(b))
    #expect(first.train == second.train)
    #expect(first.evaluate == second.evaluate)
  }

  @Test(arguments: [
    "hparams: {epochs: 4}", "hparams: {batch_size: 31}", "hparams: {learning_rate: 0.002}",
    "hparams: {optimizer: sgd}", "hparams: {optimizer: {name: adam, beta_1: 0.8}}",
    "architecture: {conv_filters: [32, 64]}", "architecture: {kernel_size: [3, 2]}",
    "architecture: {pool_size: [2, 1]}", "architecture: {num_fc_units: []}",
    "adversarial: {method: nsl}", "seeds: [1]",
  ])
  func `has other keys for other trainings`(lines: String) throws {
    #expect(try keys(lines).train != keys("").train)
  }

  @Test(arguments: [
    "adv_multiplier: 0.1", "adv_step_size: 0.1", "adv_grad_norm: l1", "feature_mask: 0.5",
    "clip_value_min: 0", "clip_value_max: 1", "pgd_iterations: 2", "pgd_epsilon: 0.1",
    "random_init: true",
  ])
  func `has other keys for other adversarial settings`(line: String) throws {
    #expect(
      try keys("adversarial: {method: nsl, \(line)}").train
        != keys("adversarial: {method: nsl}").train)
  }

  @Test func `has other keys for other data and limits`() throws {
    #expect(try keys("", digest: "other").train != keys("").train)
    func limited(_ limits: String) throws -> (train: StageKey, evaluate: StageKey) {
      let spec = try SpecLoader.load(text: "dataset: {name: mnist, \(limits)}", name: "t.yaml")
      let model = plan(spec).runs[0].models[0]
      return (model.train, model.evaluations[0].stage)
    }
    #expect(try limited("train_limit: 9").train != keys("").train)
    #expect(try limited("test_limit: 9").train == keys("").train)
    #expect(try limited("test_limit: 9").evaluate != keys("").evaluate)
  }

  @Test(arguments: [
    ("{name: fgsm, epsilon: 0.2}", false), ("{name: bim, epsilon: 0.2}", false),
    ("{name: pgd, epsilon: 0.2, random_start: false}", false),
    ("{name: pgd, epsilon: 0.2}", true), ("{name: noise-gaussian, epsilon: 0.2}", true),
  ])
  func `has the seed in the keys of random attacks only`(attack: String, isRandom: Bool) throws {
    let spec = try load("eval: {attacks: [\(attack)]}")
    #expect(spec.settings.evaluation.attacks[0].isRandom == isRandom)
    let stage = try #require(plan(spec).stages.last)
    guard case .evaluate(var work) = stage.work else {
      Issue.record("not an evaluation")
      return
    }
    #expect(work.key == stage.key)
    work.seed += 1
    #expect((work.key != stage.key) == isRandom)
  }

  @Test func `keeps its keys from version to version`() throws {
    // Only a raised revision may change these.
    let keys = try keys("eval: {attacks: [{name: pgd, epsilon: 0.2}]}")
    try expectSnapshot("\(keys.train)\n\(keys.evaluate)\n", named: "keys.txt")
  }

  @Test func `says the smallest limit`() throws {
    let spec = try load("eval: {limit: 20, attacks: [{name: fgsm, epsilon: 0.2, limit: 10}]}")
    let limits = plan(spec).stages.compactMap { stage -> Int? in
      guard case .evaluate(let work) = stage.work else { return nil }
      return work.limit
    }
    #expect(limits == [20, 10])
  }

  @Test func `sweeps limits, words, lists and single models`() throws {
    let spec = try load(
      """
      adversarial: {method: nsl}
      models: {base: {adversarial: none}, adv: {}}
      hparams: {optimizer: sgd}
      sweep:
        grid:
          dataset.train_limit: [10, 20]
          hparams.optimizer.momentum: [0, 0.5]
          architecture.conv_filters: [[8], [8, 8]]
          models.adv.adversarial.adv_step_size: [0.1]
          eval.limit: [5, null]
      """)
    #expect(spec.points.count == 16)
    let last = try #require(spec.points.last)
    #expect(last.settings.dataset.trainLimit == 20)
    #expect(last.settings.models[0].training.optimizer == Optimizer(SGD(momentum: 0.5)))
    #expect(last.settings.models[0].architecture.network?.convFilters == [8, 8])
    #expect(last.settings.models[0].adversarial == .none)
    #expect(last.values[2] == .text("[8, 8]"))
    #expect(last.settings.evaluation.limit == nil)
    let data = plan(spec).runs.last.map { _ in plan(spec).stages.last?.work }
    guard case .evaluate(let work)?? = data else {
      Issue.record("no evaluation")
      return
    }
    #expect(work.dataset.trainLimit == 20)
  }

  @Test func `sweeps schedules by their words, names and settings`() throws {
    let spec = try load(
      """
      hparams: {schedule: cosine}
      sweep:
        grid:
          hparams.schedule.name: [constant, cosine, one_cycle]
          hparams.schedule.warmup_steps: [10, 20]
          hparams.schedule.alpha: [0, 0.5]
      """)
    // Only `cosine` has an `alpha`.
    #expect(spec.points.count == 8)
    let schedules = spec.points.map { $0.settings.models[0].training.schedule }
    #expect(schedules.first == Schedule(ConstantRate(), warmup: .steps(10)))
    #expect(
      schedules[5]
        == Schedule(cosine(alpha: 0.5).shape, warmup: .steps(20)))
    let words = try load("sweep: {grid: {hparams.schedule: [constant, cosine]}}")
    #expect(words.points.map { $0.settings.models[0].training.schedule == nil } == [true, false])
  }

  @Test func `monitors what is validated, where something is`() throws {
    let spec = try load(
      """
      hparams: {early_stopping: {patience: 1}}
      sweep: {grid: {dataset.validation_split: [0, 0.2]}}
      """)
    let settings = spec.points.map(\.settings)
    #expect(settings.map(\.dataset.validationSplit) == [0, 0.2])
    #expect(
      settings.map { $0.models[0].training.earlyStopping?.monitor } == [.loss, .validationLoss])
    try check(plan(spec))
  }

  @Test func `has columns that no table has already`() throws {
    let spec = try load(
      """
      sweep:
        grid:
          hparams.optimizer.epsilon: [1e-7, 1e-8]
          hparams.batch_size: [1, 2]
          eval.batch_size: [3]
      """)
    #expect(
      spec.axes.map(\.column) == [
        "optimizer.epsilon", "hparams.batch_size",
        "eval.batch_size",
      ])
  }

  @Test(arguments: [
    "",
    """
    hparams: {optimizer: nesterov, epochs: 1}
    adversarial:
      {method: nsl, feature_mask: [[0.5], [1e-7]], clip_value_min: -1, pgd_epsilon: 0.1}
    architecture: {kernel_size: [1, 1], num_fc_units: []}
    eval: {split: train, limit: 3}
    """.replacing("[[0.5], [1e-7]]", with: "[[0.5]]"),
    """
    models:
      a: {hparams: {optimizer: {name: rmsprop, momentum: 0.5, centered: true}}}
      b: {hparams: {optimizer: {name: adagrad, epsilon: 1e-3}, weight_decay: 1e-4}}
      c: {hparams: {optimizer: {name: adamw, amsgrad: true}}}
      d: {hparams: {optimizer: adamw, weight_decay: 0}}
      e: {hparams: {schedule: cosine, label_smoothing: 0.1}}
      f: {hparams: {schedule: {name: cosine, decay_epochs: 2.5, warmup_epochs: 1, alpha: 0.1}}}
      g: {hparams: {schedule: {name: cosine, decay_steps: 100}}}
      h: {hparams: {schedule: {name: step, step_size_epochs: 2}}}
      i: {hparams: {schedule: {name: step, step_size_steps: 100, gamma: 0.5}}}
      j: {hparams: {schedule: {name: step, boundaries_epochs: [1, 3]}}}
      k: {hparams: {schedule: {name: step, boundaries_steps: [10, 30]}}}
      l: {hparams: {schedule: {name: exponential, decay_steps: 10, decay_rate: 0.9}}}
      m: {hparams: {schedule: {name: exponential, decay_epochs: 1, decay_rate: 2, staircase: true}}}
      n: {hparams: {schedule: one_cycle}}
      p: {hparams: {early_stopping: {}}}
      q: {hparams: {early_stopping: {monitor: sparse_categorical_accuracy, restore_best: true}}}
      r: {hparams: {early_stopping: {mode: max, patience: 3, min_delta: 0.01, start_from_epoch: 2}}}
      o: {hparams: {schedule: {warmup_steps: 50, warmup_start_factor: 0.25}}}
    """,
    """
    models:
      "007": {hparams: {optimizer: {name: adam, beta_2: 0.9}}, architecture: {conv_filters: [4]}}
      "true": {adversarial: {method: nsl, adv_grad_norm: l1, random_init: true}}
    eval:
      attacks:
        - {name: fgsm, epsilon: [0, 0.1], source: "007", label: "1e3"}
        - {name: bim, epsilon: 0, norm: l2}
        - {name: pgd, epsilon: 0.3, norm: l1, restarts: 3, clip: [-1, 2]}
        - {name: noise-uniform, epsilon: 0.3, restarts: 4, limit: 7}
    sweep: {grid: {models.007.hparams.epochs: [1, 2]}}
    seeds: [4, 5]
    """,
  ])
  func `resolves runs to specs that lead to the same stages`(lines: String) throws {
    try check(plan(try load(lines)))
  }

  @Test(arguments: ["mnist-sweep", "quickstart"])
  func `resolves the examples' runs to specs that lead to the same stages`(name: String) throws {
    try check(plan(try example(name)))
  }

  private func check(_ plan: Plan) throws {
    for run in plan.runs {
      let spec = try SpecLoader.load(text: run.resolvedSpec, name: "runs/x/spec.yaml")
      let again = PlanBuilder.plan(spec, dataset: plan.dataset, engineRevision: 4)
      #expect(again.experiment == "\(plan.experiment)-\(run.name)")
      let only = try #require(again.runs.first)
      #expect(again.runs.count == 1)
      #expect(only.models.map(\.withoutPositions) == run.models.map(\.withoutPositions))
      #expect(only.seed == run.seed)
    }
  }
}

extension PlannedModel {
  /// A resolved spec writes an attack of several epsilons as several attacks.
  fileprivate var withoutPositions: PlannedModel {
    var model = self
    for index in model.evaluations.indices { model.evaluations[index].position = nil }
    return model
  }
}
