import Experiments
import Settings
import Testing
import YAML

@Suite struct `Attacks of a spec` {
  private func attacks(_ items: String) throws -> [AttackSettings] {
    try load("eval: {attacks: [\(items)]}").settings.evaluation.attacks
  }

  private func warnings(_ lines: String) throws -> [String] {
    try load(lines).warnings.map { DiagnosticRenderer().render($0) }
  }

  @Test(arguments: [
    // Madry's on MNIST, to the last bit.
    ("{name: pgd, epsilon: 0.3}", 0.01),
    ("{name: pgd, epsilon: 0.3, steps: 20}", 0.02),
    ("{name: pgd, epsilon: 0.15}", 0.005),
    ("{name: pgd, epsilon: 1.2, steps: 4, norm: l2}", 0.75),
    ("{name: bim, epsilon: 0.5}", 0.1),
    ("{name: bim, epsilon: 0.5, steps: 100}", 0.1),
    ("{name: bim, epsilon: 0.5, steps: 4}", 0.25),
    ("{name: pgd, epsilon: 0.3, steps: 5, step_size: 0.01}", 0.01),
    ("{name: mifgsm, epsilon: 0.5}", 0.05),
    ("{name: mifgsm, epsilon: 6, steps: 5, norm: l1}", 1.2),
  ])
  func `take steps that lead to the edge of their ball`(item: String, step: Double) throws {
    #expect(try attacks(item)[0].method.attack.reach?.stepSize == step)
  }

  @Test func `have default steps that reach their epsilon, whatever it is`() throws {
    for name in ["pgd", "bim", "mifgsm"] {
      for norm in ["linf", "l2", "l1"] {
        for steps in [1, 2, 3, 7, 10, 40, 1000] {
          let text =
            "{name: \(name), norm: \(norm), steps: \(steps), epsilon: [0.001, 8/255, 1, 0.3]}"
          let spec = try load("eval: {attacks: [\(text)]}")
          #expect(spec.warnings.isEmpty, "\(text)")
          for attack in spec.settings.evaluation.attacks {
            let reach = try #require(attack.method.attack.reach).length
            #expect(reach >= attack.epsilon * (1 - 1e-9), "\(text)")
          }
        }
      }
    }
  }

  @Test func `that cannot reach their epsilon are warned of`() throws {
    let found = try warnings(
      "eval: {attacks: [{name: pgd, epsilon: [0.05, 0.3], steps: 5, step_size: 0.01, random_start: false}]}"
    )
    #expect(
      found == [
        """
        t.yaml:2:46: warning: `pgd` reaches at most 0.05, less than its epsilon 0.3: `steps` 5 times `step_size` 0.01
         2 | eval: {attacks: [{name: pgd, epsilon: [0.05, 0.3], steps: 5, step_size: 0.01, random_start: false}]}
           |                                              ^~~
            suggestion: leave out `step_size`: its default follows from `epsilon` and `steps`

        """
      ])
    #expect(
      try warnings("eval: {attacks: [{name: bim, epsilon: 2, norm: l2, step_size: 0.1}]}")[0]
        .contains("`bim` reaches at most 1.0, less than its epsilon 2.0"))
    #expect(
      try warnings("eval: {attacks: [{name: pgd, epsilon: 0.3, steps: 5, step_size: 0.01}]}")[0]
        .contains("`pgd` moves from its start at most 0.05"))
  }

  @Test func `that step over their ball are warned of`() throws {
    let found = try warnings(
      "eval: {attacks: [{name: pgd, epsilon: [0.05, 0.3], step_size: 0.1}]}")
    #expect(
      found == [
        """
        t.yaml:2:40: warning: `pgd` has a `step_size` of 0.1, more than its epsilon 0.05: its steps jump over most of the ball
         2 | eval: {attacks: [{name: pgd, epsilon: [0.05, 0.3], step_size: 0.1}]}
           |                                        ^~~~
            suggestion: leave out `step_size`: its default follows from `epsilon` and `steps`

        """
      ])
    // One step from anywhere in the ball may have to cross it, and no ball is no attack.
    #expect(
      try warnings("eval: {attacks: [{name: pgd, epsilon: 0.1, steps: 1, step_size: 0.125}]}")
        .isEmpty)
    #expect(
      try warnings("eval: {attacks: [{name: bim, epsilon: 0.1, steps: 1, step_size: 0.3}]}").count
        == 1)
    #expect(
      try warnings("eval: {attacks: [{name: mifgsm, epsilon: 0, step_size: 0.1}]}").isEmpty)
    #expect(
      try warnings("eval: {attacks: [{name: bim, epsilon: 0.1, step_size: 0.1}]}").isEmpty)
  }

  @Test func `take sparse steps in l1, and keep the keys of other norms`() throws {
    func keys(_ item: String) throws -> [String: String] {
      var keys: [String: String] = [:]
      try attacks(item)[0].method.settings.forEachKeyValue { keys[$0] = $1.yaml }
      return keys
    }
    for name in ["pgd", "bim", "mifgsm"] {
      #expect(try keys("{name: \(name), epsilon: 9, norm: l1}")["l1_steps"] == "sparse")
      #expect(
        try keys("{name: \(name), epsilon: 9, norm: l1, l1_steps: dense}")["l1_steps"] == "dense")
      let found = try keys("{name: \(name), epsilon: 0.1, early_stop: false, l1_steps: null}")
      #expect(found["l1_steps"] == nil && found["early_stop"] == nil && found["steps"] != nil)
      #expect(try keys("{name: \(name), epsilon: 0.1, early_stop: true}")["early_stop"] == "true")
    }
    let start = "dataset: {name: mnist}\neval: {attacks: [{name: pgd, epsilon: 0.1, "
    #expect(
      mistakes(start + "l1_steps: dense}]}")
        == """
        t.yaml:2:54: error: `l1_steps` says how steps in `l1` are made, and the norm is `linf`
         2 | eval: {attacks: [{name: pgd, epsilon: 0.1, l1_steps: dense}]}
           |                                                      ^~~~~
            suggestion: leave it out, or write `norm: l1`

        """)
    #expect(!mistakes(start + "norm: l3, l1_steps: dense}]}").contains("are made"))
  }

  @Test func `of nsl that cannot reach their epsilon are warned of`() throws {
    let nsl = "adversarial: {method: nsl, adv_step_size: 0.01, pgd_iterations: 7, pgd_epsilon: 0.2"
    #expect(try warnings(nsl + "}")[0].contains("less than `pgd_epsilon` 0.2"))
    #expect(try warnings(nsl + ", random_init: true}").isEmpty)
    // Only what some point of a sweep trains with.
    let swept = nsl + "}\nsweep: {grid: {adversarial.adv_step_size: "
    #expect(try warnings(swept + "[0.03, 0.1]}}").isEmpty)
    #expect(try warnings(swept + "[0.02, 0.1]}}").count == 1)
  }

  @Test func `of more than a pixel's range are warned of`() throws {
    let found = try warnings("eval: {attacks: [{name: fgsm, epsilon: 8}]}")
    #expect(
      found == [
        """
        t.yaml:2:40: warning: `epsilon` 8 is more than the range of a pixel: pixels lie in 0...1
         2 | eval: {attacks: [{name: fgsm, epsilon: 8}]}
           |                                        ^
            suggestion: write `8/255` if you mean 8-bit pixel values

        """
      ])
    #expect(try warnings("eval: {attacks: [{name: fgsm, epsilon: 8, norm: l2}]}").isEmpty)
    #expect(
      try warnings("adversarial: {method: nsl, adv_step_size: 2, adv_grad_norm: inf}").count == 1)
  }

  @Test func `have fractions as numbers, wherever a number may stand`() throws {
    let spec = try load(
      """
      adversarial: {method: nsl, adv_step_size: 2/255, adv_grad_norm: linf}
      eval: {attacks: [{name: fgsm, epsilon: [8/255, 16 / 255]}, {name: pgd, epsilon: 4/255, step_size: 1/255}]}
      sweep:
        grid: {adversarial.adv_multiplier: [1/4, 0.5], hparams.learning_rate: {min: 1/1000, max: 3/1000, step: 1/1000}}
        where: "adv_multiplier < 0.3"
      """)
    let epsilons: [Double] = [8.0 / 255, 16.0 / 255, 4.0 / 255]
    #expect(spec.settings.evaluation.attacks.map(\.epsilon) == epsilons)
    #expect(spec.axes[0].values == [.fraction(0.25, text: "1/4")])
    #expect(spec.axes[1].values == [.number(0.001), .number(0.002), .number(0.003)])
    let plan = plan(spec)
    #expect(plan.text().contains("fgsm, epsilon 8/255 in linf"))
    #expect(plan.text().contains("40 steps of 1/255"))
    #expect(plan.stages.contains { $0.title.contains("epsilon=8/255") })
    let overridden = try SpecLoader.load(
      text: "dataset: {name: mnist}\neval: {attacks: [{name: fgsm, epsilon: 0.1}]}",
      name: "t.yaml", overrides: [SpecOverride(.set, "eval.attacks.0.epsilon=[8/255]")])
    #expect(overridden.settings.evaluation.attacks[0].epsilon == epsilons[0])
  }

  @Test(arguments: ["1/0", "8/", "/255", "1/2/3", "a/b", "8//255", "'8/255'"])
  func `have no fractions that are none`(text: String) {
    #expect(
      mistakes("dataset: {name: mnist}\neval: {attacks: [{name: fgsm, epsilon: \(text)}]}") != "")
  }

  @Test func `have the same key with a fraction and its double`() throws {
    let (a, b) = ("8/255", "\(8.0 / 255)")
    let keys = try [a, b].map {
      plan(try load("eval: {attacks: [{name: fgsm, epsilon: \($0)}]}")).stages.map(\.key)
    }
    #expect(keys[0] == keys[1])
  }

  @Test(arguments: ["linf", "infinity", "inf", ".inf", "Linf"])
  func `have one norm with many words, and one key`(word: String) throws {
    func spec(_ word: String) throws -> Spec {
      try load(
        """
        adversarial: {method: nsl, adv_grad_norm: \(word)}
        eval: {attacks: [{name: fgsm, epsilon: 0.1, norm: \(word)}]}
        sweep: {grid: {adversarial.adv_grad_norm: [\(word), L2]}, where: "adv_grad_norm != 'l2' and adv_grad_norm in ['infinity']"}
        """)
    }
    let (spec, linf) = (try spec(word), try spec("linf"))
    let (keys, names) = (plan(linf).stages.map(\.key), plan(linf).runs.map(\.name))
    #expect(plan(spec).stages.map(\.key) == keys)
    #expect(plan(spec).runs.map(\.name) == names)
    #expect(spec.axes[0].values == [.text("linf")])
    #expect(plan(spec).stages.contains { $0.work.canonicalText.contains("norm=4:linf") })
    #expect(plan(spec).runs[0].resolvedSpec.contains("norm: linf"))
  }

  @Test func `that cannot be read are not called alike`() {
    let found = mistakes(
      "dataset: {name: mnist}\n"
        + "eval: {attacks: [{name: fgsm, epsilon: 0.1}, {name: fgsm, epsilon: 0.1, norm: 2}]}")
    #expect(found.contains("unknown norm `2`"))
    #expect(!found.contains("two attacks"))
  }

  @Test func `are measured in the norms that they know`() throws {
    let found = try attacks(
      "{name: cw, epsilon: 1}, {name: square, epsilon: 1}, {name: square, norm: l2, epsilon: 1}")
    #expect(found.map(\.norm) == [.l2, .infinity, .l2])
    #expect(found.allSatisfy { $0.problem(classes: 10) == nil })
    func refused(_ attack: String) -> String {
      mistakes("dataset: {name: mnist}\neval: {attacks: [{name: \(attack), epsilon: 1}]}")
    }
    #expect(refused("cw, norm: linf").contains("`cw` does not work in `linf`"))
    #expect(refused("cw, norm: linf").contains("use `l2`"))
    #expect(refused("square, norm: l1").contains("use `linf` or `l2`"))
    #expect(refused("square, source: base").contains("square asks for logits only"))
    var wrong = found[0]
    wrong.norm = .l1
    #expect(wrong.problem(classes: 10) == "norm is l1")
  }

  @Test func `aim at classes that own files have`() {
    func text(_ target: Int) -> String {
      """
      dataset: {name: idx, path: data}
      architecture: {input_shape: [28, 28, 1], num_classes: 4}
      eval: {attacks: [{name: fgsm, epsilon: 0.1, targeted: \(target)}]}
      """
    }
    #expect(mistakes(text(3)) == "")
    #expect(mistakes(text(50)).contains("`targeted` names class 50, but there are 4 classes"))
  }

  @Test(arguments: [
    ("apgd-ce", 2, nil), ("apgd-dlr", 3, nil), ("apgd-t", 4, nil),
    ("apgd-dlr", 2, "`apgd-dlr` needs at least 3 classes, but there are 2"),
    ("apgd-t", 3, "`apgd-t` needs at least 4 classes, but there are 3"),
    (
      "apgd-dlr, targeted: next", 3,
      "`apgd-dlr` with `targeted` needs at least 4 classes, but there are 3"
    ),
  ])
  func `compare as many classes as there are`(name: String, classes: Int, message: String?) {
    let found = mistakes(
      """
      dataset: {name: idx, path: data}
      architecture: {input_shape: [28, 28, 1], num_classes: \(classes)}
      eval: {attacks: [{name: \(name), epsilon: 0.1}]}
      """)
    #expect(message.map { found.contains($0) } ?? (found == ""), "\(found)")
  }

  @Test(arguments: [
    ("rho: 0.7", nil), ("norm: l2, rho: 0.7", nil), ("norm: l1, larger_epsilons: false", nil),
    ("norm: L1, rho: 0.7", "`rho` has a meaning in `linf` and `l2` only"),
    ("norm: l2, larger_epsilons: true", "`larger_epsilons` has a meaning in `l1` only"),
    ("random_start: false, restarts: 2", "would repeat the same start"),
    ("step_size: 0.1", "apgd-t finds the length of its steps itself"),
    ("targeted: next", "to drive images to one class use `apgd-dlr`"),
  ])
  func `have the settings that mean something in their norm`(setting: String, message: String?) {
    let found = mistakes(
      "dataset: {name: mnist}\neval: {attacks: [{name: apgd-t, epsilon: 0.1, \(setting)}]}")
    #expect(message.map { found.contains($0) } ?? (found == ""), "\(found)")
  }
}

@Suite struct `Names` {
  @Test(arguments: ["-x", "a.", "-", "..", "a.b."])
  func `that tools take for something else are refused`(name: String) {
    #expect(mistakes("experiment: '\(name)'\ndataset: {name: mnist}").contains("error: "))
    #expect(mistakes("dataset: {name: mnist}\nmodels: {'\(name)': {}}").contains("error: "))
  }

  @Test func `say what is wrong with them`() {
    #expect(
      mistakes("experiment: -x\ndataset: {name: mnist}").contains(
        "the experiment's name `-x` begins with `-`, as options of commands do"))
    #expect(mistakes("experiment: a.\ndataset: {name: mnist}").contains("write `a`"))
  }
}
