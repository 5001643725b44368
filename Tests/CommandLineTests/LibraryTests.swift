import Testing

/// oneDNN is hidden behind an empty file, which the system's loader finds first.
@Suite struct `A machine without oneDNN` {
  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    for version in [2, 3] { try sandbox.write("", to: "empty/libdnnl.so.\(version)") }
    return sandbox
  }

  private func environment(_ sandbox: Sandbox) -> [String: String] {
    ["LD_LIBRARY_PATH": sandbox.path("empty")]
  }

  @Test(arguments: ["run tiny.yaml", "info"])
  func `is told which library and which package is missing`(command: String) async throws {
    let sandbox = try sandbox()
    let ending = try await sandbox.shell(
      "nsl-run \(command)", environment: environment(sandbox))
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.output.isEmpty)
    let lines = ending.error.split(separator: "\n")
    try #require(lines.count == 2, "\(ending)")
    let message = /^error: oneDNN \d, which trains .*, cannot be loaded: .*libdnnl\.so\.\d/
    #expect(try message.firstMatch(in: lines[0]) != nil, "\(ending)")
    #expect(lines[1].hasPrefix("    suggestion: Debian and Ubuntu: `apt-get install libdnnl"))
    #expect(!sandbox.exists("results"))
  }

  @Test(arguments: [
    "--version", "--help", "validate tiny.yaml", "plan tiny.yaml", "plan tiny.yaml --json",
    "schema", "data", "diff table.csv table.csv", "show table.csv",
  ])
  func `can do everything else`(command: String) async throws {
    let sandbox = try sandbox()
    try await sandbox.write(Sandbox.tinyResults.value, to: "table.csv")
    let ending = try await sandbox.shell(
      "nsl-run \(command)", environment: environment(sandbox))
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.error.isEmpty, "\(ending)")
  }
}
