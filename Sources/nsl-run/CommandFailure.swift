import ArgumentParser
import Files
import Learning
import PlainText
import Runner
import YAML

/// How the program ends; scripts depend on these.
enum ExitStatus: Int32 {
  case success = 0
  case failedRuns = 1
  case usage = 2
  case difference = 3
  case incomparable = 4
  case interrupted = 130
}

/// Why a command cannot be carried out.
struct CommandFailure: Error {
  /// Without a full stop; the user's own words are in backticks.
  var message: String
  var status: ExitStatus
  var suggestion: String?

  init(_ message: String, status: ExitStatus, suggestion: String? = nil) {
    self.message = message
    self.status = status
    self.suggestion = suggestion
  }
}

extension ExitCode {
  init(_ status: ExitStatus) { self.init(status.rawValue) }
}

extension NSLRun {
  /// Says what ended a command: errors on standard error, help and version on standard output.
  ///
  /// - Returns: The exit status.
  static func conclude(_ error: any Error) -> Int32 {
    let renderer = DiagnosticRenderer(color: Console.errorHasColor)
    switch error {
    case let code as ExitCode:
      return code.rawValue
    case let error as DiagnosticsError:
      Console.error(styled: renderer.render(error.diagnostics))
      return ExitStatus.usage.rawValue
    case let failure as CommandFailure:
      Console.error(styled: render(failure.message, failure.suggestion))
      return failure.status.rawValue
    case let error as DatasetError:
      Console.error(styled: render(error.description, error.suggestion))
      return ExitStatus.usage.rawValue
    case let error as FileError where error.isDiskFull:
      let problem = DiskFull(error)
      Console.error(styled: render(problem.message, problem.suggestion))
      return ExitStatus.failedRuns.rawValue
    case let error as FileError:
      Console.error(styled: render(error.message))
      return ExitStatus.failedRuns.rawValue
    case let error as ProcessLimitError:
      Console.error(styled: render(error.message, error.suggestion))
      return ExitStatus.usage.rawValue
    case let error as SubmissionError:
      Console.error(styled: render(error.message, error.suggestion))
      return ExitStatus.usage.rawValue
    case let error as StoreError:
      Console.error(styled: render(error.description))
      return ExitStatus.failedRuns.rawValue
    default:
      return concludeParsing(error)
    }
  }

  /// What the parser has to say: help, the version, a completion script, or an error.
  private static func concludeParsing(_ error: any Error) -> Int32 {
    let text = fullMessage(for: error).trimmingNewlines
    guard exitCode(for: error) != .success else {
      Console.output(own: text + "\n")
      return ExitStatus.success.rawValue
    }
    let prefix = "Error: "
    var lines = (text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...])
      .split(separator: "\n", omittingEmptySubsequences: false)
    // The usage line is several hundred characters long: the help has it.
    var help: String?
    if let usage = lines.firstIndex(where: { $0.hasPrefix("Usage: ") }) {
      let quoted = lines.last?.split(separator: "'").dropFirst().first
      help = quoted.map { "see `\($0)`" }
      lines.removeSubrange(usage...)
    }
    // Messages of ours begin with a small letter.
    let message = lines.joined(separator: "\n")
    Console.error(styled: render(message.prefix(1).lowercased() + message.dropFirst(), help))
    return ExitStatus.usage.rawValue
  }

  /// Like a diagnostic without a place; line breaks of the message stay.
  static func render(_ message: String, _ suggestion: String? = nil) -> String {
    let color = Console.errorHasColor
    func paint(_ text: String, _ code: String) -> String {
      color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
    return paint("error:", "1;31") + " " + message.printableLines + "\n"
      + (suggestion.map { "    " + paint("suggestion:", "32") + " " + $0.printable + "\n" } ?? "")
  }
}

extension String {
  /// Without line breaks at its end.
  var trimmingNewlines: String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
