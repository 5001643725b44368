import TestSupport
import Testing

@Suite struct `A spec to begin with` {
  @Test func `is written, and runs`() async throws {
    let sandbox = try Sandbox()
    let ending = try await sandbox.run("init", "first")
    #expect(ending.status == 0, "\(ending)")
    try expectSnapshot(ending.output, named: "init.txt")
    try expectSnapshot(try sandbox.read("first.yaml"), named: "init-spec.yaml")
    let check = try await sandbox.run("validate", "first.yaml")
    #expect(check.output == "first.yaml: ok, 1 run, 2 models to train\n", "\(check)")
    let run = try await sandbox.run("first.yaml", "train_limit=200", "test_limit=50", "--quiet")
    #expect(run.status == 0, "\(run)")
    #expect(run.output.contains("pgd linf 0.1, source self"))
  }

  @Test func `has a sweep that only needs its comment signs removed`() async throws {
    let sandbox = try Sandbox()
    _ = try await sandbox.run("init")
    let text = try sandbox.read("my-experiment.yaml")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      ["# sweep:", "#   grid:", "#     adversarial"].contains { line.hasPrefix($0) }
        ? line.dropFirst(2) : line
    }
    try sandbox.write(lines.joined(separator: "\n"), to: "swept.yaml")
    let plan = try await sandbox.run("plan", "swept.yaml")
    #expect(plan.output.hasPrefix("my-experiment: 2 runs (2 points x 1 seed)"), "\(plan)")
  }

  @Test func `never overwrites a file`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("mine\n", to: "first.yaml")
    for name in ["first", "first.yaml"] {
      let ending = try await sandbox.run("init", name)
      #expect(ending.status == 2)
      #expect(ending.error.hasPrefix("error: `first.yaml` exists already\n"), "\(ending)")
      #expect(try sandbox.read("first.yaml") == "mine\n")
    }
  }

  @Test(arguments: ["a b", "-x", "nowhere/first", ".hidden"])
  func `needs a name that an experiment may have`(name: String) async throws {
    let sandbox = try Sandbox()
    let ending = try await sandbox.run("init", "--", name)
    #expect(ending.status == 2)
    #expect(sandbox.files(below: ".").isEmpty)
  }
}
