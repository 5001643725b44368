import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

@Suite struct `A mistake` {
  /// A name for the snapshot, and the arguments.
  static let wrongCommandLines = [
    ("nothing-at-all", ""),
    ("missing-file", "nothing-here.yaml"),
    ("file-with-typo", "tinny.yaml"),
    ("folder-as-spec", "specs"),
    ("command-with-typo", "pln tiny.yaml"),
    ("command-with-typo-alone", "validat"),
    ("unknown-option", "tiny.yaml --job 2"),
    ("unknown-option-alone", "--halp"),
    ("unknown-option-of-plan", "plan tiny.yaml --modles"),
    ("key-as-option", "tiny.yaml --epochs 3"),
    ("seed-as-option", "tiny.yaml --seed 3"),
    ("seeds-as-option", "plan tiny.yaml --seeds=1,2"),
    ("key-of-attacks-as-option", "run tiny.yaml --steps 10"),
    ("key-with-typo-as-option", "tiny.yaml --learnig-rate 0.1"),
    ("option-of-others", "tiny.yaml --workers 4"),
    ("option-of-hydra", "tiny.yaml -m"),
    ("long-option-of-hydra", "plan tiny.yaml --multirun"),
    ("spec-without-ending", "tiny"),
    ("spec-with-other-ending", "deep.yml"),
    ("spec-with-other-ending-in-folder", "plan experiments/deep.yml"),
    ("spec-in-folder", "plan deep"),
    ("no-command", "frobnicate"),
    ("init-with-typo", "inti"),
    ("time-without-unit", "tiny.yaml --time-limit 1x"),
    ("retries-below-zero", "tiny.yaml --retries -1"),
    ("retries-too-many", "tiny.yaml --retries 1000"),
    ("retries-of-others", "tiny.yaml --max-retries 3"),
    ("resolved-and-json", "plan tiny.yaml --resolved --json"),
    ("run-of-plan-unknown", "plan tiny.yaml --resolved --run 7"),
    ("top-none", "show tiny --top 0"),
    ("no-jobs", "tiny.yaml --jobs 0"),
    ("jobs-below-zero", "tiny.yaml -j -1"),
    ("jobs-in-words", "run tiny.yaml --jobs many"),
    ("no-time", "tiny.yaml --timeout -1"),
    ("too-much-time", "tiny.yaml --timeout 1e300"),
    ("quiet-and-loud", "tiny.yaml -q -v"),
    ("two-specs", "tiny.yaml other.yaml"),
    ("override-with-typo", "tiny.yaml epoch=3 batch_size=x"),
    ("only-overrides", "validate epochs=3"),
    ("no-spec-to-validate", "validate"),
    ("tolerance-without-value", "diff a b --tolerance accuracy"),
    ("tolerance-with-typo", "diff a b --tolerance acuracy=0.1"),
    ("tolerance-negative", "diff a b --tolerance accuracy=-1"),
    ("tolerance-twice", "diff a b --tolerance loss=1 --tolerance loss=2"),
    ("unknown-format", "diff a b --format pdf"),
    ("unknown-data-set", "data mnits"),
    ("unknown-experiment", "show tiny"),
  ]

  @Test(arguments: wrongCommandLines)
  func `on the command line is explained, and nothing is run`(
    name: String, arguments: String
  ) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    try sandbox.write(Sandbox.tinySpec, to: "specs/tiny.yaml")
    try sandbox.write(Sandbox.tinySpec, to: "experiments/deep.yaml")
    let ending = try await sandbox.shell("nsl-run \(arguments)")
    #expect(ending.status == 2)
    #expect(ending.output.isEmpty)
    #expect(!sandbox.exists("results"))
    let error = withoutDigests(ending.error).replacing(sandbox.folder.string, with: "/tmp")
    try expectSnapshot(error, named: "mistake-\(name).txt")
  }

  @Test(arguments: ["plan", "validate"])
  func `that may be meant is a warning`(command: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      """
      dataset: { name: mnist }
      eval:
        attacks:
          - { name: fgsm, epsilon: 8 }

      """, to: "doubtful.yaml")
    let ending = try await sandbox.run(command, "doubtful.yaml")
    #expect(ending.status == 0)
    #expect(
      ending.error == """
        doubtful.yaml:4:30: warning: `epsilon` 8 is more than the range of a pixel: pixels lie in 0...1
         4 |     - { name: fgsm, epsilon: 8 }
           |                              ^
            suggestion: write `8/255` if you mean 8-bit pixel values

        """)
  }

  /// Each of these ended the program.
  @Test(arguments: [
    "dataset: { name: synthetic-digits, train_limit: 9223372036854775807, validation_split: 1.0e-20 }",
    "dataset: { name: mnist }\nsweep: { grid: { hparams.epochs: [1] }, where: '1e300 1' }",
    "dataset: { name: mnist }\nsweep: { random: { samples: 2, parameters: { hparams.epochs: "
      + "{ distribution: q_uniform, min: 1, max: 100000000000000000000 } } } }",
  ])
  func `of numbers is no crash`(spec: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(spec + "\n", to: "vast.yaml")
    for command in ["validate", "plan", "run"] {
      let ending = try await sandbox.run(command, "vast.yaml")
      #expect(ending.status == 2, "\(ending)")
      #expect(ending.error.contains("vast.yaml:"))
    }
  }

  @Test(arguments: ["run", "plan", "validate"])
  func `in a spec is shown in its place, whatever the command`(command: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      """
      dataset: { name: mnst }
      hparams:
        epoch: 5
        learning_rate: fast
      adversarial: { method: nsl, adv_grad_norm: max }
      seeds: none

      """, to: "broken.yaml")
    let ending = try await sandbox.run(command, "broken.yaml")
    #expect(ending.status == 2)
    #expect(ending.output.isEmpty)
    #expect(!sandbox.exists("results"))
    try expectSnapshot(ending.error, named: "broken-spec.txt")
  }

  @Test func `in one of several specs leaves the others right`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    try sandbox.write("dataset: 7\n", to: "wrong.yaml")
    let ending = try await sandbox.run("validate", "wrong.yaml", "tiny.yaml")
    #expect(ending.status == 2)
    #expect(
      ending.output == "tiny.yaml: ok, 2 runs, 4 models to train\n2 specs: 1 ok, 1 with errors\n")
    #expect(ending.error.hasPrefix("wrong.yaml:1:10: error:"))
    let right = try await sandbox.run("validate", "tiny.yaml", "tiny.yaml")
    #expect(right.output.hasSuffix("\n2 specs: all ok\n"))
  }

  @Test func `shows no colors where there is no terminal`() async throws {
    let ending = try await Sandbox().run("nothing.yaml")
    #expect(!ending.error.contains("\u{1B}"))
  }
}
