import ArgumentParser
import Help

/// What `nsl-run help NAME` says of an option, from the help of the commands that have it.
struct OptionHelp {
  let text: String

  /// - Parameter name: Without dashes: `jobs`, `j`.
  /// - Returns: `nil` where no command has such an option.
  init?(_ name: String) {
    var lines: [String] = []
    var commands: [String] = []
    for command in NSLRun.commandTypes {
      guard let found = Self.lines(of: name, command) else { continue }
      if lines.isEmpty { lines = found }
      commands.append(command.configuration.commandName ?? "")
    }
    guard let first = commands.first else { return nil }
    let title = lines[0].split(separator: "  ").first.map(String.init) ?? ""
    text =
      "\(title.drop { $0 == " " }): an option of \(commands.joined(separator: ", "))\n\n"
      + lines.joined(separator: "\n") + "\n\nMORE:\n  nsl-run help \(first)\n"
  }

  /// The lines of an option in a command's help.
  private static func lines(
    of name: String, _ command: any ParsableCommand.Type
  ) -> [String]? {
    let help = NSLRun.helpMessage(for: command, columns: HelpPage.width)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = help.firstIndex { line in
      guard line.hasPrefix("  -") else { return false }
      let names = line.split(separator: " ").prefix { $0.hasPrefix("-") }
      return names.contains { word in
        word.drop { $0 == "-" }.prefix { $0 != "," } == name
      }
    }
    guard let start else { return nil }
    return [help[start]] + help[(start + 1)...].prefix { $0.hasPrefix("     ") }
  }
}
