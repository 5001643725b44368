import FoundationEssentials
import Testing

@Suite struct `One example that is shown` {
  private static let spec = Sandbox.tinySpec
    .replacing(
      "- { name: fgsm, epsilon: 0.2, source: base }",
      with: """
        - { name: fgsm, epsilon: [0.1, 0.2], source: base, keep: true }
            - { name: noise-uniform, epsilon: 0.1 }
        """
    )
    .replacing("seeds: 2", with: "seeds: [0]")

  private func finished() async throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Self.spec, to: "tiny.yaml")
    let ending = try await sandbox.run("tiny.yaml")
    try #require(ending.status == 0, "\(ending)")
    #expect(ending.error.contains("10 stages, 10 run and 0 stored already"), "\(ending)")
    return sandbox
  }

  private func run(_ sandbox: Sandbox) throws -> String {
    let runs = try FileManager.default.contentsOfDirectory(
      atPath: sandbox.path("results/tiny/runs"))
    return try #require(runs.first)
  }

  @Test func `is a picture and the logits of each model`() async throws {
    let sandbox = try await finished()
    let run = try run(sandbox)
    let ending = try await sandbox.run("show", "tiny", "--attack", "fgsm-0.2", "--example", "17")
    #expect(ending.status == 0 && ending.error.isEmpty, "\(ending)")
    let start = "fgsm linf 0.2, gradients of base; run \(run), example 17, true "
    #expect(ending.output.hasPrefix(start), "\(ending)")
    #expect(ending.output.contains("\nbase: clean "), "\(ending)")
    #expect(ending.output.contains("\nadv-regularized: clean "), "\(ending)")
    let file = "\(run)-fgsm-0.2-from-base-17.png"
    #expect(ending.output.hasSuffix("\npicture: \(file)\n"), "\(ending)")
    let picture = try Data(contentsOf: URL(filePath: sandbox.path(file)))
    #expect(picture.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))

    // By the run's folder and its name, into another file.
    for name in ["results/tiny/runs/\(run)", run] {
      let other = try await sandbox.run(
        "show", name, "--attack", "fgsm-0.2-from-base", "--example", "17", "-o", "one.png")
      #expect(other.status == 0, "\(other)")
      #expect(try Data(contentsOf: URL(filePath: sandbox.path("one.png"))) == picture)
    }
    for model in ["base", "adv-regularized"] {
      let images = "results/tiny/runs/\(run)/models/\(model)/adversarial-fgsm-0.2-from-base.npz"
      #expect(sandbox.exists(images))
    }
  }

  @Test func `needs nothing anew when images are not kept any more`() async throws {
    let sandbox = try await finished()
    let table = try sandbox.read("results/tiny/results.csv")
    let ending = try await sandbox.run("tiny.yaml", "eval.attacks.fgsm.keep=false")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.error.contains("10 stages, 0 run and 10 stored already"), "\(ending)")
    #expect(try sandbox.read("results/tiny/results.csv") == table)
    #expect(!sandbox.files(below: "results/tiny").contains { $0.hasSuffix(".npz") })
    let shown = try await sandbox.run("show", "tiny", "--attack", "fgsm-0.2", "--example", "17")
    #expect(shown.status == 2, "\(shown)")
    #expect(shown.error.contains("`nsl-run SPEC eval.attacks.fgsm.keep=true`"), "\(shown)")
  }

  @Test func `is said to be missing where there is none`() async throws {
    let sandbox = try await finished()
    let cases: [(arguments: String, message: String, suggestion: String)] = [
      (
        "tiny --attack fgsm --example 0", "`fgsm` is the name of 2 attacks of the run",
        "name one of fgsm-0.1-from-base, fgsm-0.2-from-base"
      ),
      (
        "tiny --attack noise-uniform --example 0",
        "the images of `noise-uniform` were not kept", "write `keep: true` in that attack"
      ),
      ("tiny --attack fgms --example 0", "has no attack `fgms`", "did you mean `fgsm`?"),
      (
        "tiny --attack fgsm-0.2 --example 100",
        "there is no example 100: `fgsm` was evaluated on 100 examples", "in 0...99"
      ),
      ("tinny --attack fgsm --example 0", "there is no run `tinny`", "did you mean `tiny`?"),
      ("tiny --attack fgsm", "--attack and --example are needed together", "show"),
      ("tiny --output x.png", "--output needs --attack", "show"),
      ("tiny --attack fgsm --example 0 --top 3", "options of tables do not fit", "show"),
    ]
    for (arguments, message, suggestion) in cases {
      let ending = try await sandbox.shell("nsl-run show \(arguments)")
      #expect(ending.status == 2 && ending.output.isEmpty, "\(arguments): \(ending)")
      #expect(ending.error.contains(message), "\(arguments): \(ending)")
      #expect(ending.error.contains(suggestion), "\(arguments): \(ending)")
    }
    #expect(!sandbox.files(below: "").contains { $0.hasSuffix(".png") && !$0.contains("images/") })
  }

  @Test func `of several runs is asked for by the run`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.spec, to: "tiny.yaml")
    #expect(try await sandbox.run("tiny.yaml", "seeds=[0, 1]").status == 0)
    let ending = try await sandbox.run("show", "tiny", "--attack", "fgsm-0.2", "--example", "0")
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.contains("`tiny` has 2 runs"), "\(ending)")
    #expect(ending.error.contains("name one of results/tiny/runs/000-"), "\(ending)")
  }

  @Test func `is not drawn from a damaged file`() async throws {
    let sandbox = try await finished()
    let damage = try await sandbox.shell(
      """
      for file in results/.store/*/*/adversarial.npz; do
        printf x | dd of=$file bs=1 seek=5000 conv=notrunc 2> /dev/null
      done
      """)
    try #require(damage.status == 0, "\(damage)")
    let ending = try await sandbox.run("show", "tiny", "--attack", "fgsm-0.2", "--example", "17")
    #expect(ending.status == 1 && ending.output.isEmpty, "\(ending)")
    #expect(
      ending.error.contains("adversarial.npz: the contents have changed since they were stored"),
      "\(ending)")
    #expect(ending.error.contains("run the spec again"), "\(ending)")
    // The run notices and does these four evaluations again.
    let again = try await sandbox.run("tiny.yaml")
    #expect(again.error.contains("10 stages, 4 run and 6 stored already"), "\(again)")
    let shown = try await sandbox.run("show", "tiny", "--attack", "fgsm-0.2", "--example", "17")
    #expect(shown.status == 0, "\(shown)")
  }
}
