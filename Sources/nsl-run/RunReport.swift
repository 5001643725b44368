import Glibc
import PlainText
import Results
import Runner
import SystemPackage
import Tracking

/// What a run, or a look at one, says at its end.
struct RunReport {
  private let summary: RunSummary
  private let isQuiet: Bool
  private let tellsEvents: Bool
  private let formats: [TrackingFormat]

  /// - Parameters:
  ///   - tellsEvents: Whether standard error is for programs (`--progress json`).
  ///   - formats: Others in which the results were written, too.
  init(
    _ summary: RunSummary, isQuiet: Bool, tellsEvents: Bool = false, formats: [TrackingFormat] = []
  ) {
    self.summary = summary
    self.isQuiet = isQuiet
    self.tellsEvents = tellsEvents
    self.formats = formats
  }

  /// More are not listed on the terminal.
  private static let shownFailures = 20

  /// Prints the table and what there is to say about it.
  ///
  /// - Returns: The exit status.
  func write() -> Int32 {
    let status = writeTable()
    guard tellsEvents else { return status }
    if let detached = summary.detached {
      Console.tell(
        .submitted(stages: detached.stages, jobs: detached.jobs, arrays: detached.arrays),
        elapsed: summary.seconds)
    }
    Console.tell(
      .finished(.init(summary, exitStatus: status)), elapsed: summary.seconds)
    return status
  }

  private func writeTable() -> Int32 {
    if let detached = summary.detached {
      if !tellsEvents { Console.error(words(detached)) }
      return ExitStatus.success.rawValue
    }
    var status = summary.exitStatus
    guard !summary.wasInterrupted else { return status }
    guard summary.hasTables else {
      Console.error(styled: diskFull)
      return status
    }
    let table = TerminalTable(summary.table, claims: summary.claims)
      .text(width: Console.outputWidth)
    do {
      try Console.write(table.printableLines)
    } catch .brokenPipe {
      // Its reader has gone; the run is what it is, and the tables are written.
    } catch {
      let words = "cannot write to standard output: \(error)"
      if tellsEvents {
        Console.tell(.message(level: .warning, text: words), elapsed: summary.seconds)
      } else {
        Console.error("error: \(words)\n")
      }
      status = max(status, ExitStatus.failedRuns.rawValue)
    }
    if !tellsEvents { Console.error(failures + conclusion) }
    if summary.diskFull != nil, !tellsEvents { Console.error(styled: "\n" + diskFull) }
    return status
  }

  /// Why the run was stopped, and how to go on.
  private var diskFull: String {
    guard let problem = summary.diskFull else { return "" }
    let tables =
      summary.hasTables ? "" : "\n  the tables in \(summary.folder) are not those of this run"
    return NSLRun.render(problem.message + tables, problem.suggestion)
  }

  /// What was handed in, and how to go on.
  private func words(_ detached: RunSummary.Detached) -> String {
    if isQuiet { return "" }
    let name = summary.experiment
    return """
      \(Words.count(detached.stages, "stage")) in \(Words.count(detached.jobs, "job")) of Slurm, \
      \(detached.arrays.count == 1 ? "array" : "arrays") \
      \(detached.arrays.map(String.init).joined(separator: ", "))
        nsl-run status \(name)     where it is
        nsl-run collect \(name)    the tables of what is there
        nsl-run cancel \(name)     cancel it

      """
  }

  /// What failed and why.
  private var failures: String {
    let rows = summary.table.rows.count
    guard summary.failedRows > 0 || !summary.failures.isEmpty else { return "" }
    var text =
      summary.failedRows > 0
      ? "\n\(summary.failedRows) of \(Words.count(rows, "row")) "
        + (summary.unfinished > 0 ? "without numbers:\n" : "failed:\n")
      : "\n\(Words.count(summary.failures.count, "stage")) failed:\n"
    for failure in summary.failures.prefix(Self.shownFailures) {
      let attempts = failure.attempts > 1 ? " after \(failure.attempts) attempts" : ""
      text += "  \(failure.title): \(failure.status.rawValue)\(attempts), \(failure.reason)\n"
    }
    let more = summary.failures.count - Self.shownFailures
    if more > 0 { text += "  … and \(more) more, see `statuses` in results.json\n" }
    if summary.unfinished > 0 {
      text += "  \(Words.count(summary.unfinished, "stage")) still running or in the queue\n"
    }
    if summary.unmadeModels > 0 {
      text += "  \(Words.count(summary.unmadeModels, "model")) no longer stored: runs/ is "
      text += "unchanged, and rows keep the stored numbers\n"
    }
    return text
  }

  /// What was done and where it lies.
  private var conclusion: String {
    if isQuiet { return "" }
    return "\n\(summary.folder): \(Words.count(summary.stagesTotal, "stage")), "
      + "\(summary.stagesRun) run and \(summary.stagesStored) stored already, "
      + "in \(Words.seconds(summary.seconds))\n"
      + formats.map { "\(summary.folder.appending($0.folder)): for \($0.reader)\n" }.joined()
  }
}
