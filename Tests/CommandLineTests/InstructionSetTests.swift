import Testing

@Suite struct `NSL_INSTRUCTION_SET` {
  private static let variable = "NSL_INSTRUCTION_SET"

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    return sandbox
  }

  @Test(arguments: ["run tiny.yaml", "info", "worker < tiny.yaml"])
  func `with a word that is none ends what computes`(command: String) async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.shell(
      "nsl-run \(command)", environment: [Self.variable: "avx3"])
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.output.isEmpty)
    #expect(ending.error.hasPrefix("error: NSL_INSTRUCTION_SET=avx3: "), "\(ending)")
    #expect(!sandbox.exists("results"))
  }

  @Test(arguments: ["validate tiny.yaml", "plan tiny.yaml", "schema", "show table.csv"])
  func `with a word that is none is no matter elsewhere`(command: String) async throws {
    let sandbox = try sandbox()
    try await sandbox.write(Sandbox.tinyResults.value, to: "table.csv")
    let ending = try await sandbox.shell(
      "nsl-run \(command)", environment: [Self.variable: "avx3"])
    #expect(ending.status == 0, "\(ending)")
  }

  @Test func `changes no bit of the self-test`() async throws {
    let sandbox = try sandbox()
    var digests: Set<String> = []
    for instructions in ["avx2", "avx512"] {
      let ending = try await sandbox.shell(
        "nsl-run info --self-test --part 'activations, passes' --verbose",
        environment: [Self.variable: instructions])
      if ending.status == 2, ending.error.contains("this processor") { continue }
      #expect(ending.status == 0, "\(ending)")
      let lines = ending.output.split(separator: "\n")
      try #require(lines.count == 3, "\(ending)")
      #expect(lines[0].hasPrefix("activations, passes  "))
      #expect(lines[1].hasSuffix("  1 part, \(instructions)"))
      #expect(lines[2] == "as expected: the same on every machine")
      digests.insert(String(lines[1].prefix(64)))
    }
    #expect(digests.count <= 1)
  }

  @Test func `is for a self-test whose parts have names`() async throws {
    let ending = try await sandbox().run("info", "--self-test", "--part", "nothing")
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.contains("suggestion: parts are: tutorial, passes; "), "\(ending)")
  }

  @Test(arguments: ["avx2", "avx512"])
  func `changes no byte of the tables`(instructions: String) async throws {
    let sandbox = try sandbox()
    let environment = [Self.variable: instructions]
    let info = try await sandbox.shell("nsl-run info", environment: environment)
    // Not every processor has both.
    guard info.status == 0 else {
      #expect(info.status == 2 && info.error.contains("this processor"), "\(info)")
      return
    }
    #expect(info.output.contains("\(instructions), set by NSL_INSTRUCTION_SET"), "\(info)")
    let ending = try await sandbox.shell("nsl-run tiny.yaml --quiet", environment: environment)
    #expect(ending.status == 0, "\(ending)")
    #expect(try await sandbox.read("results/tiny/results.csv") == Sandbox.tinyResults.value)
  }
}
