import FoundationEssentials
import SystemPackage
import Testing

/// `experiments/broken-claims.yaml`: models are trained, nothing is canned.
@Suite struct `Claims that are wrong` {
  private struct Results: Decodable {
    struct Row: Decodable {
      var model: String
      var attack: String
      var epsilon: Double
      var verdict: Verdict?
    }

    struct Verdict: Decodable {
      var level: String
      var reasons: [String]
    }

    var rows: [Row]

    func verdict(_ model: String, _ attack: String, epsilon: Double = 0.2) throws -> Verdict {
      try #require(
        rows.first { $0.model == model && $0.attack == attack && $0.epsilon == epsilon }?.verdict)
    }
  }

  private func expect(
    _ verdict: Results.Verdict, _ level: String, _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      verdict.level == level && verdict.reasons.contains { $0.contains(reason) },
      "\(verdict)", sourceLocation: sourceLocation)
  }

  @Test func `are flagged, and sound ones are not`() async throws {
    let sandbox = try Sandbox()
    let spec = Sandbox.package.appending("experiments").appending("broken-claims.yaml")
    let ending = try await sandbox.run(spec.string)
    try #require(ending.status == 0, "\(ending)")
    let results = try JSONDecoder().decode(
      Results.self, from: Data(sandbox.read("results/broken-claims/results.json").utf8))

    for attack in ["pgd", "apgd-ce", "worst-case"] {
      let verdict = try results.verdict("plain", attack)
      #expect(verdict.level == "ok", "\(attack): \(verdict)")
    }
    // One step where several do more harm, on any model.
    for model in ["plain", "smoothed", "one-step-trained"] {
      expect(try results.verdict(model, "fgsm"), "suspicious", "it overstates robustness: ")
      expect(
        try results.verdict(model, "pgd-one-step"), "suspicious",
        "1 step is too few for an attack of many steps")
      expect(
        try results.verdict(model, "pgd-long-steps"), "suspicious",
        "a step of 0.5 is longer than the radius of the ball, 0.2")
      expect(
        try results.verdict(model, "fgsm", epsilon: 0.1), "suspicious",
        "one step overstates robustness: add pgd or autoattack at the same epsilon")
    }
    expect(
      try results.verdict("plain", "bim-short-steps"), "suspicious",
      "its steps lead 0.12 far at most, less than the radius of the ball, 0.2")
    expect(
      try results.verdict("plain", "bim-late"), "suspicious",
      "the loss still rises at the last step: more steps would do more harm")
    for attack in ["fgsm", "pgd", "apgd-ce", "worst-case"] {
      expect(
        try results.verdict("saturated", attack), "broken",
        "of the gradients are exactly 0: the model hides them from the attack")
    }

    let heading = "! do not claim robustness from these numbers\n"
    #expect(ending.output.contains(heading + "  broken: saturated, "), "\(ending)")
    #expect(ending.output.contains(" more: see `verdict` in results.json\n"), "\(ending)")
    let shown = try await sandbox.run("show", "broken-claims")
    #expect(shown.output.contains(heading), "\(shown)")
    let diff = try await sandbox.run(
      "diff", "results/broken-claims/results.csv", "results/broken-claims/results.csv")
    #expect(diff.status == 0 && diff.output.contains("suspicious or broken"), "\(diff)")
  }
}
