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

  static func text(_ page: String) throws -> String {
    let data = try Data(contentsOf: URL(filePath: Sandbox.package.appending(page).string))
    return String(decoding: data, as: UTF8.self)
  }

  /// What a page has its reader do.
  enum Step {
    /// A block that begins with "```sh".
    case script(String)
    /// A block that begins with "```python"; see ``Python``.
    case python(String)
    /// A block that begins with "```yaml NAME".
    case spec(name: String, String)
  }

  static func steps(_ text: String) -> [Step] {
    var steps: [Step] = []
    var current: (head: Substring, lines: [Substring])?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard let block = current else {
        if line.hasPrefix("```") { current = (line.dropFirst(3), []) }
        continue
      }
      guard line == "```" else {
        current?.lines.append(line)
        continue
      }
      current = nil
      let content = block.lines.joined(separator: "\n") + "\n"
      if block.head == "sh" {
        steps.append(.script(content))
      } else if block.head == "python" {
        steps.append(.python(content))
      } else if block.head.hasPrefix("yaml ") {
        steps.append(.spec(name: String(block.head.dropFirst("yaml ".count)), content))
      }
    }
    return steps
  }

  /// The same experiment on fewer examples, with fewer epochs and attacks of fewer steps.
  static func small(_ spec: String) -> String {
    spec.replacing(/train_limit: \d+/, with: "train_limit: 100")
      .replacing(/test_limit: \d+/, with: "test_limit: 20")
      .replacing(/epochs: \d+/, with: "epochs: 1")
      .replacing(/(steps|restarts): \d+/) { "\($0.1): 2" }
  }

  /// A page is one session; its specs, and those of `experiments/`, are made small.
  @Test(arguments: pages)
  func `shows commands and specs that work`(page: String) async throws {
    let steps = Self.steps(try Self.text(page))
    guard !steps.isEmpty else { return }
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
    if page == "docs/own-data.md" { try writeOwnData(sandbox) }
    for step in steps {
      let script: String
      switch step {
      case .script(let text): script = text.replacing(/steps=[\d,]+/, with: "steps=1,2")
      case .spec(let name, let text):
        try sandbox.write(Self.small(text), to: name)
        script = "nsl-run validate \(name)"
      case .python: continue
      }
      let ending = try await sandbox.shell(script)
      #expect(ending.status == 0, "\(page)\n\(script)\n\(ending)")
      #expect(!ending.error.contains("warning:"), "\(page)\n\(script)\n\(ending)")
    }
  }

  /// 30 images of 8x8 in three classes, as NPY and as IDX files.
  private func writeOwnData(_ sandbox: Sandbox) throws {
    func write(_ bytes: [UInt8], _ shape: [UInt8], _ split: (npy: String, idx: String)) throws {
      let shapeText = shape.map { "\($0), " }.joined()
      var header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(shapeText)), }"
      header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      let npy: [UInt8] = [0x93] + "NUMPY".utf8 + [1, 0, 118, 0] + header.utf8 + bytes
      let idx = [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, $0] } + bytes
      for (name, content) in [
        ("my-data/\(split.npy).npy", npy), ("my-idx/\(split.idx)", idx),
      ] {
        try sandbox.write("", to: name)
        try Data(content).write(to: URL(filePath: sandbox.path(name)))
      }
    }
    let labels = (0..<30).map { UInt8($0 % 3) }
    let images = labels.flatMap { label -> [UInt8] in
      (0..<64).map { UInt8($0 % 3) == label ? 200 : 20 }
    }
    for (npy, idx) in [("train", "train"), ("test", "t10k")] {
      try write(images, [30, 8, 8], ("x_\(npy)", "\(idx)-images"))
      try write(labels, [30], ("y_\(npy)", "\(idx)-labels"))
    }
  }

  @Test(arguments: pages)
  func `links to files that are there`(page: String) throws {
    let folder = Sandbox.package.appending(page).removingLastComponent()
    for match in try Self.text(page).matches(of: /\]\(([^)#\s]+)(#[^)]*)?\)/) {
      let link = String(match.1)
      guard !link.contains("://") else { continue }
      let target = folder.appending(link).string
      #expect(FileManager.default.fileExists(atPath: target), "\(page) links to \(link)")
    }
  }

  @Test func `names every command and every exit status`() async throws {
    let reference = try Self.text("docs/cli.md")
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
    let reference = try Self.text("docs/cli.md")
    for command in [
      "init", "run", "plan", "explain", "validate", "list", "show", "export", "diff", "data",
      "schema", "info",
    ] {
      let help = try await Sandbox().run(command, "--help").output
      for match in help.matches(of: /--[a-z][a-z-]+/) {
        #expect(reference.contains(match.0), "docs/cli.md does not name \(match.0) of \(command)")
      }
    }
  }
}
