import PlainText
import ArgumentParser
import Help
import YAML

/// `nsl-run help`: commands, topics, and the keys and words of specs.
struct HelpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nsl-run help",
    abstract: "Explain a command, a topic, a key or word of specs, or a column of the tables.",
    discussion: """
      The last part of a path is enough where no other path ends with it.

      EXAMPLES:
        nsl-run help run                      a command
        nsl-run help sweep                    a topic
        nsl-run help hparams.learning_rate    a key: type, default, meaning, example
        nsl-run help learning_rate            the same
        nsl-run help hparams                  a section: all its keys
        nsl-run help pgd                      a word
        nsl-run help accuracy                 a column of the tables
        nsl-run help jobs                     an option

      TOPICS:
      \(HelpTopic.list)
      """)

  @Argument(
    help: ArgumentHelp(
      "A command, a topic, a key, a word, a column or an option.", valueName: "name"))
  var names: [String] = []

  func run() throws {
    guard !names.isEmpty else {
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
    let texts = Self.texts(on: names.joined(separator: "."), isOne: names.count == 1)
    guard !texts.isEmpty else { throw Self.unknown(names.joined(separator: ".")) }
    Console.output(texts.joined(separator: "\n"))
  }

  /// All that a name means beside a command.
  private static func texts(on name: String, isOne: Bool) -> [String] {
    let page = HelpPage(name)?.text
    guard isOne else { return page.map { [$0] } ?? [] }
    let found = [HelpTopic(name)?.text, HelpTerm(name)?.text, page, HelpColumn(name)?.text]
      .compactMap { $0 }
    if !found.isEmpty { return found }
    return [HelpTopic(alias: name)?.text ?? OptionHelp(name)?.text].compactMap { $0 }
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
      NSLRun.commands + ["help"] + HelpTopic.allCases.map(\.rawValue)
      + HelpTerm.allCases.map(\.rawValue) + LanguageIndex.shared.names + HelpColumn.names
    return CommandFailure(
      "there is no command, topic, key, word, column or option `\(name)`", status: .usage,
      suggestion: (CommandLineCheck.keys[name] ?? closest(to: name, among: known)).map {
        "did you mean `nsl-run help \($0)`?"
      }
        ?? "`nsl-run help` lists the commands, `nsl-run help help` the topics")
  }
}
