import Experiments
import FoundationEssentials
import Glibc
import PlainText
import Runner
import SystemPackage
import YAML

/// What the program reads and writes besides files.
enum Console {
  static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// Writes a command's product, without what could play tricks on a terminal.
  ///
  /// Ends the process quietly where its reader has gone (`nsl-run plan SPEC | head`), with a
  /// message where the text cannot be written.
  static func output(_ text: String) { output(own: text.printableLines) }

  /// The same for a text that is ours alone, or cleaned and colored.
  static func output(own text: String) {
    do {
      try write(text)
    } catch .brokenPipe {
      exit(ExitStatus.success.rawValue)
    } catch {
      self.error("error: cannot write to standard output: \(error)\n")
      exit(ExitStatus.failedRuns.rawValue)
    }
  }

  /// Writes to standard output, and leaves it to the caller what it means that this fails.
  static func write(_ text: String) throws(Errno) {
    try write(commands: text.logged(in: environment))
  }

  /// The same for commands to the runner of a workflow.
  static func write(commands text: String) throws(Errno) {
    do {
      try FileDescriptor.standardOutput.writeAll(text.utf8)
    } catch {
      throw error as? Errno ?? .ioError
    }
  }

  /// Says something about the work, without what could play tricks on a terminal; nothing helps
  /// where that cannot be written.
  static func error(_ text: String) { error(styled: text.printableLines) }

  /// The same for a text that is cleaned already, and may have colors.
  static func error(styled text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.logged(in: environment).utf8)
  }

  /// Tells programs that listen on standard error, at the end of a run.
  ///
  /// - Parameter elapsed: Seconds since the beginning of the run.
  static func tell(_ event: ProgressEvent, elapsed: Double = 0) {
    error(styled: event.line(elapsed: elapsed))
  }

  /// Says what is doubtful about a spec.
  static func warn(of spec: Spec) {
    error(DiagnosticRenderer(color: errorHasColor).render(spec.shownWarnings))
  }

  static var errorHasColor: Bool { Terminal.standardError(environment: environment).hasColor }

  static var outputHasColor: Bool {
    isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
      && (environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Columns that a table may take: the terminal's, or 100 where there is none.
  static var outputWidth: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return Int(size.ws_col)
  }
}
