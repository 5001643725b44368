import PlainText
import ArgumentParser
import YAML

/// `nsl-run help`: commands, topics, and the keys and words of specs.
struct HelpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nsl-run help",
    abstract: "Explain a command, a topic, or a key or word of specs.",
    discussion: """
      The last part of a path is enough where no other path ends with it.

      EXAMPLES:
        nsl-run help run                      a command
        nsl-run help sweep                    a topic
        nsl-run help hparams.learning_rate    a key: type, default, meaning, example
        nsl-run help learning_rate            the same
        nsl-run help hparams                  a section: all its keys
        nsl-run help pgd                      a word

      TOPICS:
      \(HelpTopic.list)
      """)

  @Argument(help: ArgumentHelp("A command, a topic, a key or a word.", valueName: "name"))
  var names: [String] = []

  func run() throws {
    guard let first = names.first else {
      Console.output(NSLRun.helpMessage(columns: HelpPage.width) + "\n")
      return
    }
    if let command = Self.command(names) {
      let text =
        command == HelpCommand.self
        ? HelpCommand.helpMessage(columns: HelpPage.width)
        : NSLRun.helpMessage(for: command, columns: HelpPage.width)
      Console.output(text + "\n")
      return
    }
    // A path may be given as words: `help hparams learning_rate`.
    let name = names.joined(separator: ".")
    let (topic, page) = (HelpTopic(first), HelpPage(name))
    guard names.count == 1 || page != nil, topic != nil || page != nil else {
      throw Self.unknown(name)
    }
    Console.output([topic?.text, page?.text].compactMap { $0 }.joined())
  }

  /// The command that these words name: `data fetch`.
  private static func command(_ names: [String]) -> (any ParsableCommand.Type)? {
    var command: any ParsableCommand.Type = NSLRun.self
    for name in names {
      guard
        let next = command.configuration.subcommands.first(where: {
          $0.configuration.commandName == name
        })
      else { return name == "help" && names.count == 1 ? HelpCommand.self : nil }
      command = next
    }
    return command
  }

  private static func unknown(_ name: String) -> CommandFailure {
    let known =
      NSLRun.commands + ["help"] + HelpTopic.allCases.map(\.rawValue) + LanguageIndex.shared.names
    return CommandFailure(
      "there is no command, topic, key or word `\(name)`", status: .usage,
      suggestion: (CommandLineCheck.keys[name] ?? closest(to: name, among: known)).map {
        "did you mean `nsl-run help \($0)`?"
      }
        ?? "`nsl-run help` lists the commands, `nsl-run help help` the topics")
  }
}
