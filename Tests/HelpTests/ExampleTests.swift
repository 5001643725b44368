import Experiments
import FoundationEssentials
import Help
import Settings
import Testing
import YAML

/// What `help` prints is taken as a reader would take it: the lines below EXAMPLE are a spec, with a
/// dataset where they have none, and its commands are run on that spec.
@Suite struct `Examples of help` {
  /// One page and its example.
  private struct Example {
    var name: String
    var spec: String
    /// The arguments behind the spec, a list for each command.
    var commands: [[String]]

    init?(_ name: String, page: String) {
      guard let start = page.firstRange(of: "EXAMPLE:\n") else { return nil }
      let blocks = page[start.upperBound...].split(
        separator: "\n", omittingEmptySubsequences: false
      ).split(separator: "")
      self.name = name
      let lines = (blocks.first ?? []).map { $0.dropFirst(2) }.joined(separator: "\n") + "\n"
      let isWhole = lines.hasPrefix("dataset:") || lines.hasPrefix("extends:")
      spec = isWhole ? lines : "dataset: synthetic-digits\n" + lines
      commands = blocks.dropFirst().first?.map(Self.arguments) ?? []
    }

    private static let usual = """
      dataset: mnist
      adversarial: { method: nsl, adv_step_size: 0.1 }

      """

    /// What a shell makes of `nsl-run my-spec.yaml 'a=[1, 2]' b=3`, without the first two.
    private static func arguments(_ line: Substring) -> [String] {
      let parts = line.split(separator: "'", omittingEmptySubsequences: false)
      return Array(
        parts.enumerated().flatMap { index, part in
          index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
        }.dropFirst(2))
    }

    /// Loads the spec with the overrides of a command; any warning is a mistake.
    ///
    /// A command is run on a spec that does not know the key yet; one of attacks needs the attack.
    func check(_ arguments: [String], in folder: URL) throws {
      var overrides: [SpecOverride] = []
      var isSwept = false
      for argument in arguments {
        if argument != "--sweep" {
          overrides.append(SpecOverride(isSwept ? .sweep : .set, argument))
        }
        isSwept = argument == "--sweep"
      }
      let found = try SpecLoader.load(
        text: arguments.isEmpty || arguments[0].hasPrefix("eval.attacks.") ? spec : Self.usual,
        name: folder.appending(path: "my-spec.yaml").path, overrides: overrides,
        images: { _ in ImageFormat(height: 28, width: 28, channels: 1, classes: 10) })
      // That version is always warned of.
      #expect(found.warnings.isEmpty != (name == "rand"), "\(name): \(found.warnings)")
    }
  }

  /// Of every key, section and word of the language that has a page of its own.
  private static let examples: [Example] = {
    let index = LanguageIndex.shared
    let names = index.paths + index.wordsWithPages
    return names.compactMap { name in
      HelpPage(name).flatMap { Example(name, page: $0.text) }
    }
  }()

  @Test func `are there for every key and word`() {
    let index = LanguageIndex.shared
    let names = Set(Self.examples.map(\.name))
    #expect(index.paths.count > 180)
    #expect(index.wordsWithPages.count > 40)
    for name in index.paths + index.wordsWithPages {
      #expect(names.contains(name), "help \(name) has no example")
    }
  }

  @Test func `are valid specs, and so are their commands`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "help-tests-\(UInt64.random(in: 0...UInt64.max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("dataset: mnist\n".utf8).write(to: folder.appending(path: "base.yaml"))
    for example in Self.examples {
      for command in [[]] + example.commands {
        do {
          try example.check(command, in: folder)
        } catch {
          Issue.record("help \(example.name) \(command)\n\(example.spec)\n\(error)")
        }
      }
    }
  }

  @Test func `say the key or the word that was asked for`() {
    for example in Self.examples {
      let last = example.name.split(separator: ".").last ?? ""
      let shown = ["NAME": "models:", "METRIC": "accuracy", "PATH": "parameters:"][last] ?? last
      let isShown = example.spec.contains(shown) || ["range", "section"].contains(last)
      #expect(isShown, "help \(example.name)\n\(example.spec)")
    }
  }

  @Test func `fit a terminal of 80 columns`() {
    for example in Self.examples {
      for line in example.spec.split(separator: "\n") {
        #expect(line.count <= 78, "help \(example.name): \(line)")
      }
    }
  }
}
