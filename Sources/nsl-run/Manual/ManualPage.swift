/// The manual page `nsl-run.1`, made of the program's own help.
///
/// - Source: man(7), as groff and mandoc read it.
struct ManualPage {
  private(set) var text = ""

  /// - Parameter topics: Pages of the help, each with its title in the first line.
  init(_ program: CommandDescription, version: String, topics: [String]) {
    let name = program.commandName
    let (description, sections) = Self.sections(of: program.discussion ?? "")
    line(".TH \(Self.escaped(name.uppercased())) 1 \"\" \"\(Self.escaped("\(name) \(version)"))\"")
    section("NAME")
    line(Self.escaped("\(name) - ") + Self.escaped(Self.phrase(program.abstract ?? "")))
    section("SYNOPSIS")
    line(".B \(Self.escaped(name))\n\\fISPEC\\fR [\\fIoptions\\fR]\n.br")
    line(".B \(Self.escaped(name))\n\\fICOMMAND\\fR ...")
    section("DESCRIPTION")
    blocks(description)
    section("OPTIONS")
    program.shownArguments.forEach { argument($0) }
    section("COMMANDS")
    for command in program.shownSubcommands { self.command(command, in: name) }
    for (title, lines) in sections where !title.hasPrefix("TOPICS") {
      section(title)
      blocks(lines)
    }
    for topic in topics {
      let lines = topic.split(separator: "\n", omittingEmptySubsequences: false)
      section(String(lines[0].prefix { $0 != ":" }))
      blocks(Array(lines.dropFirst()))
    }
  }

  // MARK: Parts

  private mutating func command(_ command: CommandDescription, in parent: String) {
    let name = "\(parent) \(command.commandName)"
    let arguments = command.shownArguments.filter {
      !["help", "version"].contains($0.names?.last?.name)
    }
    let places = arguments.filter { $0.kind == .positional }.map { argument in
      let label = argument.label + (argument.isRepeating ? " ..." : "")
      return argument.isOptional ? "[\(label)]" : label
    }
    let options = arguments.contains { $0.kind != .positional } ? ["[options]"] : []
    line(".SS \"\(Self.escaped(([name] + places + options).joined(separator: " ")))\"")
    line(Self.escaped(command.abstract ?? ""))
    arguments.forEach { argument($0) }
    let (description, sections) = Self.sections(of: command.discussion ?? "")
    blocks(description)
    for (title, lines) in sections {
      line(".PP\n.B \(Self.escaped(title))")
      blocks(lines)
    }
    for subcommand in command.shownSubcommands { self.command(subcommand, in: name) }
  }

  private mutating func argument(_ argument: CommandDescription.Argument) {
    paragraph(argument.label, argument.meaning)
  }

  private mutating func paragraph(_ label: String, _ meaning: String) {
    line(".TP\n.B \(Self.escaped(label))\n\(Self.escaped(meaning))")
  }

  private mutating func section(_ title: String) { line(".SH \"\(Self.escaped(title))\"") }

  /// Paragraphs, and indented lines, which stay as they are.
  private mutating func blocks(_ lines: [Substring]) {
    var isVerbatim = false
    var isNew = true
    for line in lines {
      if line.hasPrefix(" ") != isVerbatim || isNew, !line.isEmpty {
        if isVerbatim { self.line(".fi") }
        isVerbatim = line.hasPrefix(" ")
        self.line(isVerbatim ? ".PP\n.nf" : ".PP")
      }
      isNew = line.isEmpty
      if !line.isEmpty { self.line(Self.escaped(line)) }
    }
    if isVerbatim { line(".fi") }
  }

  private mutating func line(_ line: String) { text += line + "\n" }

  // MARK: Text

  /// A discussion's beginning, and its parts under lines such as `EXAMPLES:`.
  private static func sections(
    of discussion: String
  ) -> (beginning: [Substring], sections: [(title: String, lines: [Substring])]) {
    var beginning: [Substring] = []
    var sections: [(title: String, lines: [Substring])] = []
    for line in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasSuffix(":"), line.prefix(2).allSatisfy(\.isUppercase) {
        sections.append((line.dropLast().uppercased(), []))
      } else if sections.isEmpty {
        beginning.append(line)
      } else {
        sections[sections.count - 1].lines.append(line)
      }
    }
    return (beginning, sections)
  }

  /// A sentence as it stands behind a name: `Runs it.` is `runs it`.
  private static func phrase(_ sentence: String) -> String {
    var phrase = sentence.prefix(1).lowercased() + sentence.dropFirst()
    if phrase.hasSuffix(".") { phrase.removeLast() }
    return phrase
  }

  /// Text that no macro processor takes for anything else.
  private static func escaped(_ text: some StringProtocol) -> String {
    let escaped = text.map { (character: Character) in
      switch character {
      case "\\": "\\e"
      case "-": "\\-"
      case "\"": "\\(dq"
      default: String(character)
      }
    }.joined()
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
