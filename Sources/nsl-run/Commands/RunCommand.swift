import ArgumentParser
import Glibc
import PlainText
import Results
import Runner
import SystemPackage
import Tracking

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a spec: train, attack, write the tables.",
    discussion: """
      `nsl-run SPEC` is the same. Trainings and evaluations run in parallel, each in a process of \
      its own; the results never depend on how many. What is stored in results/.store does not \
      run again: after Ctrl-C, the same command resumes, and with one more attack in the spec \
      only that attack is evaluated.

      EXAMPLES:
        nsl-run experiments/quickstart.yaml
        nsl-run experiments/mnist-sweep.yaml --jobs 4
        nsl-run my-spec.yaml --fail-fast --time-limit 10m
        nsl-run my-spec.yaml --tensorboard --mlflow
        nsl-run my-spec.yaml --dry-run
        nsl-run my-spec.yaml epochs=1 train_limit=1000 experiment=try
        nsl-run my-spec.yaml --sweep adv_step_size=0.1,0.2,0.3 seeds=3
        nsl-run - experiment=piped < my-spec.yaml
        NSL_DATA_DIR=~/data nsl-run experiments/mnist-sweep.yaml

      The table goes to standard output, everything else to standard error.

      EXIT STATUS: 0 done, 1 some runs failed, 2 nothing was run, 130 interrupted.
      """)

  @OptionGroup var spec: SpecArgument

  @OptionGroup var results: ResultsOptions

  @OptionGroup var parallel: JobsOption

  @Option(
    help: ArgumentHelp(
      "End a training or an evaluation that takes longer: 90, 90s, 10m, 1h30m. Its rows are "
        + "timed-out.", valueName: "time"),
    transform: TimeLimit.init)
  var timeLimit: TimeLimit?

  @OptionGroup var tracking: TrackingOptions

  @Flag(help: "Run nothing: show the plan, as `nsl-run plan` does.")
  var dryRun = false

  @Flag
  var failurePolicy = FailurePolicy.keepGoing

  @Flag(name: .shortAndLong, help: "Print errors and warnings only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Also print a line for each start and each epoch.")
  var verbose = false

  enum FailurePolicy: EnumerableFlag {
    case keepGoing
    case failFast

    static func help(for value: FailurePolicy) -> ArgumentHelp? {
      switch value {
      case .keepGoing: "After a failure, run everything that does not depend on it."
      case .failFast: "After a failure, cancel the rest."
      }
    }
  }

  func validate() throws {
    if quiet, verbose { throw ValidationError("--quiet and --verbose cannot be used together") }
  }

  func run() async throws {
    if dryRun {
      try PlanCommand.show(spec, results, jobs: parallel.jobs)
      return
    }
    // A worker that dies before it has read its request must not end this process, too.
    signal(SIGPIPE, SIG_IGN)
    if !quiet, let note = results.note { Console.error(note) }
    let summary = try await ExperimentRunner.run(
      RunOptions(
        spec: spec.spec, overrides: spec.overrides, resultsFolder: results.path,
        jobs: parallel.jobs,
        failurePolicy: failurePolicy == .failFast ? .failFast : .keepGoing,
        timeLimit: timeLimit?.duration, verbosity: quiet ? .quiet : verbose ? .verbose : .normal,
        tracking: tracking.formats,
        programVersion: NSLRun.version, environment: Console.environment,
        onSpec: { Console.warn(of: $0) }))
    var status = summary.exitStatus
    if !summary.wasInterrupted {
      let table = TerminalTable(summary.table, claims: summary.claims)
        .text(width: Console.outputWidth)
      do {
        try Console.write(table.printableLines)
      } catch .brokenPipe {
        // Its reader has gone; the run is what it is, and the tables are written.
      } catch {
        Console.error("error: cannot write to standard output: \(error)\n")
        status = max(status, ExitStatus.failedRuns.rawValue)
      }
      report(summary)
    }
    throw ExitCode(status)
  }

  /// More are not listed on the terminal.
  private static let shownFailures = 20

  /// What failed and why, then what was done and where it lies.
  private func report(_ summary: RunSummary) {
    var text = ""
    if summary.failedRows > 0 || !summary.failures.isEmpty {
      text +=
        summary.failedRows > 0
        ? "\n\(summary.failedRows) of \(Words.count(summary.table.rows.count, "row")) failed:\n"
        : "\n\(Words.count(summary.failures.count, "stage")) failed:\n"
      for failure in summary.failures.prefix(Self.shownFailures) {
        text += "  \(failure.title): \(failure.status.rawValue), \(failure.reason)\n"
      }
      let more = summary.failures.count - Self.shownFailures
      if more > 0 { text += "  … and \(more) more, see `statuses` in results.json\n" }
      if summary.unmadeModels > 0 {
        text +=
          "  \(Words.count(summary.unmadeModels, "model")) no longer stored: runs/ is "
        text += "unchanged, and rows keep the stored numbers\n"
      }
    }
    if !quiet {
      text += "\n\(summary.folder): \(Words.count(summary.stagesTotal, "stage")), "
      text += "\(summary.stagesRun) run and \(summary.stagesStored) stored already, "
      text += "in \(Words.seconds(summary.seconds))\n"
      if !summary.wasInterrupted {
        for format in tracking.formats {
          text += "\(summary.folder.appending(format.folder)): for \(format.reader)\n"
        }
      }
    }
    Console.error(text)
  }
}
