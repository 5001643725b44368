import Experiments
import Settings
import Testing
import YAML

@Suite struct `AutoAttack in a spec` {
  private func attack(_ settings: String) throws -> AutoAttack {
    let spec = try load("eval: {attacks: [{name: autoattack, epsilon: 0.2\(settings)}]}")
    return try #require(spec.settings.evaluation.attacks[0].method.attack as? AutoAttack)
  }

  private func refused(_ settings: String) -> String {
    mistakes(
      "dataset: {name: mnist}\neval: {attacks: [{name: autoattack, epsilon: 0.2\(settings)}]}")
  }

  @Test(arguments: [
    ("", ["apgd-ce", "apgd-t", "fab-t", "square"]),
    (", norm: l2, version: standard", ["apgd-ce", "apgd-t", "fab-t", "square"]),
    (", norm: l1", ["apgd-ce", "apgd-t", "fab-t"]),
    (", version: plus", ["apgd-ce", "apgd-dlr", "fab", "square", "apgd-t", "fab-t"]),
    (", version: plus, norm: l1", ["apgd-ce", "apgd-dlr", "fab", "apgd-t", "fab-t"]),
    (", version: rand", ["apgd-ce", "apgd-dlr"]),
  ])
  func `runs its attacks in the reference's order`(settings: String, members: [String]) throws {
    #expect(try attack(settings).members == members)
  }

  /// Restarts of each attack, targets, queries and gradients of a step.
  private func numbers(_ settings: String) throws -> [String] {
    try attack(settings).attacks.map { attack in
      switch attack {
      case let attack as TargetedAPGD:
        "\(attack.steps) \(attack.restarts) to \(attack.targets) eot \(attack.eot)"
      case let attack as any APGDDeclaration:
        "\(attack.steps) \(attack.restarts) eot \(attack.eot)"
      case let attack as TargetedFAB: "\(attack.steps) \(attack.restarts) to \(attack.targets)"
      case let attack as FAB: "\(attack.steps) \(attack.restarts)"
      case let attack as Square: "\(attack.queries) \(attack.restarts)"
      default: "?"
      }
    }
  }

  @Test(arguments: [
    ("", ["100 1 eot 1", "100 1 to 9 eot 1", "100 1 to 9", "5000 1"]),
    (", norm: l1", ["100 5 eot 1", "100 1 to 5 eot 1", "100 1 to 9"]),
    (
      ", version: plus",
      ["100 5 eot 1", "100 5 eot 1", "100 5", "5000 1", "100 1 to 9 eot 1", "100 1 to 9"]
    ),
    (", version: rand", ["100 1 eot 20", "100 1 eot 20"]),
    (
      ", steps: 20, restarts: 3, targets: 4, queries: 100, eot: 2",
      ["20 3 eot 2", "20 1 to 4 eot 2", "20 1 to 4", "100 1"]
    ),
    (", norm: l1, targets: 9", ["100 5 eot 1", "100 1 to 9 eot 1", "100 1 to 9"]),
    (", version: rand, eot: 3, restarts: 2", ["100 2 eot 3", "100 2 eot 3"]),
  ])
  func `has the reference's settings, unless others are given`(
    settings: String, expected: [String]
  ) throws {
    #expect(try numbers(settings) == expected)
  }

  @Test func `has equal settings and keys with a default and the same value`() throws {
    let written = ", version: standard, steps: 100, restarts: 1, targets: 9, queries: 5000, eot: 1"
    #expect(try attack(written) == attack(""))
    #expect(try attack(", version: plus") != attack(""))
  }

  @Test(arguments: [
    (", version: fast", "unknown version `fast`"),
    (", version: rand, targets: 3", "`targets` is of apgd-t and fab-t, which `version: rand` does"),
    (", version: rand, queries: 3", "`queries` is of square, which `version: rand` does not run"),
    (", norm: l1, queries: 3", "`queries` is of square, which does not run in `l1`"),
    (", restarts: 0", "`restarts` must be an integer >= 1"),
    (", targeted: next", "`targeted` is not an option of autoattack"),
    (", source: base", "`source` is not an option of autoattack"),
    (", step_size: 0.1", "`step_size` is not an option of autoattack"),
    (", norm: l3", "unknown norm `l3`"),
  ])
  func `refuses what it does not have`(settings: String, message: String) {
    let found = refused(settings)
    #expect(found.contains(message), "\(found)")
    #expect(found.ranges(of: ": error: ").count == 1, "\(found)")
  }

  @Test func `needs the classes that its attacks need`() {
    func refused(_ version: String, classes: Int) -> String {
      mistakes(
        """
        dataset: {name: idx, path: data}
        architecture: {input_shape: [28, 28, 1], num_classes: \(classes)}
        eval: {attacks: [{name: autoattack, epsilon: 0.1, version: \(version)}]}
        """)
    }
    #expect(refused("standard", classes: 4) == "")
    #expect(
      refused("standard", classes: 3).contains(
        "`autoattack` needs at least 4 classes, but there are 3"))
    #expect(refused("rand", classes: 3) == "")
    #expect(refused("rand", classes: 2).contains("needs at least 3 classes, but there are 2"))
  }

  @Test func `warns that rand is for models with randomness`() throws {
    let lines = "eval: {attacks: [{name: autoattack, epsilon: 0.1, version: rand}]}"
    let warnings = try load(lines).warnings
    #expect(warnings.count == 1 && warnings[0].message.contains("for models with randomness"))
    #expect(try load(lines.replacing("rand", with: "plus")).warnings.isEmpty)
  }

  @Test func `says in the plan what it runs`() throws {
    func line(_ settings: String) throws -> String {
      plan(try load("eval: {attacks: [{name: autoattack, epsilon: 0.2\(settings)}]}")).text()
    }
    #expect(
      try line("").contains(
        "autoattack, epsilon 0.2 in linf, standard: apgd-ce, apgd-t, fab-t, square, 100 steps,"
          + " 1 start, 9 targets, 5000 queries"))
    #expect(
      try line(", version: rand").contains(
        "rand: apgd-ce, apgd-dlr, 100 steps, 1 start, each step of 20 gradients"))
  }

  @Test func `costs the sum of its attacks for an image that stands them`() throws {
    let passes = try attack("").passes
    // apgd-ce, apgd-t and fab-t; each gradient is one pass.
    #expect(passes.gradient == 100 * (1 + 9 + 9))
    #expect(passes.forward > 5000)
    #expect(try attack(", version: rand").passes.gradient == 2 * 100 * 20)
    #expect(try attack(", version: plus").passes.cost > attack("").passes.cost)
  }

  @Test(
    arguments: ["apgd-ce", "apgd-dlr", "apgd-t", "autoattack"],
    ["linf", "l2", "l1"])
  func `and its attacks are resolved to specs that lead to the same stages`(
    name: String, norm: String
  ) throws {
    let own =
      name == "autoattack"
      ? [", version: plus", ", version: rand"]
      : norm == "l1" ? [", larger_epsilons: false"] : [", rho: 0.5"]
    for settings in ["", ", steps: 7", ", eot: 2"] + own {
      let found = plan(
        try load(
          "eval: {attacks: [{name: \(name), epsilon: 0.2, norm: \(norm)\(settings)}]}\nseeds: [1]"))
      let text = found.runs[0].resolvedSpec
      let again = plan(try SpecLoader.load(text: text, name: "run.yaml"))
      #expect(again.stages.map(\.key) == found.stages.map(\.key), "\(text)")
    }
  }
}
