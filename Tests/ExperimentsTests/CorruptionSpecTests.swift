import Experiments
import Settings
import Testing
import YAML

@Suite struct `Corruptions of a spec` {
  private func attacks(_ items: String) throws -> [AttackSettings] {
    try load("eval: {attacks: [\(items)]}").settings.evaluation.attacks
  }

  /// What is said of the items, without the lines that they stand in.
  private func refusals(_ items: String) -> [String] {
    mistakes("dataset: {name: mnist}\neval: {attacks: [\(items)]}").split(separator: "\n")
      .filter { $0.contains("error: ") }
      .map { String($0.drop { $0 != " " }.dropFirst("  error:".count)) }
  }

  @Test func `have a row for each severity, and names that say it`() throws {
    let rows = try attacks(
      "{name: rotation, severity: [1, 3, 5]}, {name: blur, severity: 2, label: soft, limit: 5}")
    #expect(rows.map(\.name) == ["rotation-1", "rotation-3", "rotation-5", "soft-2"])
    #expect(rows.map(\.columns) == rows.map { AttackColumns(attack: $0.name) })
    #expect(rows.allSatisfy { !$0.hasBall && !$0.sharesBall(with: $0) })
    #expect(rows[2].method == AttackMethod(Rotation()).at(severity: 5))
    #expect(rows.map(\.isRandom) == [true, true, true, false])
    #expect(
      rows[2].method.attack.words == ["severity 5", "by 1 radians"]
        && rows[3].method.attack.words == ["severity 2", "a standard deviation of 2 pixels"])
  }

  @Test func `share nothing with attacks`() throws {
    let rows = try attacks("{name: fgsm, epsilon: 0}, {name: blur, severity: 1}")
    #expect(!rows[0].sharesBall(with: rows[1]) && !rows[1].sharesBall(with: rows[0]))
  }

  @Test func `have all severities from 1 to 5`() {
    let corruptions = AttackMethod.alternatives.filter { $0.preset.traits.contains(.corruption) }
    #expect(
      corruptions.map(\.word) == [
        "rotation", "translation", "shear", "scale", "blur", "contrast", "salt-and-pepper",
        "stripe",
      ])
    for alternative in corruptions {
      let corruption = alternative.preset.attack as? any CorruptionDeclaration
      #expect(corruption.map { type(of: $0).amounts.count } == 5)
      #expect(alternative.names == ["severity"])
    }
  }

  @Test func `have nothing of a ball in their keys and resolved specs`() throws {
    let spec = try load("eval: {attacks: [{name: stripe, severity: [2, 4]}]}")
    var keys: [String] = []
    spec.settings.evaluation.attacks[0].forEachKeyValue { name, _ in keys.append(name) }
    #expect(keys == ["clip"])
    let plan = plan(spec)
    let resolved = plan.runs[0].resolvedSpec
    #expect(
      resolved.contains(
        """
          attacks:
            - name: stripe
              clip: [0.0, 1.0]
              limit: null
              keep: false
              severity: 2
            - name: stripe
        """))
    let again = try SpecLoader.load(text: resolved, name: "r.yaml")
    #expect(again.settings.evaluation.attacks == spec.settings.evaluation.attacks)
    #expect(
      plan.stages.map(\.title) == [
        "train base seed=0", "evaluate base clean seed=0", "evaluate base stripe-2 seed=0",
        "evaluate base stripe-4 seed=0",
      ])
    let rows = PlanDocument(plan).runs[0].models[0].evaluations
    #expect(rows.map(\.attack) == ["clean", "stripe-2", "stripe-4"])
    #expect(rows.allSatisfy { $0.norm.isEmpty && $0.source.isEmpty && $0.epsilon == 0 })
  }

  @Test func `are swept by their label`() throws {
    let text =
      "eval: {attacks: [{name: shear, severity: 1}]}\n"
      + "sweep: {grid: {eval.attacks.shear.severity: [2, 5]}}"
    let spec = try load(text)
    #expect(spec.axes.map(\.path) == ["eval.attacks.shear.severity"])
    #expect(
      spec.points.map { $0.settings.evaluation.attacks.map(\.name) } == [["shear-2"], ["shear-5"]])
  }

  @Test func `need a severity, and only that`() {
    let item = "an integer >= 1 and <= 5"
    #expect(
      mistakes("dataset: {name: mnist}\neval: {attacks: [{name: rotation}]}")
        == """
        t.yaml:2:18: error: `severity` is missing in `eval.attacks`
         2 | eval: {attacks: [{name: rotation}]}
           |                  ^~~~~~~~~~~~~~~~
            suggestion: it is \(item), or a list of at least 1 item, each \(item)

        """)
    #expect(
      refusals("{name: rotation, epsilon: 0.1}") == [
        "`epsilon` is not an option of rotation: rotation has a severity, not an epsilon"
      ])
    #expect(
      refusals("{name: blur, severity: 3, norm: l2, targeted: next, source: base}") == [
        "`norm` is not an option of blur: blur has a severity, not an epsilon",
        "`targeted` is not an option of blur: a corruption looks at no model and has no target",
        "`source` is not an option of blur: a corruption looks at no model and has no target",
      ])
    #expect(
      refusals("{name: fgsm, severity: 3}") == [
        "`severity` is not an option of fgsm: fgsm has an epsilon; corruptions have a severity"
      ])
  }

  @Test(arguments: [
    ("6", "t.yaml:2:45: error: `severity` must be at most 5, found the integer 6"),
    (
      "0",
      "t.yaml:2:45: error: `severity` must be an integer >= 1 and <= 5, found the integer 0"
    ),
    (
      "2.5",
      "t.yaml:2:45: error: `severity` must be an integer >= 1 and <= 5, found the number 2.5"
    ),
    ("[]", "t.yaml:2:45: error: `severity` is an empty list; give at least one"),
    ("[3, 3]", "t.yaml:2:49: error: the severity 3 appears twice"),
  ])
  func `have severities from 1 to 5, each once`(severity: String, expected: String) {
    let text = "dataset: {name: mnist}\neval: {attacks: [{name: rotation, severity: \(severity)}]}"
    #expect(mistakes(text).hasPrefix(expected + "\n"))
  }

  @Test func `are called differently`() {
    #expect(
      refusals("{name: shear, severity: [1, 2]}, {name: shear, severity: 2}") == [
        "two attacks are called `shear-2`: tables cannot tell them apart"
      ])
    #expect(
      mistakes("dataset: {name: mnist}\neval: {attacks: [rotation]}")
        .contains("suggestion: write `{ name: rotation, severity: … }`"))
    #expect(
      mistakes("dataset: {name: mnist}\neval: {attacks: [{name: rotate, severity: 1}]}")
        .contains("suggestion: write `rotation`"))
  }
}
