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
