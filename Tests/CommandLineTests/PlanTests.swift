import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

@Suite struct `A plan` {
  private func spec(_ name: String) -> String {
    Sandbox.package.appending("experiments").appending(name).string
  }

  @Test(arguments: ["quickstart", "mnist-sweep"])
  func `of an example says what would run`(name: String) async throws {
    let ending = try await Sandbox().run("plan", spec("\(name).yaml"))
    #expect(ending.status == 0)
    #expect(ending.error.isEmpty)
    try expectSnapshot(withoutDigests(ending.output), named: "plan-\(name).txt")
  }

  @Test func `shows every layer of its networks`() async throws {
    let ending = try await Sandbox().run("plan", spec("mnist-sweep.yaml"), "--models")
    #expect(ending.status == 0)
    #expect(ending.output.contains("93,322 parameters: 93,322 trainable, 0 non-trainable"))
    try expectSnapshot(ending.output, named: "plan-models.txt")
  }

  @Test func `writes the spec of each run, with every default filled in`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let all = try await sandbox.run("plan", "tiny.yaml", "--resolved", "--sweep", "epochs=1,2")
    #expect(all.status == 0, "\(all)")
    try expectSnapshot(withoutDigests(all.output), named: "plan-resolved.txt")
    let one = try await sandbox.run("plan", "tiny.yaml", "--resolved", "--run", "1")
    try sandbox.write(one.output, to: "one.yaml")
    let keys = try await sandbox.shell(
      "nsl-run plan one.yaml --json | grep '\"key\" ' | sort; "
        + "nsl-run plan tiny.yaml seeds=[1] --json | grep '\"key\" ' | sort")
    let lines = keys.output.split(separator: "\n")
    #expect(lines.count == 12 && lines.prefix(6) == lines.suffix(6), "\(keys)")
  }

  @Test func `is what a dry run shows`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let plan = try await sandbox.run("plan", "tiny.yaml", "-j2")
    let dry = try await sandbox.run("tiny.yaml", "--dry-run", "-j", "2")
    #expect(dry.status == 0, "\(dry)")
    #expect(dry.output == plan.output && dry.error == plan.error)
    #expect(!sandbox.exists("results"))
  }

  @Test func `counts what is stored`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(run.status == 0, "\(run)")
    let ending = try await sandbox.run("plan", "tiny.yaml")
    #expect(ending.output.contains("train       4       4       0"), "\(ending)")
    #expect(ending.output.contains("evaluate    8       8       0"), "\(ending)")
  }

  @Test func `says why, and how long it will take`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let run = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(run.status == 0, "\(run)")
    try sandbox.write(
      Sandbox.tinySpec.replacing("epochs: 1", with: "epochs: 1, learning_rate: 1e-2")
        .replacing("seeds: 2", with: "seeds: 3"), to: "tiny.yaml")
    let ending = try await sandbox.run("plan", "tiny.yaml", "--jobs", "1")
    let times = withoutDigests(ending.output).replacing(/about [^\n]* with/, with: "about … with")
    try expectSnapshot(times, named: "plan-changed.txt")
  }

  @Test func `as JSON holds every stage`() async throws {
    struct Document: Decodable {
      struct Plan: Decodable {
        struct Stage: Decodable {
          var title: String
          var stored: Bool
        }
        struct Axis: Decodable { var values: [Double] }
        var experiment: String
        var axes: [Axis]
        var stages: [Stage]
      }
      struct Count: Decodable { var run: Int }
      var schema_version: Int
      var plan: Plan
      var stages: [String: Count]
    }
    let ending = try await Sandbox().run("plan", spec("quickstart.yaml"), "--json")
    let document = try JSONDecoder().decode(Document.self, from: Data(ending.output.utf8))
    #expect(document.schema_version == 3)
    #expect(document.plan.experiment == "quickstart")
    #expect(document.plan.axes.map(\.values) == [[0.1, 0.2]])
    #expect(document.plan.stages.count == 70)
    #expect(document.plan.stages.allSatisfy { !$0.stored })
    #expect(document.stages["train"]?.run == 15)
  }

  @Test func `ends quietly where its reader has gone`() async throws {
    let ending = try await Sandbox().shell("nsl-run plan \(spec("mnist-sweep.yaml")) | head -n 1")
    #expect(ending.status == 0)
    #expect(ending.output == "mnist-sweep: 40 runs (4 points x 10 seeds)\n")
    #expect(ending.error.isEmpty)
  }

  @Test func `that cannot be printed is an error`() async throws {
    let ending = try await Sandbox().shell("nsl-run plan \(spec("quickstart.yaml")) >/dev/full")
    #expect(ending.status == 1)
    #expect(ending.error == "error: cannot write to standard output: No space left on device\n")
  }

  @Test func `of a spec with overrides is that of the changed spec`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    try sandbox.write(
      Sandbox.tinySpec.replacing("epochs: 1", with: "epochs: 3") + "sweep:\n"
        + "  grid: {adversarial.adv_step_size: [0.1, 0.3]}\n", to: "changed.yaml")
    let one = try await sandbox.run(
      "plan", "tiny.yaml", "epochs=3", "--sweep", "adv_step_size=0.1,0.3")
    let other = try await sandbox.run("plan", "changed.yaml")
    #expect(one.status == 0)
    #expect(one.output == other.output)
    #expect(one.output.hasPrefix("tiny: 4 runs (2 points x 2 seeds)"))
  }

  @Test func `is made of standard input and of pipes`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "specs/tiny.yaml")
    let plain = try await sandbox.run("plan", "specs/tiny.yaml")
    for command in [
      "nsl-run plan - < specs/tiny.yaml", "cat specs/tiny.yaml | nsl-run plan /dev/stdin",
      "echo 'extends: specs/tiny.yaml' | nsl-run plan - experiment=tiny",
      "bash -c 'nsl-run plan <(cat specs/tiny.yaml)'",
    ] {
      let ending = try await sandbox.shell(command)
      #expect(ending.output == plain.output, "\(command)\n\(ending)")
    }
    let broken = try await sandbox.shell("echo 'dataset: {name: mnits}' | nsl-run plan -")
    #expect(broken.status == 2)
    try expectSnapshot(broken.error, named: "mistake-on-standard-input.txt")
  }

  @Test func `writes nothing`() async throws {
    let sandbox = try Sandbox()
    _ = try await sandbox.run("plan", spec("mnist-sweep.yaml"))
    #expect(sandbox.files(below: ".").isEmpty)
  }
}
