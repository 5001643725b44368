import PlainText
import ArgumentParser
import Help
import Experiments
import Glibc
import YAML

/// Mistakes of a command line that the parser would misunderstand: habits of other tools, and words
/// that are no spec.
struct CommandLineCheck {
  private let arguments: [String]
  /// The command's name; `run` where there is none.
  private let command: String
  private let isCommandGiven: Bool

  init(_ arguments: [String]) {
    self.arguments = arguments
    let first = arguments.first ?? ""
    isCommandGiven = NSLRun.allCommands.contains(first) || first == "help"
    command = isCommandGiven ? first : "run"
  }

  /// - Throws: `CommandFailure`.
  func check() throws {
    guard let first = arguments.first else {
      throw CommandFailure(
        "there is no spec to run\n" + NSLRun.usageString(), status: .usage,
        suggestion: "`nsl-run init` writes a spec, `nsl-run --help` lists the commands")
    }
    if first.hasPrefix("---") || command == "help" { return }
    try checkOptions()
    if !isCommandGiven {
      try checkSpec(first, mayBeCommand: true)
    } else if ["run", "plan", "validate"].contains(command), arguments.count > 1 {
      try checkSpec(arguments[1], mayBeCommand: false)
    }
  }

  // MARK: The spec

  /// Folders that people keep specs in.
  private static let folders = ["", "experiments/", "specs/", "configs/"]

  private func checkSpec(_ name: String, mayBeCommand: Bool) throws {
    guard !name.isEmpty, !name.hasPrefix("-"), !name.contains("="), !Self.exists(name) else {
      return
    }
    let endings = [".yaml", ".yml"]
    let ending = endings.first(where: name.hasSuffix) ?? ""
    let isBare = ending.isEmpty && !name.contains("/")
    let stem = name.dropLast(ending.count)
    let folders = name.contains("/") ? [""] : Self.folders
    let files = folders.flatMap { folder in endings.map { folder + stem + $0 } }
    let words = mayBeCommand && isBare ? " and no command of that name" : ""
    if let file = files.first(where: Self.exists) {
      throw CommandFailure(
        "there is no file `\(name)`\(words)", status: .usage,
        suggestion: "did you mean `\(file)`?")
    }
    guard mayBeCommand, isBare else { return }
    let near = closest(to: name, among: NSLRun.commands + ["help"])
    throw CommandFailure(
      "there is no file `\(name)`\(words)", status: .usage,
      suggestion: near.map { "did you mean the command `\($0)`?" }
        ?? "`nsl-run help` lists the commands")
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  // MARK: Options

  /// What options of other tools are called here.
  private static let others = [
    "output-dir": "--results-dir", "out-dir": "--results-dir", "workers": "--jobs",
    "n-jobs": "--jobs", "parallel": "--jobs", "num-workers": "--jobs", "max-retries": "--retries",
    "restarts": "--retries",
    "silent": "--quiet", "limit": "--top", "format": "--json", "multirun": "--sweep",
    "m": "--sweep",
  ]

  /// What keys of other tools are called here.
  static let keys = [
    "seed": "seeds", "lr": "learning_rate", "bs": "batch_size", "epoch": "epochs",
    "num_epochs": "epochs", "name": "experiment", "data": "dataset.name",
    "model": "architecture", "attack": "eval.attacks",
  ]

  private func checkOptions() throws {
    guard arguments.contains(where: { $0.hasPrefix("-") && !Self.builtIn.contains($0) }) else {
      return
    }
    let known = options
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return }
      if argument.hasPrefix("-"), argument.count == 2,
        let other = Self.others[String(argument.dropFirst())],
        known.contains(other)
      {
        throw CommandFailure(
          "unknown option `\(argument)`", status: .usage, suggestion: "did you mean `\(other)`?")
      }
      guard argument.hasPrefix("--") else { continue }
      let parts = argument.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard !known.contains("--" + name) else { continue }
      let next = arguments.dropFirst(index + 1).first.flatMap { $0.hasPrefix("-") ? nil : $0 }
      throw CommandFailure(
        "unknown option `--\(name)`", status: .usage,
        suggestion: suggestion(name, value: parts.count > 1 ? String(parts[1]) : next, known))
    }
  }

  /// Options of every command.
  private static let builtIn: Set<String> = [
    "--help", "--help-hidden", "--version", "--generate-completion-script",
    "--experimental-dump-help",
  ]

  /// The long options that the command takes.
  private var options: Set<String> {
    var options = Self.builtIn
    let commands = NSLRun.configuration.subcommands
      .filter { $0.configuration.commandName == command }
    for command in commands + commands.flatMap({ $0.configuration.subcommands }) {
      // The usage line leaves them out where they are many.
      let lines = NSLRun.helpMessage(for: command, columns: HelpPage.width).split(separator: "\n")
      for line in lines where line.hasPrefix("  -") {
        let words = line.split { !$0.isLetter && $0 != "-" }.prefix { $0.hasPrefix("-") }
        options.formUnion(words.filter { $0.hasPrefix("--") }.map(String.init))
      }
    }
    return options
  }

  private func suggestion(_ name: String, value: String?, _ known: Set<String>) -> String {
    let takesSpec = known.contains("--sweep")
    let key = name.lowercased().replacing("-", with: "_")
    if takesSpec, let meant = Self.keys[key] ?? exactKey(key) {
      return "it is a key of the spec: `\(Self.assignment(meant, value, isOneSeed: key == "seed"))`"
    }
    if let other = Self.others[name.lowercased()], known.contains(other) {
      return "did you mean `\(other)`?"
    }
    if let near = closest(to: name, among: known.map { String($0.dropFirst(2)) }.sorted()) {
      return "did you mean `--\(near)`?"
    }
    let ends = OverrideKeys.all.compactMap { $0.split(separator: ".").last.map(String.init) }
    if takesSpec, let near = closest(to: key, among: ends) {
      return "it may be a key of the spec: `\(Self.assignment(near, value))`"
    }
    return "`nsl-run help \(command)` lists the options"
  }

  /// The key, where the command line may set one of that name.
  private func exactKey(_ name: String) -> String? {
    let isAttacks = LanguageIndex.shared.entries(named: "eval.attacks.\(name)").count == 1
    if OverrideKeys.all.contains(where: { $0 == name || $0.hasSuffix("." + name) }) { return name }
    return isAttacks ? "eval.attacks.0.\(name)" : nil
  }

  private static func assignment(
    _ key: String, _ value: String?, isOneSeed: Bool = false
  ) -> String {
    let value = value ?? "…"
    let isList = isOneSeed || key == "seeds" && value.contains(",")
    return "\(key)=\(isList && !value.hasPrefix("[") ? "[\(value)]" : value)"
  }
}
