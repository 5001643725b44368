import FoundationEssentials
import SystemPackage
import Testing
import YAML

/// The files of `docs/ci`, and the action: what they have a machine do is done here.
@Suite struct `The workflows` {
  private static func document(_ file: String) throws -> Node {
    let data = try Data(contentsOf: URL(filePath: Sandbox.package.appending(file).string))
    let text = String(decoding: data, as: UTF8.self)
    return try YAMLDocument(SourceText(name: file, text: text)).checked()
  }

  /// Every command of a workflow that calls the program, in order: scripts are `run` of a step, and
  /// the items of a `script`.
  private func commands(_ node: Node) -> [String] {
    if let items = node.sequence { return items.flatMap(commands) }
    return (node.mapping ?? []).flatMap { entry -> [String] in
      let scripts: [Node] =
        switch entry.key.scalar?.text {
        case "run": [entry.value]
        case "script", "before_script", "after_script": entry.value.sequence ?? []
        default: []
        }
      guard scripts.isEmpty else {
        return scripts.flatMap { script in
          (script.scalar?.text ?? "").split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("nsl-run ") }
        }
      }
      return commands(entry.value)
    }
  }

  /// A project with a small spec and its baseline.
  private func project() async throws -> Sandbox {
    let sandbox = try Sandbox()
    let compare = "compare:\n  baseline: ../baselines/regression.csv\n"
    try sandbox.write(
      Sandbox.tinySpec.replacing("experiment: tiny", with: "experiment: regression") + compare,
      to: "experiments/regression.yaml")
    try sandbox.write(try await Sandbox.tinyResults.value, to: "baselines/regression.csv")
    return sandbox
  }

  @Test(arguments: ["docs/ci/github.yml", "docs/ci/gitlab.yml"])
  func `run, compare and report`(file: String) async throws {
    let commands = commands(try Self.document(file))
    #expect(commands.count == 2, "\(commands)")
    let sandbox = try await project()
    try sandbox.write("", to: "summary.md")
    let environment = ["GITHUB_STEP_SUMMARY": sandbox.path("summary.md")]
    for command in commands {
      let ending = try await sandbox.shell(command, environment: environment)
      #expect(ending.status == 0, "\(command)\n\(ending)")
      #expect(!ending.error.contains("warning:"), "\(command)\n\(ending)")
    }
    #expect(try sandbox.read("diff.md") == sandbox.read("summary.md"))
    #expect(try sandbox.read("diff.md").hasPrefix("### ✅ No difference."))
    #expect(sandbox.exists("diff.xml") && sandbox.exists("diff.json"))
    #expect(sandbox.exists("results/regression/results.csv"))
  }

  @Test(arguments: [("any", Int32(3)), ("regressed", 0)])
  func `of the action do what its inputs say`(failOn: String, status: Int32) async throws {
    let action = try Self.document("action.yml")
    let sandbox = try await project()
    // A baseline that is worse: now the results are better.
    var baseline = try sandbox.read("baselines/regression.csv").split(separator: "\n")
    baseline = try baseline.map { line in
      guard line.contains(",clean,") else { return line }
      var fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let columns = baseline[0].split(separator: ",").map(String.init)
      let loss = try #require(columns.firstIndex(of: "loss"))
      fields[loss] = "9"
      return fields.joined(separator: ",")[...]
    }
    try sandbox.write(baseline.joined(separator: "\n") + "\n", to: "baselines/regression.csv")

    let given = [
      "spec": "experiments/regression.yaml", "fail-on": failOn,
      "binary": Sandbox.program.string,
    ]
    let inputs = Dictionary(
      uniqueKeysWithValues: (action["inputs"]?.mapping ?? []).map { entry in
        let name = entry.key.scalar?.text ?? ""
        return (name, given[name] ?? entry.value["default"]?.scalar?.text ?? "")
      })
    for file in ["path", "output"] { try sandbox.write("", to: file) }
    let runner = [
      "RUNNER_TEMP": sandbox.path("temporary"), "GITHUB_PATH": sandbox.path("path"),
      "GITHUB_OUTPUT": sandbox.path("output"),
    ]
    let steps = try #require(action["runs"]?["steps"]?.sequence)
    var statuses: [Int32] = []
    for step in steps where step["if"]?.scalar?.text != "inputs.binary == ''" {
      guard let script = step["run"]?.scalar?.text else { continue }
      var environment = runner
      for entry in step["env"]?.mapping ?? [] {
        let value = (entry.value.scalar?.text ?? "").replacing(/\${{ inputs\.([a-z-]+) }}/) {
          inputs[String($0.1)] ?? "an unknown input"
        }
        environment[entry.key.scalar?.text ?? ""] = value
      }
      let ending = try await sandbox.shell(script, environment: environment)
      statuses.append(ending.status)
      #expect(!ending.error.contains("warning:"), "\(script)\n\(ending)")
    }
    #expect(statuses == [0, 0, status])
    #expect(try sandbox.read("path") == sandbox.path("temporary/nsl-run") + "\n")
    let link = sandbox.path("temporary/nsl-run/nsl-run")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) != "")
    for line in try sandbox.read("output").split(separator: "\n") {
      let parts = line.split(separator: "=")
      #expect(FileManager.default.fileExists(atPath: String(parts[1])), "\(line)")
      #expect(action["outputs"]?[String(parts[0])] != nil, "\(line)")
    }
  }

  @Test func `of the action install this version`() async throws {
    let version = try await Sandbox().run("--version").output
    let action = try Self.document("action.yml")
    #expect(action["inputs"]?["version"]?["default"]?.scalar?.text == version.trimmed)
  }
}

extension String {
  fileprivate var trimmed: String { String(prefix { !$0.isNewline }) }
}
