import Experiments
import Settings
import TestSupport
import Testing
import YAML

private let base = """
  dataset: {name: mnist}
  adversarial: {method: nsl}
  eval:
    attacks:
      - {name: fgsm, epsilon: 0.2}
      - {name: pgd, epsilon: 0.3, limit: 10}

  """

private func read(_ text: String, _ arguments: String...) throws -> Spec {
  try SpecLoader.load(
    text: text, name: "t.yaml",
    overrides: arguments.map {
      $0.hasPrefix("--sweep ")
        ? SpecOverride(.sweep, String($0.dropFirst(8))) : SpecOverride(.set, $0)
    })
}

@Suite struct `Paths to attacks` {
  /// The column and what each point's attacks are.
  private func epsilons(_ spec: Spec) -> [[Double]] {
    spec.points.map { $0.settings.evaluation.attacks.map(\.epsilon) }
  }

  @Test func `are swept by label and by position`() throws {
    for name in ["pgd", "1"] {
      let swept = "sweep: {grid: {eval.attacks.\(name).epsilon: [0.1, 0.2]}}"
      for spec in [
        try read(base + swept),
        try read(base, "--sweep eval.attacks.\(name).epsilon=0.1,0.2"),
        try read(base + "sweep: {grid: {eval: {attacks: {'\(name)': {epsilon: [0.1, 0.2]}}}}}"),
      ] {
        #expect(spec.axes.map(\.path) == ["eval.attacks.pgd.epsilon"])
        #expect(spec.axes.map(\.column) == ["pgd.epsilon"])
        #expect(spec.axes.map(\.values) == [[.number(0.1), .number(0.2)]])
        #expect(epsilons(spec) == [[0.2, 0.1], [0.2, 0.2]])
      }
    }
  }

  @Test func `have columns of the words that tables lack`() throws {
    let spec = try read(
      base,
      "--sweep eval.attacks.pgd.steps=5,10", "--sweep pgd.restarts=1,2",
      "--sweep eval.attacks.fgsm.norm=linf,l2")
    #expect(spec.axes.map(\.column) == ["steps", "restarts", "fgsm.norm"])
    #expect(spec.points.count == 8)
    #expect(spec.points[7].settings.evaluation.attacks.map(\.norm) == [.l2, .infinity])
    #expect(spec.points[7].settings.evaluation.attacks[1].method.attack.reach?.steps == 10)
  }

  @Test func `show fractions as they are written, and tables the number`() throws {
    let spec = try read(base, "--sweep eval.attacks.pgd.epsilon=8/255, 1 / 3, 0.1")
    let axis = try #require(spec.axes.first)
    #expect(axis.values.map(\.words) == ["8/255", "1/3", "0.1"])
    #expect(
      axis.values.map(\.description) == ["0.03137254901960784", "0.3333333333333333", "0.1"])
    let plan = plan(spec)
    #expect(plan.facts(of: plan.runs[0]) == ["pgd.epsilon=8/255", "seed=0"])
    #expect(plan.text().contains("axis        eval.attacks.pgd.epsilon: 8/255, 1/3, 0.1\n"))
    #expect(plan.text().contains("  8/255     0  "))
  }

  @Test func `show their values in the rows of their own attack`() throws {
    let plan = plan(
      try read(
        base.replacing("epsilon: 0.2", with: "epsilon: [0.1, 0.2]"),
        "--sweep eval.attacks.pgd.steps=5,10", "--sweep eval.attacks.fgsm.limit=7",
        "--sweep adv_step_size=0.1"))
    let rows = plan.runs[1].models[1].evaluations.map { evaluation in
      evaluation.point(plan.runs[1], plan.axes).map(\.description)
    }
    #expect(rows == [["", "", "0.1"], ["", "7", "0.1"], ["", "7", "0.1"], ["10", "", "0.1"]])
  }

  @Test func `train no model again`() throws {
    let one = plan(try read(base))
    let swept = plan(
      try read(base, "--sweep eval.attacks.pgd.epsilon=0.1,0.2,0.3", "--sweep steps=5,10"))
    let trainings = { (plan: Plan) in
      Set(plan.stages.filter(\.isTraining).map(\.key))
    }
    #expect(trainings(swept) == trainings(one))
    #expect(swept.runs.count == 6)
    // Clean images and FGSM once for each model, PGD at each point.
    #expect(swept.stages.count == 2 + 2 * 2 + 2 * 6)
    let rows = swept.runs.map { run in
      run.models[0].evaluations.compactMap(\.attack).map {
        "\($0.name) \($0.epsilon) \($0.method.attack.passes.gradient)"
      }
    }
    #expect(rows[0] == ["fgsm 0.2 1.0", "pgd 0.1 5.0"])
    #expect(rows[5] == ["fgsm 0.2 1.0", "pgd 0.3 10.0"])
    try expectSnapshot(swept.text(), named: "plan-attack-sweep.txt")
  }

  @Test func `may be all that says an attack's epsilon`() throws {
    let spec = try read(
      "dataset: {name: mnist}\neval: {attacks: [{name: fgsm}]}\n"
        + "sweep: {grid: {eval.attacks.fgsm.epsilon: [0.1, 0.2]}}")
    #expect(epsilons(spec) == [[0.1], [0.2]])
  }

  @Test func `stay those of an attack whose label a point changes`() throws {
    let spec = try read(
      base, "--sweep eval.attacks.pgd.targeted=false,next", "--sweep eval.attacks.pgd.epsilon=0.1")
    #expect(
      spec.points.map { $0.settings.evaluation.attacks[1].name } == ["pgd", "pgd-to-next"])
    #expect(epsilons(spec) == [[0.2, 0.1], [0.2, 0.1]])
  }

  @Test func `are set by label, and what is set no longer varies`() throws {
    #expect(epsilons(try read(base, "eval.attacks.pgd.epsilon=0.1")) == [[0.2, 0.1]])
    #expect(epsilons(try read(base, "fgsm.epsilon=0.1")) == [[0.1, 0.3]])
    let swept = base + "sweep: {grid: {eval.attacks.pgd.epsilon: [0.1, 0.2]}}"
    #expect(epsilons(try read(swept, "eval.attacks.1.epsilon=0.4")) == [[0.2, 0.4]])
    #expect(epsilons(try read(swept, "pgd.epsilon=0.4")) == [[0.2, 0.4]])
    #expect(
      epsilons(try read(swept, "--sweep eval.attacks.1.epsilon=0.4,0.5"))
        == [[0.2, 0.4], [0.2, 0.5]])
    // Only one attack knows steps.
    #expect(
      try read(base, "steps=7").settings.evaluation.attacks[1].method.attack.reach?.steps == 7)
  }

  @Test func `are read by conditions, which take no word of theirs to the optimizer`() throws {
    let swept = base + "sweep: {grid: {eval.attacks.pgd.epsilon: [0.1, 0.2]}, where: "
    let spec = try read(swept + "'eval.attacks.pgd.epsilon > 0.15'}")
    #expect(epsilons(spec) == [[0.2, 0.2]])
    #expect(try read(swept + "'pgd.epsilon > 0.15'}").points.count == 1)
    #expect(throws: DiagnosticsError.self) { try read(swept + "'epsilon > 0.15'}") }
  }

  @Test func `that are wrong say what is meant`() throws {
    var snapshot = ""
    let twice =
      "dataset: {name: mnist}\neval: {attacks: [{name: fgsm, epsilon: 0.1}, {name: fgsm, norm: l2, epsilon: 1}]}\n"
    let none = "dataset: {name: mnist}\n"
    for (text, argument) in [
      (base, "epsilon=0.3"), (base, "limit=3"), (base, "norm=l2"), (base, "clip=[0, 1]"),
      (base, "eval.attacks[0].epsilon=0.1"), (base, "eval.attacks.fgms.epsilon=0.1"),
      (base, "eval.attacks.cw.epsilon=0.1"), (base, "eval.attacks.pgd.epsilom=0.1"),
      (base, "eval.attacks.fgsm.steps=3"), (base, "--sweep epsilon=0.1,0.2"),
      (base, "--sweep eval.attacks[0].epsilon=0.1,0.2"),
      (base, "--sweep eval.attacks.7.epsilon=0.1"),
      (base, "--sweep eval.attacks.fgsm.steps=1,2"), (base, "--sweep eval.attacks.pgd.name=bim"),
      (base, "sweep.grid.epsilon=[0.1]"), (base, "sweep.grid.eval.attacks.pdg.steps=[1]"),
      (twice, "eval.attacks.fgsm.epsilon=0.2"), (twice, "--sweep eval.attacks.fgsm.epsilon=0.2"),
      (twice, "sweep.grid.eval.attacks.fgsm.epsilon=[0.2]"),
      (none, "epsilon=0.3"), (none, "steps=10"), (none, "norm=l2"), (none, "step_size=0.1"),
      (none, "eval.attacks.fgsm.epsilon=0.1"), (none, "--sweep steps=1,2"),
    ] {
      do {
        _ = try read(text, argument)
        Issue.record("accepted: \(argument)")
      } catch let error as DiagnosticsError {
        #expect(error.diagnostics.count == 1, "\(argument)")
        snapshot += "$ \(argument)\n\(error)\n"
      }
    }
    try expectSnapshot(snapshot, named: "attack-paths.txt")
  }
}
