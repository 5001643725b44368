import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing
import YAML

/// Arguments and values in forms of other programs: what is said, and that it works.
@Suite struct `Habits` {
  private static let base = """
    dataset: {name: mnist}
    adversarial: {method: nsl, adv_step_size: 0.1}
    eval:
      attacks:
        - {name: fgsm, epsilon: 0.1}
        - {name: pgd, epsilon: 0.1}

    """

  private func load(_ text: String, _ arguments: [String] = []) throws -> Spec {
    let overrides = arguments.map { argument in
      argument.hasPrefix("--sweep ")
        ? SpecOverride(.sweep, String(argument.dropFirst(8))) : SpecOverride(.set, argument)
    }
    return try SpecLoader.load(text: text, name: "t.yaml", overrides: overrides)
  }

  private func suggestions(_ text: String, _ arguments: [String] = []) -> [String] {
    do {
      _ = try load(text, arguments)
      return []
    } catch {
      let all = (error as? DiagnosticsError)?.diagnostics ?? []
      return all.map { $0.suggestion ?? "none: \($0.message)" }
    }
  }

  /// What is written in the wrong form, and the values that the suggested command sweeps.
  private static let ranges = [
    ("adv_step_size=linspace(0,1,3)", ["0", "0.5", "1"]),
    ("adv_step_size=np.linspace(0, 1, 3)", ["0", "0.5", "1"]),
    ("adv_step_size=np.arange(0.1,0.4,0.1)", ["0.1", "0.2", "0.3"]),
    ("epochs=interval(1,3)", ["1", "2", "3"]), ("epochs=linspace(1,9,3)", ["1", "5", "9"]),
    ("epochs=np.arange(1,3)", ["1", "2"]), ("epochs=range(1,4)", ["1", "2", "3"]),
    ("epochs=uniform(1,9)", ["1", "3", "5", "7", "9"]), ("epochs=1:3", ["1", "2", "3"]),
    ("learning_rate=np.logspace(-3,-1,3)", ["0.001", "0.01", "0.1"]),
    ("learning_rate=loguniform(1e-3,1e-1)", nil),
    ("adv_step_size=quniform(0,1,0.5)", ["0", "0.5", "1"]),
    ("epochs=choice(1,5)", ["1", "5"]), ("epochs=1,5", ["1", "5"]), ("epochs=[1, 5]", ["1", "5"]),
    ("learning_rate=0.1,0.01", ["0.1", "0.01"]),
    ("--sweep epochs=[1,5]", ["1", "5"]), ("--sweep epochs=[1, 5]", ["1", "5"]),
    ("--sweep adversarial=[none, {method: nsl}]", ["none", "nsl"]),
    ("--sweep adversarial=[none,{method: nsl}]", ["none", "nsl"]),
  ]

  @Test(arguments: ranges)
  func `of writing several values are answered with what gives these`(
    argument: String, values: [String]?
  ) throws {
    let text = argument.contains("method") ? "dataset: {name: mnist}\n" : Self.base
    let answer = try #require(suggestions(text, [argument]).first)
    let command = try #require(answer.firstMatch(of: /`--sweep (.*?)`/)?.1, "\(answer)")
    let shown = command.filter { $0 != "'" }
    let spec = try load(text, ["--sweep \(shown)"])
    #expect(spec.points.count == values?.count ?? 5)
    guard let values, !shown.contains("method") else { return }
    let axis = try #require(spec.axes.last)
    for (swept, expected) in zip(axis.values, values) {
      let (one, other) = (Double("\(swept)") ?? .nan, Double(expected) ?? 0)
      #expect(abs(one - other) < 1e-9, "\(shown)")
    }
  }

  /// Arguments with what is suggested.
  @Test(arguments: [
    ("epochs:3", "write `epochs=3`"), ("hparams.epochs: 3", "write `hparams.epochs=3`"),
    ("hparams/epochs=3", "write `hparams.epochs`"),
    ("model=base", "a network is `architecture`; several models of one run belong under `models`"),
    ("eval.attacks+=bim", "write `[{ name: bim, epsilon: … }]`"),
    ("experiment=${NAME}", "variables such as `${NAME}` work in paths only"),
    ("epochs=${N}", "variables such as `${N}` work in paths only"),
    ("optimizer=${OPT}", "variables such as `${OPT}` work in paths only"),
  ])
  func `of other command lines are answered with ours`(argument: String, answer: String) {
    #expect(suggestions(Self.base, [argument]) == [answer])
  }

  /// Specs with what is suggested.
  @Test(arguments: [
    ("normalize: true", "pixels lie in 0...1 already"),
    ("architecture: {normalize: true}", "pixels lie in 0...1 already"),
    ("hparams: {normalize: true}", "pixels lie in 0...1 already"),
    ("eval: {normalize: true}", "pixels lie in 0...1 already"),
    ("adversarial: {method: nsl, normalize: true}", "pixels lie in 0...1 already"),
    ("hparams: {seed: 3}", "it is called `seeds`, a list at the top level"),
    ("seed: 3", "it is called `seeds`, a list at the top level"),
    ("lr: 0.1", "it is called `learning_rate` under `hparams`"),
    ("eps: 0.1", "it is called `epsilon` under `hparams.optimizer`, or `pgd_epsilon` under"),
    ("eval: {attacks: fgsm}", "write `[{ name: fgsm, epsilon: … }]`"),
    ("eval: {attacks: [fgsm]}", "write `{ name: fgsm, epsilon: … }`"),
    (
      "eval: {attacks: [{fgsm: {epsilon: 0.1}}]}", "write `{ name: fgsm, epsilon: 0.1 }`"
    ),
    ("eval: {attacks: [{pgd: {steps: 3}}]}", "write `{ name: pgd, steps: 3, epsilon: … }`"),
    ("hparams: {optimizer: {sgd: {momentum: 0.9}}}", "write `{ name: sgd, momentum: 0.9 }`"),
    ("compare: {tolerances: {accuracy: 0.1}}", "write `{ atol: 0.1 }`"),
    ("experiment: ${D}", "variables such as `${D}` work in paths only"),
    ("hparams: {epochs: \"${N}\"}", "variables such as `${N}` work in paths only"),
    (
      "architecture: {layers: [flatten, {dense: 10, activation: relu}]}",
      "write `dense: { units: 10, activation: relu }`"
    ),
    (
      "architecture:\n  layers:\n    - flatten\n    - dense: 10, activation: relu",
      "write `dense: { units: 10, activation: relu }`"
    ),
    (
      "architecture:\n  layers:\n    - dense: 10, activation: softmax",
      "write `dense: 10`, without `softmax`: losses and attacks work on logits"
    ),
    (
      "architecture:\n  layers:\n    - dense: 10\n        activation: tanh",
      "write `dense: { units: 10, activation: tanh }`"
    ),
    (
      "architecture:\n  layers:\n    - dense: 10\n      activation: softmax",
      "write `dense: 10`, without `softmax`: losses and attacks work on logits"
    ),
  ])
  func `of other specs are answered with ours`(lines: String, answer: String) {
    let found = suggestions("dataset: {name: mnist}\n\(lines)\n")
    #expect(found.count == 1 && found[0].hasPrefix(answer), "\(found)")
  }

  @Test func `of naming attacks by their labels work`() throws {
    let spec = try load(Self.base, ["eval.attacks.pgd=null", "attacks.fgsm={epsilon: 0.3}"])
    #expect(spec.settings.evaluation.attacks.map(\.method.word) == ["fgsm"])
    #expect(spec.settings.evaluation.attacks.map(\.epsilon) == [0.3])
    let found = mistakes(of: ["fgsm.steps=3"])
    #expect(
      found == [
        "`steps` is not an option of fgsm: fgsm takes one step of length epsilon from the clean image; use `pgd`"
      ], "\(found)")
  }

  @Test func `of one word for an attack name the item that is wrong`() {
    do {
      _ = try load("dataset: {name: mnist}\neval: {attacks: [fgsm, pgd]}\n")
      Issue.record("accepted")
    } catch {
      let found = (error as? DiagnosticsError)?.diagnostics.map(\.message) ?? []
      #expect(
        found
          == ["fgsm", "pgd"].map {
            "an item of `eval.attacks` must be a mapping, found the string `\($0)`"
          })
    }
  }

  @Test func `of sweeping what is missing are not answered with values`() {
    let plain = "dataset: {name: mnist}\n"
    for argument in ["adv_step_size={min: 0.1, max: 0.3, count: 3}", "adv_step_size=0.1,0.3"] {
      #expect(suggestions(plain, ["--sweep \(argument)"]) == ["it is one of `none`, `nsl`"])
    }
    #expect(
      suggestions(plain, ["--sweep adversarial={min: 1, max: 3, count: 2}"])
        == ["ranges and distributions give numbers: list the values"])
  }

  private func mistakes(of arguments: [String]) -> [String] {
    do {
      _ = try load(Self.base, arguments)
      return []
    } catch {
      return (error as? DiagnosticsError)?.diagnostics.map(\.message) ?? []
    }
  }
}
