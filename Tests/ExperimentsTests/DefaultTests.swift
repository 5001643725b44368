import Experiments
import Measurements
import Settings
import Testing
import YAML

/// Adam with some settings changed.
private func adam(_ change: (inout Adam) -> Void) -> Optimizer {
  var settings = Adam()
  change(&settings)
  return Optimizer(settings)
}

@Suite struct `Defaults` {
  @Test func `of a spec that names only its data`() throws {
    let spec = try load()
    #expect(spec.experiment == "t")
    #expect(spec.seeds == [0])
    #expect(spec.axes.isEmpty)
    #expect(spec.points.count == 1)
    #expect(spec.dataset.trainLimit == nil)
    let model = try #require(spec.settings.models.first)
    #expect(spec.settings.models.count == 1)
    #expect(model.name == "base")
    #expect(model.adversarial == .none)
    #expect(model.architecture.inputShape == [28, 28, 1])
    #expect(model.architecture.numClasses == 10)
    let network = try #require(model.architecture.network)
    #expect(network.convFilters == [32, 64, 64])
    #expect(network.kernelSize == Extent(3))
    #expect(network.poolSize == Extent(2))
    #expect(network.numFCUnits == [64])
    #expect(model.training.batchSize == 32)
    #expect(model.training.epochs == 5)
    #expect(model.training.learningRate == 0.001)
    #expect(model.training.optimizer == Optimizer(Adam()))
    #expect(spec.settings.evaluation.batchSize == 512)
    #expect(spec.settings.evaluation.split == .test)
    #expect(spec.settings.evaluation.attacks.isEmpty)
  }

  @Test func `of an adversarial section are NSL's, and there are two models`() throws {
    let spec = try load("adversarial: {method: nsl}")
    #expect(spec.settings.models.map(\.name) == ["base", "adv-regularized"])
    #expect(spec.settings.models[0].adversarial == .none)
    let nsl = try #require(spec.settings.models[1].adversarial.method as? NSL)
    #expect(nsl.advMultiplier == 0.2)
    #expect(nsl.advStepSize == 0.001)
    #expect(nsl.advGradNorm == .l2)
    #expect(nsl.pgdIterations == 1)
    #expect(nsl.pgdEpsilon == nil)
    #expect(nsl.featureMask == nil)
    #expect(nsl.clipValueMin == nil)
    #expect(nsl.clipValueMax == nil)
    #expect(!nsl.randomInit)
  }

  @Test(arguments: [
    ("sgd", Optimizer(SGD())),
    ("{name: sgd, momentum: 0.5, nesterov: true}", Optimizer(SGD(momentum: 0.5, nesterov: true))),
    ("momentum", Optimizer(SGD(momentum: 0.9))),
    ("nesterov", Optimizer(SGD(momentum: 0.9, nesterov: true))),
    ("{name: nesterov, momentum: 0.8}", Optimizer(SGD(momentum: 0.8, nesterov: true))),
    ("adam", Optimizer(Adam())),
    ("rmsprop", Optimizer(RMSprop())),
    ("adagrad", Optimizer(Adagrad())),
    ("adamw", Optimizer(Adam())),
    ("{name: adam, amsgrad: true}", adam { $0.amsgrad = true }),
    ("{name: adam, epsilon: 1e-8}", adam { $0.epsilon = 1e-8 }),
  ])
  func `of optimizers`(yaml: String, expected: Optimizer) throws {
    let spec = try load("hparams: {optimizer: \(yaml)}")
    #expect(spec.settings.models[0].training.optimizer == expected)
  }

  @Test(arguments: [
    ("adam", 0), ("adamw", 0.004), ("adamw, weight_decay: 0.1", 0.1),
    ("adamw, weight_decay: 0", 0), ("sgd, weight_decay: 1e-4", 1e-4),
  ])
  func `of weight decay are those of Keras's optimizers`(yaml: String, expected: Double) throws {
    let spec = try load("hparams: {optimizer: \(yaml)}")
    #expect(spec.settings.models[0].training.weightDecay == expected)
  }

  private func attacks(_ yaml: String) throws -> [AttackSettings] {
    try load("eval: {attacks: [\(yaml)]}").settings.evaluation.attacks
  }

  @Test func `of attacks are the published ones`() throws {
    let fgsm = try attacks("{name: fgsm, epsilon: 0.2}")[0]
    #expect((fgsm.method.word, fgsm.clip, fgsm.norm) == ("fgsm", [0, 1], .infinity))
    #expect((fgsm.name, fgsm.source, fgsm.limit) == ("fgsm", .own, nil))
    let bim = try attacks("{name: bim, epsilon: 0.5, norm: linf}")[0]
    let iterations = try #require(bim.method.attack as? BIM)
    #expect((iterations.steps, iterations.stepSize, bim.norm) == (10, 0.1, .infinity))
    func pgd(_ yaml: String) throws -> PGD {
      try #require(attacks(yaml)[0].method.attack as? PGD)
    }
    let madry = try pgd("{name: pgd, epsilon: 0.3}")
    #expect((madry.steps, madry.stepSize, madry.randomStart, madry.restarts) == (40, 0.01, true, 1))
    let l2 = try pgd("{name: pgd, epsilon: 2, norm: l2, steps: 10}")
    #expect((l2.steps, l2.stepSize) == (10, 0.5))
    let noise = try attacks("{name: noise-uniform, epsilon: 0.3}")[0]
    #expect(noise.method == AttackMethod(UniformNoise()))
  }

  @Test func `give a row for each epsilon`() throws {
    #expect(
      try attacks("{name: fgsm, epsilon: [0.1, 0.2, 3e-1]}").map(\.epsilon) == [0.1, 0.2, 0.3])
  }

  @Test func `are what a null asks for`() throws {
    var spec = try load(
      """
      hparams:
      eval: {limit: ~, split: null}
      adversarial: ~
      """)
    // Nothing behind a key is null, too, but may be forgotten.
    #expect(spec.warnings.map(\.message) == ["`hparams` has no value and counts as not given"])
    spec.warnings = []
    let plain = try load()
    // Where its words stand is another matter.
    spec.dataPlaces = plain.dataPlaces
    #expect(spec == plain)
  }

  @Test func `of seeds count from 0`() throws {
    #expect(try load("seeds: 3").seeds == [0, 1, 2])
    #expect(try load("seeds: [7, 3]").seeds == [7, 3])
  }

  @Test func `of a comparison are exact`() throws {
    let spec = try SpecLoader.load(
      text: """
        dataset: {name: mnist}
        compare:
          baseline: ../results/baselines/a.csv
          tolerances: {accuracy: {atol: 0.01}, loss: {rtol: 0.1, atol: 1e-3}}
        """, name: "experiments/a.yaml")
    #expect(spec.comparison.baseline == "results/baselines/a.csv")
    #expect(spec.comparison.tolerances["accuracy"]?.rtol == 0)
    #expect(spec.comparison.tolerances["loss"]?.atol == 0.001)
    #expect(spec.comparison.significance == nil && spec.comparison.failOn == .any)
    let other = try load("compare: {significance: 0.05, fail_on: regressed}").comparison
    #expect(other.significance == 0.05 && other.failOn == .regressed)
  }

  @Test func `of models lie under their overrides`() throws {
    let spec = try load(
      """
      hparams: {epochs: 3, optimizer: {name: sgd, momentum: 0.5}}
      adversarial: {method: nsl, pgd_epsilon: 0.3, adv_step_size: 0.1}
      models:
        small: {architecture: {conv_filters: [8]}, adversarial: none}
        fast: {hparams: {optimizer: {momentum: 0.9}}, adversarial: {pgd_epsilon: null}}
        plain: {adversarial: null}
      """)
    let models = spec.settings.models
    #expect(models.map(\.name) == ["small", "fast", "plain"])
    #expect(models[0].architecture.network?.convFilters == [8])
    #expect(models[0].adversarial == .none)
    #expect(models[1].training.optimizer == Optimizer(SGD(momentum: 0.9)))
    #expect(models[1].training.epochs == 3)
    let nsl = try #require(models[1].adversarial.method as? NSL)
    #expect(nsl.pgdEpsilon == nil)
    #expect(nsl.advStepSize == 0.1)
    #expect(models[2].adversarial == .none)
  }

  @Test func `of masks broadcast like arrays`() throws {
    func mask(_ yaml: String) throws -> FeatureMask? {
      let spec = try load("adversarial: {method: nsl, feature_mask: \(yaml)}")
      return (spec.settings.models[1].adversarial.method as? NSL)?.featureMask
    }
    #expect(try mask("0.5")?.shape == [])
    #expect(try mask("[1]")?.shape == [1])
    let row = "[" + Array(repeating: "[0]", count: 28).joined(separator: ", ") + "]"
    #expect(try mask(row)?.shape == [28, 1])
    #expect(try mask("[\(row)]")?.shape == [1, 28, 1])
    #expect(try mask("[\(row)]")?.values.count == 28)
  }
}
