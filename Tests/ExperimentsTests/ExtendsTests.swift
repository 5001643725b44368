import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing
import YAML

@Suite struct `Extended specs` {
  /// The diagnostics of a file, with the folder's path left out.
  private func mistakes(_ files: [String: String], in name: String) throws -> String {
    var result = ""
    try withFolder(files) { folder in
      do {
        _ = try SpecLoader.load(path: folder.appending(path: name).path)
      } catch let error as DiagnosticsError {
        result = error.description.replacing(folder.path + "/", with: "")
          .replacing(folder.path, with: "FOLDER")
      }
    }
    return result
  }

  @Test func `merge mappings deeply, replace lists, and delete with null`() throws {
    try withFolder([
      "a.yaml": """
      experiment: first
      dataset: {name: mnist, train_limit: 100, test_limit: 10}
      models: {x: {}, y: {}}
      seeds: [1, 2, 3]
      eval: {attacks: [{name: fgsm, epsilon: 0.1}]}
      """,
      "b.yaml": "extends: a.yaml\nmodels: {x: ~, z: {}}\nhparams: {epochs: 2}\n",
      "c.yaml":
        "extends: ./b.yaml\ndataset: {test_limit: null}\nseeds: [9]\nhparams: {batch_size: 8}\n",
    ]) { folder in
      let spec = try SpecLoader.load(path: folder.appending(path: "c.yaml").path)
      #expect(spec.experiment == "c")
      #expect(spec.dataset.trainLimit == 100)
      #expect(spec.dataset.testLimit == nil)
      #expect(spec.settings.models.map(\.name) == ["y", "z"])
      #expect(spec.settings.models[0].training.epochs == 2)
      #expect(spec.settings.models[0].training.batchSize == 8)
      #expect(spec.settings.evaluation.attacks.count == 1)
      #expect(spec.seeds == [9])
    }
  }

  private static let lists = """
    dataset: {name: mnist}
    architecture: {layers: [flatten, {dense: {units: 5, name: hidden}}, {dropout: 0.5}, {dense: 10}]}
    eval: {attacks: [{name: fgsm, epsilon: 0.1}, {name: pgd, epsilon: 0.1}]}
    seeds: [1, 2]
    sweep: {grid: {hparams.epochs: [1, 2]}}

    """

  @Test func `append to lists, and change single items, through chains`() throws {
    try withFolder([
      "a.yaml": Self.lists,
      "b.yaml": """
      extends: a.yaml
      eval:
        attacks: {pgd: {steps: 7}, fgsm: {epsilon+: [0.2]}}
        attacks+: [{name: bim, epsilon: 0.3}]
      architecture: {layers: {hidden: {units: 6}, 2: {dropout: 0.25}}}
      seeds+: [3]
      sweep: {grid: {hparams: {epochs+: [3]}}}
      """,
      "c.yaml": """
      extends: b.yaml
      eval: {attacks: {bim: {label: steps, steps: 3}, 0: null}}
      sweep+: [{list: [{hparams.batch_size: 8}]}]
      """,
      "d.yaml": "extends: c.yaml\neval: {attacks: {steps: {epsilon: 0.5}}}",
    ]) { folder in
      func load(_ name: String) throws -> Spec {
        try SpecLoader.load(path: folder.appending(path: name).path)
      }
      func attacks(_ spec: Spec) -> [String] {
        spec.settings.evaluation.attacks.map {
          "\($0.name) \($0.epsilon) \(Int($0.method.attack.passes.gradient))"
        }
      }
      let b = try load("b.yaml")
      #expect(attacks(b) == ["fgsm 0.1 1", "fgsm 0.2 1", "pgd 0.1 7", "bim 0.3 10"])
      #expect(b.seeds == [1, 2, 3])
      #expect(b.points.count == 3)
      let layers = b.settings.models[0].architecture.layers.map(\.layer)
      #expect(layers[1] == Layer(Dense(units: 6)))
      #expect(layers[2] == Layer(Dropout(rate: 0.25)))
      let c = try load("c.yaml")
      #expect(attacks(c) == ["pgd 0.1 7", "steps 0.3 3"])
      #expect(c.expansion.blocks.map(\.kind) == ["grid", "list"])
      #expect(try attacks(load("d.yaml")) == ["pgd 0.1 7", "steps 0.5 3"])
    }
  }

  @Test func `say what is wrong with a change of a list`() throws {
    var snapshot = ""
    for lines in [
      "eval: {attacks: {pdg: {steps: 3}, 5: {}}}", "eval: {attacks: {fgsm: {steps: 3}, pgd: 3}}",
      "eval: {attacks: [{name: fgsm, epsilon: 0.1}], attacks+: [{name: bim, epsilon: 0.1}]}",
      "seeds+: 3", "architecture: {layers: {hiden: {units: 3}}}", "hparams: {epochs+: [3]}",
      "eval: {attacks+: [{name: pgd, epsilon: 0.1}]}", "eval: {attacks+: {name: pgd}}",
    ] {
      let files = ["a.yaml": Self.lists, "b.yaml": "extends: a.yaml\n\(lines)\n"]
      let found = try mistakes(files, in: "b.yaml")
      #expect(found != "", "\(lines)")
      snapshot += found + "\n"
    }
    snapshot += try mistakes(
      ["a.yaml": Self.lists.replacing("seeds:", with: "seeds+:")], in: "a.yaml")
    try expectSnapshot(snapshot, named: "extends-lists.txt")
  }

  @Test func `keep their mistakes in their own files`() throws {
    let files = [
      "a.yaml": "dataset: {name: mnsit}\nhparams:\n  epochs: 0\n  batch_size: 0\n",
      "b.yaml": "extends: a.yaml\nhparams:\n  batch_size: many\n",
    ]
    try expectSnapshot(try mistakes(files, in: "b.yaml"), named: "extends-mistakes.txt")
  }

  @Test func `may not go round in circles`() throws {
    let files = [
      "a.yaml": "extends: b.yaml\n", "b.yaml": "extends: c.yaml\n", "c.yaml": "extends: b.yaml\n",
    ]
    try expectSnapshot(try mistakes(files, in: "a.yaml"), named: "extends-cycle.txt")
    #expect(
      try mistakes(["a.yaml": "extends: a.yaml"], in: "a.yaml").contains("a.yaml -> a.yaml"))
  }

  @Test func `must be there, with a suggestion where a name is near`() throws {
    let files = ["a.yaml": "extends: mnist-swep.yaml\n", "mnist-sweep.yaml": ""]
    try expectSnapshot(try mistakes(files, in: "a.yaml"), named: "extends-missing.txt")
    try expectSnapshot(try mistakes(files, in: "mnist-swee.yaml"), named: "file-missing.txt")
    try expectSnapshot(try mistakes(files, in: ""), named: "file-folder.txt")
  }

  @Test func `must be UTF-8`() throws {
    try withFolder([:]) { folder in
      let file = folder.appending(path: "a.yaml")
      try Data([0x61, 0xFE, 0x0A]).write(to: file)
      #expect(throws: DiagnosticsError.self) { try SpecLoader.load(path: file.path) }
    }
  }
}
