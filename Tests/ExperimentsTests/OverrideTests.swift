import Experiments
import Settings
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import YAML

/// A spec with everything that overrides meet.
private let base = """
  dataset: {name: mnist, fallback: synthetic-digits}
  hparams: {optimizer: sgd}
  adversarial: {method: nsl}
  models:
    base: {adversarial: none}
    regularized: {}
    strong: {adversarial: {adv_multiplier: 1.0}}
  eval:
    attacks:
      - {name: fgsm, epsilon: 0.2, source: base}
      - {name: pgd, epsilon: 0.3, limit: 10}
  sweep:
    grid:
      adversarial.adv_step_size: [0.1, 0.2]
      hparams.batch_size: [32, 64]
  seeds: [1, 2]

  """

/// `--sweep …` sweeps, anything else sets.
private func overrides(_ arguments: [String]) -> [SpecOverride] {
  arguments.map {
    $0.hasPrefix("--sweep ")
      ? SpecOverride(.sweep, String($0.dropFirst(8))) : SpecOverride(.set, $0)
  }
}

private func changed(_ arguments: String..., text: String = base) throws -> Spec {
  try SpecLoader.load(text: text, name: "t.yaml", overrides: overrides(arguments))
}

@Suite struct `Overrides` {
  @Test func `set keys by whole paths and by their ends`() throws {
    let spec = try changed(
      "hparams.epochs=3", "train_limit=100", "conv_filters=[8,16]", "seeds=3", "experiment=other",
      "learning_rate=1e-2", "optimizer.momentum=0.5")
    #expect(spec.experiment == "other")
    #expect(spec.seeds == [0, 1, 2])
    #expect(spec.dataset.trainLimit == 100)
    let model = spec.settings.models[0]
    #expect(model.training.epochs == 3)
    #expect(model.training.learningRate == 0.01)
    #expect(model.architecture.layers.count == 6)
    #expect(model.training.optimizer == Optimizer(SGD(momentum: 0.5)))
  }

  @Test func `merge mappings, and delete with null`() throws {
    let spec = try changed(
      "models.base=null", "models.new={hparams: {epochs: 9}}", "fallback=null",
      "hparams={epochs: 2}", "eval.attacks.0=null")
    #expect(spec.settings.models.map(\.name) == ["regularized", "strong", "new"])
    #expect(spec.settings.models.map(\.training.epochs) == [2, 2, 9])
    #expect(spec.settings.models[0].training.optimizer == Optimizer(SGD()))
    #expect(spec.dataset.fallback == nil)
    #expect(spec.settings.evaluation.attacks.map(\.method.word) == ["pgd"])
  }

  @Test func `reach one model and one attack`() throws {
    let spec = try changed(
      "models.strong.hparams.epochs=7", "attacks.1.epsilon=[0.1, 0.2]", "eval.attacks.0.norm=l2",
      "strong.adversarial.pgd_iterations=3")
    #expect(spec.settings.models.map(\.training.epochs) == [5, 5, 7])
    #expect(spec.settings.evaluation.attacks.map(\.epsilon) == [0.2, 0.1, 0.2])
    #expect(spec.settings.evaluation.attacks[0].norm == .l2)
  }

  @Test func `append to lists, and change single items`() throws {
    let one = "{name: bim, epsilon: 0.3}"
    for argument in ["eval.attacks+=\(one)", "attacks+=[\(one)]", "eval={attacks+: [\(one)]}"] {
      let attacks = try changed(argument).settings.evaluation.attacks
      #expect(attacks.last?.method.word == "bim")
      #expect(try attacks.dropLast() == changed().settings.evaluation.attacks[...])
    }
    #expect(try changed("seeds+=[7]", "seeds+=[8]").seeds == [1, 2, 7, 8])
    let spec = try changed("eval.attacks={pgd: {steps: 3}, fgsm: null}")
    #expect(spec.settings.evaluation.attacks.map(\.method.word) == ["pgd"])
    #expect(spec.settings.evaluation.attacks[0].method.attack.reach?.steps == 3)
  }

  @Test func `open what is none or a word, in any order`() throws {
    let text = "dataset: {name: mnist}\nadversarial: none\n"
    let one = try changed("adv_step_size=0.1", "method=nsl", text: text)
    let other = try changed("method=nsl", "adv_step_size=0.1", text: text)
    #expect(one.settings == other.settings)
    #expect(one.settings.models.count == 2)
  }

  @Test func `fix a swept path: what is set no longer varies`() throws {
    let spec = try changed("adv_step_size=0.4")
    #expect(spec.axes.map(\.path) == ["hparams.batch_size"])
    let settings = try #require(spec.settings.models[1].adversarial.method as? NSL)
    #expect(settings.advStepSize == 0.4)
    #expect(try changed("hparams={batch_size: 8}", "adversarial={adv_step_size: 1}").axes.isEmpty)
    #expect(try changed("sweep=null").points.count == 1)
  }

  @Test func `add axes to the grid, or replace them`() throws {
    let spec = try changed("--sweep hparams.epochs=1,2,3", "--sweep adv_step_size=0.5")
    #expect(
      spec.axes.map(\.path) == [
        "hparams.batch_size", "hparams.epochs", "adversarial.adv_step_size",
      ])
    #expect(spec.points.count == 6)
    let lists = try changed("--sweep conv_filters=[8], [8, 16]", text: "dataset: {name: mnist}")
    #expect(lists.points.count == 2)
  }

  @Test func `lead to the settings of the same words in the spec`() throws {
    let written = try changed(
      text: base.replacing("optimizer: sgd", with: "optimizer: sgd, epochs: 3")
        .replacing("[0.1, 0.2]\n", with: "[0.3]\n"))
    #expect(try changed("epochs=3", "--sweep adv_step_size=0.3").settings == written.settings)
  }

  /// Arguments with one mistake each: what is called wrong is the text of a snapshot.
  static let mistakes: [[String]] = [
    ["other.yaml"], ["epochs"], ["=3"], ["--sweep epochs"], ["--sweep epochs="],
    ["+epochs=3"], ["epochs+=3"], ["eval.attacks+=3"], ["~models.base"], ["++hparams.epochs=3"],
    ["epochs=zero"], ["epochs=0"], ["hparams.epochs=2.0"], ["learning_rate='1'"],
    ["epoch=3"], ["hparam.epochs=3"], ["foo=3"], ["hparams.foo=1"], ["hparams..epochs=1"],
    ["batchsize=3"], ["batch_size=3"], ["name=pgd"], ["adv_multiplier=2"], ["momentum.x=2"],
    ["hparams={epoch: 3}"], ["conv_filters=[8,16"], ["conv_filters=[8,x]"], ["epochs=@3"],
    ["epochs=\"3"], ["epochs={a: 1, a: 2}"], ["epochs=*x"], ["epochs=a: b: c"],
    ["models.bsae=null"], ["models.bsae.hparams.epochs=3"], ["models.new=3"],
    ["eval.attacks.2.epsilon=0.1"], ["eval.attacks.first.epsilon=0.1"],
    ["eval.attacks.0.steps=3"], ["epochs=3", "hparams.epochs=4"],
    ["adversarial=none"], ["conv_filters.0.x=8"], ["dataset=null"], ["extends=other.yaml"],
    ["experiment=a/b"], ["seeds=0"], ["architecture.layers.stem.units=7"], ["optimizer=adm"],
    ["optimizer=adam", "momentum=0.9"],
    ["--sweep adv_step_size=0.1,0.1"], ["--sweep adv_step_size=0.1,x"], ["--sweep epochs=1,[2"],
    ["--sweep name=a,b"], ["--sweep seeds=1,2"], ["--sweep dataset.name=mnist,kmnist"],
    ["--sweep epochs=1,2", "hparams.epochs=3"], ["sweep.grid.hparams.epoch=[1]"],
    ["sweep.grid.hparams.epochs=1"], ["epochs=\u{1}"],
  ]

  @Test func `that are wrong are shown in the argument`() throws {
    var snapshot = ""
    for arguments in Self.mistakes {
      do {
        _ = try SpecLoader.load(text: base, name: "t.yaml", overrides: overrides(arguments))
        Issue.record("accepted: \(arguments)")
      } catch let error as DiagnosticsError {
        #expect(error.diagnostics.allSatisfy { $0.range != nil })
        snapshot += "$ \(arguments.joined(separator: " "))\n\(error)\n"
      }
    }
    try expectSnapshot(snapshot, named: "override-mistakes.txt")
  }

  @Test func `show mistakes of the spec in the spec`() throws {
    do {
      _ = try changed(
        "epochs=0", "adversarial=none",
        text: "dataset: {name: mnist}\nadversarial: 3\nhparams: {epoch: 3}")
      Issue.record("accepted")
    } catch let error as DiagnosticsError {
      #expect(error.diagnostics.map { $0.source?.name } == ["<override>", "t.yaml"])
    }
  }

  @Test func `name every key of the language for completion`() {
    #expect(OverrideKeys.all.contains("hparams.optimizer.momentum"))
    #expect(OverrideKeys.all.contains("seeds"))
    #expect(!OverrideKeys.all.contains("extends"))
  }
}

@Suite struct `Specs from pipes` {
  @Test func `are read to their end, and need a name`() throws {
    for name in ["experiment: piped\n", ""] {
      var ends: [Int32] = [0, 0]
      #expect(pipe(&ends) == 0)
      let text = Array("\(name)dataset: {name: mnist}\n".utf8)
      #expect(write(ends[1], text, text.count) == text.count)
      close(ends[1])
      defer { close(ends[0]) }
      do {
        let spec = try SpecLoader.load(path: "/dev/fd/\(ends[0])")
        #expect(spec.experiment == "piped")
        #expect(!name.isEmpty)
      } catch let error as DiagnosticsError {
        #expect(name.isEmpty)
        let text = error.description.replacing(/fd\/[0-9]+/, with: "fd/N")
        try expectSnapshot(text, named: "pipe-without-name.txt")
      }
    }
  }

  @Test func `are not devices`() {
    #expect(throws: DiagnosticsError.self) { try SpecLoader.load(path: "/dev/zero") }
  }
}
