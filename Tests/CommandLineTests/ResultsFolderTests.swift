import Testing

@Suite struct `The folder of results` {
  @Test func `is that of the project, wherever in it one is`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "experiments/deep/tiny.yaml")
    let first = try await sandbox.run("experiments/deep/tiny.yaml", "--quiet")
    #expect(first.status == 0, "\(first)")
    let there = try await sandbox.shell("cd experiments/deep; nsl-run tiny.yaml; nsl-run show tiny")
    #expect(there.status == 0, "\(there)")
    #expect(there.error.contains("note: results are those in ../../results"), "\(there)")
    #expect(there.error.contains("0 run and 12 stored already"), "\(there)")
    #expect(there.output == first.output + first.output, "\(there)")
    #expect(!sandbox.exists("experiments/deep/results"))

    let own = try await sandbox.shell(
      "cd experiments; nsl-run plan deep/tiny.yaml --results-dir results")
    #expect(own.output.contains("train       4       0       4"), "\(own)")
    #expect(own.error.isEmpty, "\(own)")
  }

  @Test func `that has no such experiment is named`() async throws {
    let sandbox = try Sandbox()
    let ending = try await sandbox.run("show", "tiny")
    #expect(ending.status == 2)
    #expect(
      ending.error.contains("looked in `\(sandbox.path("results"))`, which has no experiments"),
      "\(ending)")
  }
}
