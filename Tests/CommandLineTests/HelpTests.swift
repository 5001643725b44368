import TestSupport
import Testing

@Suite struct `Help` {
  @Test(
    arguments: [
      "", "init", "run", "plan", "explain", "validate", "list", "show", "report", "export", "diff",
      "data", "data status", "data fetch", "schema", "info", "status", "logs", "collect", "cancel",
      "store",
      "gc",
    ])
  func `teaches every command by example`(command: String) async throws {
    let sandbox = try Sandbox()
    let arguments = command.split(separator: " ").joined(separator: " ")
    let ending = try await sandbox.shell("nsl-run \(arguments) --help")
    #expect(ending.status == 0)
    #expect(ending.error.isEmpty)
    let name = command.isEmpty ? "all" : command.split(separator: " ").joined(separator: "-")
    try expectSnapshot(ending.output, named: "help-\(name).txt")
  }

  @Test func `fits a terminal of 80 columns, but for usage lines`() async throws {
    let sandbox = try Sandbox()
    for command in [
      "", "init", "run", "plan", "explain", "validate", "list", "show", "report", "export", "diff",
      "data", "schema", "info", "status", "logs", "collect", "cancel", "store", "gc",
    ] {
      let text = try await sandbox.shell("nsl-run \(command) --help").output
      for line in text.split(separator: "\n") where !line.hasPrefix("USAGE:") {
        #expect(line.count <= 80, "\(command): \(line)")
      }
    }
  }

  @Test func `does not mention the worker`() async throws {
    let ending = try await Sandbox().run("--help")
    #expect(!ending.output.contains("\n  worker"))
  }

  @Test func `for editors is a JSON Schema`() async throws {
    let ending = try await Sandbox().run("schema")
    #expect(ending.status == 0)
    #expect(ending.output.hasPrefix("{\n  \"$schema\": "))
    #expect(ending.output.hasSuffix("}\n"))
  }

  @Test func `says the version`() async throws {
    let ending = try await Sandbox().run("--version")
    #expect(ending.status == 0)
    #expect(ending.output == "0.1.0\n")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `makes completion scripts that name the commands`(shell: String) async throws {
    let ending = try await Sandbox().run("--generate-completion-script", shell)
    #expect(ending.status == 0)
    #expect(ending.output.contains("validate"))
    #expect(ending.output.contains("explain"))
    #expect(ending.output.contains("results-dir"))
  }

  @Test func `of the machine has all its lines`() async throws {
    let sandbox = try Sandbox()
    let text = try await sandbox.run("info")
    #expect(text.status == 0)
    let names = text.output.split(separator: "\n").map { line in
      line.split(separator: " ").prefix { $0 != "" }.first.map(String.init)
    }
    #expect(names == ["nsl-run", "system", "processor", "instruction", "results", "threads"])
    #expect(text.output.contains("the best of this processor"))
    let json = try await sandbox.run("info", "--json")
    #expect(json.output.contains("\"instruction_set_from\" : \"processor\""))
    #expect(json.output.contains("\"portable\" : true"))
  }
}
