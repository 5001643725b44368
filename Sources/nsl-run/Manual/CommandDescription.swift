import ArgumentParser
import FoundationEssentials

/// A command as the argument parser describes it, for the manual page.
///
/// The part of its `--experimental-dump-help` that is used here.
struct CommandDescription: Decodable {
  var commandName: String
  var abstract: String?
  var discussion: String?
  var shouldDisplay: Bool?
  var arguments: [Argument]?
  var subcommands: [CommandDescription]?

  struct Argument: Decodable {
    var kind: Kind
    var shouldDisplay: Bool
    var isOptional: Bool
    var isRepeating: Bool
    var names: [Name]?
    var valueName: String?
    var defaultValue: String?
    var allValues: [String]?
    var abstract: String?

    enum Kind: String, Decodable { case positional, option, flag }
  }

  struct Name: Decodable {
    var kind: String
    var name: String

    /// As it is typed.
    var text: String { (kind == "long" ? "--" : "-") + name }
  }

  /// The whole program.
  ///
  /// - Throws: `DecodingError` where the parser's form has changed.
  static func program() throws -> CommandDescription {
    struct Dump: Decodable { var command: CommandDescription }
    return try JSONDecoder().decode(Dump.self, from: Data(NSLRun._dumpHelp().utf8)).command
  }

  var shownSubcommands: [CommandDescription] {
    (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
  }

  var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }
}

extension CommandDescription.Argument {
  /// How it stands in a synopsis, or heads its paragraph: `-j, --jobs <jobs>`.
  var label: String {
    let value = "<\(valueName ?? "value")>"
    switch kind {
    case .positional: return value
    case .flag: return (names ?? []).map(\.text).joined(separator: ", ")
    case .option: return (names ?? []).map(\.text).joined(separator: ", ") + " " + value
    }
  }

  /// What it does, with its values and its default.
  var meaning: String {
    var parts = [abstract ?? ""]
    if let allValues, kind == .option {
      parts.append("(values: \(allValues.joined(separator: ", ")))")
    }
    if let defaultValue { parts.append("(default: \(defaultValue))") }
    return parts.joined(separator: " ")
  }
}
