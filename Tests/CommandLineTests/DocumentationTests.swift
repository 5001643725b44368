import FoundationEssentials
import SystemPackage
import Testing

@Suite struct `The documentation` {
  static let pages: [String] = {
    let package = Sandbox.package
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: "\(package)/docs")) ?? []
    return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
      + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
  }()

  private func text(_ page: String) throws -> String {
    let data = try Data(contentsOf: URL(filePath: Sandbox.package.appending(page).string))
    return String(decoding: data, as: UTF8.self)
  }

  /// The contents of all blocks between "```sh" and "```".
  private func scripts(_ text: String) -> [String] {
    var scripts: [String] = []
    var current: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```sh" {
        current = []
      } else if line == "```", let lines = current {
        scripts.append(lines.joined(separator: "\n"))
        current = nil
      } else {
        current?.append(line)
      }
    }
    return scripts
  }

  /// A page is one session; the examples' specs are replaced by small ones.
  @Test(arguments: pages)
  func `shows commands that work`(page: String) async throws {
    let scripts = scripts(try text(page))
    guard !scripts.isEmpty else { return }
    let sandbox = try Sandbox()
    let quickstart = Sandbox.tinySpec.replacing("experiment: tiny", with: "experiment: quickstart")
    try sandbox.write(quickstart, to: "experiments/quickstart.yaml")
    try sandbox.write(
      quickstart.replacing("experiment: quickstart", with: "experiment: mnist-sweep"),
      to: "experiments/mnist-sweep.yaml")
    if page == "docs/cli.md" || page == "README.md" {
      // Both begin after `make run`.
      let run = try await sandbox.run("experiments/quickstart.yaml", "--quiet")
      #expect(run.status == 0, "\(run)")
    }
    for script in scripts {
      let ending = try await sandbox.shell(script)
      #expect(ending.status == 0, "\(page)\n\(script)\n\(ending)")
    }
  }

  @Test(arguments: pages)
  func `links to files that are there`(page: String) throws {
    let folder = Sandbox.package.appending(page).removingLastComponent()
    for match in try text(page).matches(of: /\]\(([^)#\s]+)(#[^)]*)?\)/) {
      let link = String(match.1)
      guard !link.contains("://") else { continue }
      let target = folder.appending(link).string
      #expect(FileManager.default.fileExists(atPath: target), "\(page) links to \(link)")
    }
  }

  @Test func `names every command and every exit status`() async throws {
    let reference = try text("docs/cli.md")
    let help = try await Sandbox().run("--help").output
    let listed = help.split(separator: "SUBCOMMANDS:").last ?? ""
    for line in listed.split(separator: "\n") where line.hasPrefix("  ") && !line.hasPrefix("   ") {
      let command = line.split(separator: " ").first ?? ""
      guard command != "See" else { continue }
      #expect(reference.contains("\n## \(command)\n"), "docs/cli.md has no section \(command)")
    }
    for status in [0, 1, 2, 3, 4, 130] { #expect(reference.contains("\n| \(status) | ")) }
  }

  @Test func `of the command line names every option of every command`() async throws {
    let reference = try text("docs/cli.md")
    for command in [
      "init", "run", "plan", "explain", "validate", "list", "show", "diff", "data", "schema",
      "info",
    ] {
      let help = try await Sandbox().run(command, "--help").output
      for match in help.matches(of: /--[a-z][a-z-]+/) {
        #expect(reference.contains(match.0), "docs/cli.md does not name \(match.0) of \(command)")
      }
    }
  }
}
