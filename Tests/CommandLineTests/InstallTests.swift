import FoundationEssentials
import SystemPackage
import Testing

/// The Makefile's rules with the program that these tests run, for which nothing is built.
@Suite struct `The program` {
  private static let make =
    "make --no-print-directory -C \(Sandbox.package) -o build BINARY=\(Sandbox.program)"

  private static let installed = [
    "usr/bin/nsl-run", "usr/share/bash-completion/completions/nsl-run",
    "usr/share/fish/vendor_completions.d/nsl-run.fish", "usr/share/man/man1/nsl-run.1",
    "usr/share/zsh/site-functions/_nsl-run",
  ]

  private func files(below folder: String, in sandbox: Sandbox) -> [String] {
    sandbox.files(below: folder).filter { path in
      var isFolder = false
      _ = FileManager.default.fileExists(
        atPath: sandbox.path("\(folder)/\(path)"), isDirectory: &isFolder)
      return !isFolder
    }
  }

  @Test func `is installed with its manual and completions, and removed again`() async throws {
    let sandbox = try Sandbox()
    let arguments = "PREFIX=/usr DESTDIR=\(sandbox.path("root"))"
    let ending = try await sandbox.shell("\(Self.make) install \(arguments)")
    #expect(ending.status == 0, "\(ending)")
    #expect(files(below: "root", in: sandbox) == Self.installed)
    let version = try await sandbox.shell("root/usr/bin/nsl-run --version")
    #expect(version.output == "0.1.0\n", "\(version)")
    let removal = try await sandbox.shell("\(Self.make) uninstall \(arguments)")
    #expect(removal.status == 0, "\(removal)")
    #expect(files(below: "root", in: sandbox).isEmpty)
  }

  @Test func `is packed into an archive that runs by itself, with the same bytes again`()
    async throws
  {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    for folder in ["one", "two"] {
      let ending = try await sandbox.shell("\(Self.make) dist DIST=\(sandbox.path(folder))")
      #expect(ending.status == 0, "\(ending)")
    }
    let ending = try await sandbox.shell(
      """
      cmp one/*.tar.gz two/*.tar.gz
      tar -xzf one/*.tar.gz
      cd nsl-run-0.1.0-linux-"$(uname -m)"
      ls
      test "$(wc -l < README)" -le 10
      ./nsl-run ../tiny.yaml --quiet --results-dir ../results
      """)
    #expect(ending.status == 0, "\(ending)")
    #expect(
      ending.output.hasPrefix("LICENSE\nREADME\ncompletions\nlicenses\nnsl-run\nnsl-run.1\n"),
      "\(ending)")
    #expect(try await sandbox.read("results/tiny/results.csv") == Sandbox.tinyResults.value)
  }

  @Test func `has a manual page with every command and option`() async throws {
    let sandbox = try Sandbox()
    let page = try await sandbox.run("manual")
    #expect(page.status == 0, "\(page)")
    // As it is read: without the backslashes that keep hyphens and quotes as they are.
    let text = page.output.replacing("\\-", with: "-")
    for command in [
      "init", "run", "plan", "explain", "validate", "list", "show", "diff", "data", "schema",
      "info",
    ] {
      #expect(text.contains("\n.SS \"nsl-run \(command)"), "no command \(command)")
      let help = try await sandbox.run(command, "--help").output
      for match in help.matches(of: /--[a-z][a-z-]+/) {
        #expect(text.contains(match.0), "no option \(match.0) of \(command)")
      }
    }
    for section in ["NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT"] {
      #expect(text.contains("\n.SH \"\(section)\"\n"), "no section \(section)")
    }
    #expect(!text.contains("worker"))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/groff")))
  func `has a manual page that groff reads without a warning`() async throws {
    let ending = try await Sandbox().shell(
      "nsl-run manual > nsl-run.1; groff -man -Tutf8 -ww -z nsl-run.1")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.output.isEmpty && ending.error.isEmpty, "\(ending)")
  }
}
