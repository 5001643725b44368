import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing
import YAML

@Suite struct `Words and forms that people bring along` {
  @Test(arguments: [
    "hparams: {lr: 0.1}", "hparams: {bs: 8}", "hparams: {wd: 0.1}", "hparams: {n_epochs: 3}",
    "hparams: {optimizer: {name: adam, eps: 0.1}}", "architecture: {filters: [8]}",
    "eval: {attacks: [{name: pgd, eps: 0.1, alpha: 0.01, nb_iter: 20}]}",
    "adversarial: {method: nsl, eps: 0.2, step_size: 0.1, norm: linf, steps: 3}",
  ])
  func `are answered with our key, and read as it`(lines: String) {
    do {
      _ = try load(lines)
      Issue.record("accepted")
    } catch {
      let found = (error as? DiagnosticsError)?.diagnostics ?? []
      #expect(!found.isEmpty)
      // The value counts as the key's: nothing is missing, nothing else is wrong.
      #expect(found.allSatisfy { $0.suggestion?.hasPrefix("it is called `") == true }, "\(error)")
    }
  }

  @Test func `say what to write instead`() throws {
    var snapshot = ""
    for lines in [
      "hparams: {learning_rate: [0.1, 0.01]}", "hparams: {epochs: 3, patience: 2}",
      "hparams: {optimizer: {name: adam, betas: [0.9, 0.99], lr: 0.1}}",
      "eval: {attacks: [fgsm]}", "eval: {attacks: [{name: l2-pgd, epsilon: 0.1}]}",
      "eval: {attacks: [{name: fgsm, epsilon: 0.1, norm: 2}]}", "adversarial: {method: pgd}",
      "eval: {batch_size: [1, 2]}", "tags: mnist", "tags: [a, a]", "description: [a]",
      "architecture:\n  layers:\n    - dense: 10, activation: softmax",
      "sweep: {grid: {hparams.lr: [0.1]}}", "sweep: {grid: {dataset: [mnist, kmnist]}}",
      "notes: hello",
    ] {
      let found = mistakes("dataset: {name: mnist}\n\(lines)\n")
      #expect(found != "", "\(lines)")
      snapshot += "\(found)\n"
    }
    for lines in [
      "dataset: {name: mnist, normalize: true}\n", "dataset: mnits\n", "dataset: [mnist]\n",
    ] {
      snapshot += "\(mistakes(lines))\n"
    }
    try expectSnapshot(snapshot, named: "beginners.txt")
  }

  @Test func `may be a dataset's name alone`() throws {
    let word = try SpecLoader.load(text: "dataset: kmnist", name: "t.yaml")
    #expect(
      word.dataset == (try SpecLoader.load(text: "dataset: {name: kmnist}", name: "t.yaml")).dataset
    )
    try withFolder([
      "a.yaml": "dataset: {name: mnist, train_limit: 9}",
      "b.yaml": "extends: a.yaml\ndataset: kmnist",
    ]) { folder in
      let path = folder.appending(path: "b.yaml").path
      let spec = try SpecLoader.load(path: path)
      #expect(spec.dataset.name == .kmnist)
      #expect(spec.dataset.trainLimit == 9)
      let changed = try SpecLoader.load(
        path: path, overrides: [SpecOverride(.set, "dataset=fashion-mnist")])
      #expect(changed.dataset.name == .fashionMNIST)
      #expect(changed.dataset.trainLimit == 9)
    }
  }
}

@Suite struct `Description and tags` {
  private let text = "description: |\n  Less regularization.\n\ntags: [mnist, ablation]\n"

  @Test func `are kept, and decide nothing`() throws {
    let spec = try load(text)
    #expect(spec.description == "Less regularization.")
    #expect(spec.tags == ["mnist", "ablation"])
    #expect(try plan(spec).stages.map(\.key) == plan(load()).stages.map(\.key))
    #expect(try load().description == nil)
    #expect(try load().tags.isEmpty)
  }

  @Test func `are those of one experiment`() throws {
    try withFolder([
      "a.yaml": "dataset: mnist\n" + text, "b.yaml": "extends: a.yaml\ntags: [other]",
    ]) { folder in
      let spec = try SpecLoader.load(path: folder.appending(path: "b.yaml").path)
      #expect(spec.description == nil)
      #expect(spec.tags == ["other"])
      let changed = try SpecLoader.load(
        path: folder.appending(path: "b.yaml").path,
        overrides: [SpecOverride(.set, "tags+=[more]"), SpecOverride(.set, "description=text")])
      #expect(changed.tags == ["other", "more"])
      #expect(changed.description == "text")
    }
  }
}
