import Experiments
import Settings
import FoundationEssentials
import Testing
import YAML

@Suite struct `A sweep written as nested mappings` {
  private let start = """
    adversarial: {method: nsl}
    architecture: {layers: [flatten, dense: {units: 9, name: hidden}, dense: 10]}
    models: {strong: {}, base: {adversarial: none}}

    """

  /// Both sweeps lead to the same points, in the same order.
  private func expectSame(_ nested: String, _ flat: String) throws {
    let (a, b) = (try load(start + nested), try load(start + flat))
    #expect(a.axes == b.axes)
    #expect(Array(a.points) == Array(b.points))
    #expect(b.points.count > 1)
  }

  @Test func `is its paths, in a grid and a zip`() throws {
    try expectSame(
      "sweep: {grid: {hparams: {learning_rate: [0.1, 0.01], epochs: {min: 1, max: 3, step: 1}}}}",
      "sweep: {grid: {hparams.learning_rate: [0.1, 0.01], hparams.epochs: {min: 1, max: 3, step: 1}}}"
    )
    try expectSame(
      """
      sweep:
        zip:
          hparams.optimizer: {name: [sgd, adam]}
          models: {strong: {adversarial: {adv_step_size: [0.1, 0.2]}}}
          architecture: {layers: {hidden: {units: [5, 6]}}}
      """,
      """
      sweep:
        zip:
          hparams.optimizer.name: [sgd, adam]
          models.strong.adversarial.adv_step_size: [0.1, 0.2]
          architecture.layers.hidden.units: [5, 6]
      """)
  }

  @Test func `is its paths, in lists and random parameters`() throws {
    try expectSame(
      """
      sweep:
        - list:
            - {hparams: {epochs: 1, optimizer: {name: sgd, momentum: 0.5}}}
            - {hparams: {epochs: 2}, adversarial: {adv_step_size: 0.3}}
        - random:
            samples: 4
            parameters:
              hparams: {learning_rate: {min: 0.1, max: 1.0}, batch_size: {values: [8, 16]}}
              adversarial: {adv_grad_norm: [l1, l2]}
      """,
      """
      sweep:
        - list:
            - {hparams.epochs: 1, hparams.optimizer: {name: sgd, momentum: 0.5}}
            - {hparams.epochs: 2, adversarial.adv_step_size: 0.3}
        - random:
            samples: 4
            parameters:
              hparams.learning_rate: {min: 0.1, max: 1.0}
              hparams.batch_size: {values: [8, 16]}
              adversarial.adv_grad_norm: [l1, l2]
      """)
  }

  @Test func `may write values as W&B does`() throws {
    try expectSame(
      "sweep: {grid: {hparams: {learning_rate: {values: [0.1, 0.01]}, epochs: {value: 3}}}}",
      "sweep: {grid: {hparams.learning_rate: [0.1, 0.01], hparams.epochs: [3]}}")
  }

  @Test func `is overridden, and extended, by paths`() throws {
    let nested =
      "dataset: {name: mnist}\nsweep: {grid: {hparams: {epochs: [1, 2], batch_size: [8, 16]}}}"
    func axes(_ arguments: SpecOverride...) throws -> [String] {
      try SpecLoader.load(text: nested, name: "t.yaml", overrides: arguments).axes.map {
        "\($0.path) \($0.values)"
      }
    }
    #expect(try axes(SpecOverride(.set, "epochs=3")).count == 1)
    #expect(try axes(SpecOverride(.sweep, "epochs=4,5")).count == 2)
    #expect(
      try axes(SpecOverride(.set, "sweep={grid: {hparams: {epochs: [7]}}}")) == [
        "hparams.epochs [7]", "hparams.batch_size [8, 16]",
      ])
    try withFolder([
      "base.yaml": nested,
      "own.yaml": "extends: base.yaml\nsweep: {grid: {hparams.epochs: [5, 6, 7]}}",
    ]) { folder in
      let spec = try SpecLoader.load(path: folder.appending(path: "own.yaml").path)
      #expect(spec.points.count == 6)
    }
  }
}

@Suite struct `Words of other tools` {
  @Test(arguments: [
    "method: grid", "metric: {name: accuracy, goal: maximize}", "program: train.py",
    "parameters: {learning_rate: {values: [0.1]}}", "early_terminate: {type: hyperband}",
    "command: [python, train.py]", "project: p", "entity: e", "defaults: [base, _self_]",
    "hydra: {sweeper: {params: {}}}", "_target_: torch.optim.SGD", "_self_: 1",
    "params: {lr: 0.1}", "config: {}", "model: resnet", "training: {epochs: 3}",
    "train: {epochs: 3}", "optimizer: sgd", "data: {name: mnist}", "attack: fgsm",
    "attacks: [{name: fgsm}]", "grid: {hparams.epochs: [1]}", "search_space: {epochs: [1]}",
    "seed: 3", "sweep: {method: random, grid: {hparams.epochs: [1, 2]}}",
    "sweep: {parameters: {hparams.epochs: [1, 2]}}",
    "hparams: {optimizer: {_target_: torch.optim.SGD, name: sgd}}",
  ])
  func `are answered once, with what they are called here`(lines: String) throws {
    let data = lines.hasPrefix("data") ? "" : "dataset: {name: mnist}\n"
    do {
      _ = try SpecLoader.load(text: data + lines, name: "t.yaml")
      Issue.record("accepted")
    } catch let error as DiagnosticsError {
      #expect(error.diagnostics.count == 1, "\(error)")
      let suggestion = error.diagnostics.first?.suggestion ?? ""
      #expect(!suggestion.hasPrefix("use one of") && !suggestion.hasPrefix("did you mean"))
      #expect(!suggestion.isEmpty)
      for note in error.diagnostics.flatMap(\.notes) {
        // What is given as an example is right.
        let example = note.message.drop { $0 != "`" }.dropFirst().dropLast()
        guard !example.hasPrefix("extends") else { continue }
        let start = example.hasPrefix("dataset") ? "" : "dataset: {name: mnist}\n"
        #expect(mistakes(start + example) == "", "\(example)")
      }
    }
  }
}

@Suite struct `Values in the words of other tools` {
  @Test(arguments: [
    (
      "--sweep epochs=range(1,5)",
      "write `--sweep 'epochs={min: 1, max: 4, step: 1}'`, both ends included"
    ),
    (
      "epochs=range(1,10,3)",
      "write `--sweep 'epochs={min: 1, max: 9, step: 3}'`, both ends included"
    ),
    (
      "--sweep learning_rate=loguniform(1e-4, 1e-1)",
      "write `--sweep 'learning_rate={min: 1e-4, max: 1e-1, count: 5, scale: log}'`, both ends included"
    ),
    ("epochs=1:5", "write `--sweep 'epochs={min: 1, max: 5, step: 1}'`, both ends included"),
    ("optimizer=choice(sgd,adam)", "write `--sweep optimizer=sgd,adam`"),
    ("seeds=0..4", "write `seeds=[0, 1, 2, 3, 4]`"),
    ("--sweep seeds=1,2,3", "write `seeds=[1, 2, 3]`"),
  ])
  func `are answered once, with ours`(argument: String, answer: String) throws {
    let isSweep = argument.hasPrefix("--sweep ")
    let override =
      isSweep
      ? SpecOverride(.sweep, String(argument.dropFirst(8))) : SpecOverride(.set, argument)
    do {
      _ = try SpecLoader.load(
        text: "dataset: {name: mnist}", name: "t.yaml", overrides: [override])
      Issue.record("accepted")
    } catch let error as DiagnosticsError {
      #expect(error.diagnostics.map(\.suggestion) == [answer])
    }
  }
}
