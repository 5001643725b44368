import ArgumentParser
import Experiments
import Glibc
import Runner
import Settings
import SystemPackage
import Tracking
import YAML

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a spec: train, attack, write the tables.",
    discussion: """
      `nsl-run SPEC` is the same. Trainings and evaluations run in parallel, in processes of \
      its own; the results never depend on how many. What is stored in results/.store does not \
      run again: after Ctrl-C, the same command resumes, and with one more attack in the spec \
      only that attack is evaluated.

      EXAMPLES:
        nsl-run experiments/quickstart.yaml
        nsl-run experiments/mnist-sweep.yaml --jobs 4
        nsl-run experiments/mnist-sweep.yaml --threads 2
        nsl-run my-spec.yaml --fail-fast --timeout 10m --retries 3
        nsl-run my-spec.yaml --tensorboard --mlflow
        nsl-run my-spec.yaml --dry-run
        nsl-run my-spec.yaml epochs=1 train_limit=1000 experiment=try
        nsl-run my-spec.yaml --sweep adv_step_size=0.1,0.2,0.3 seeds=3
        nsl-run - experiment=piped < my-spec.yaml
        nsl-run my-spec.yaml --progress json 2> events.jsonl
        nsl-run my-spec.yaml --launcher slurm --detach
        NSL_DATA_DIR=~/data nsl-run experiments/mnist-sweep.yaml

      The table goes to standard output, everything else to standard error.

      EXIT STATUS: 0 done, 1 some runs failed, 2 nothing was run, 130 interrupted.
      """)

  @OptionGroup var spec: SpecArgument

  @OptionGroup var results: ResultsOptions

  @OptionGroup var parallel: ParallelOptions

  @Option(
    name: [.long, .customLong("time-limit")],
    help: ArgumentHelp(
      "End a training or an evaluation that takes longer: 90, 90s, 10m, 1h30m. Its rows are "
        + "timed-out. Instead of the spec's `timeout`; --time-limit is an older name.",
      valueName: "time"),
    transform: StageTime.init(argument:))
  var timeout: StageTime?

  @Option(
    help: ArgumentHelp(
      "Begin a training or an evaluation that crashes or hangs again, so many times at most, where "
        + "it was saved last. Instead of the spec's `retries` (default: "
        + "\(ExecutionSettings.standardRetries)).", valueName: "n"))
  var retries: Int?

  @OptionGroup var tracking: TrackingOptions
  @Option(
    help: ArgumentHelp(
      "Where stages run, instead of what the spec's `launcher` says: processes of this machine, or "
        + "jobs of a Slurm cluster.", valueName: "launcher"))
  var launcher: Launcher?

  @Flag(help: "With Slurm: hand the jobs in and do not wait; see `nsl-run help collect`.")
  var detach = false

  enum Launcher: String, ExpressibleByArgument, CaseIterable {
    case local
    case slurm
  }

  @Flag(help: "Run nothing: show the plan, as `nsl-run plan` does.")
  var dryRun = false

  @Flag
  var failurePolicy = FailurePolicy.keepGoing

  @Option(
    help: ArgumentHelp(
      "How progress is shown on standard error: drawn anew on a terminal, a line per stage, a JSON "
        + "object per event, or not at all.", valueName: "how"))
  var progress = ProgressMode.auto

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
    let range = 0...ExecutionSettings.mostRetries
    if let retries, !range.contains(retries) {
      throw ValidationError("--retries must be \(range.lowerBound) to \(range.upperBound)")
    }
    if quiet, ![.auto, .none].contains(progress) {
      throw ValidationError("--quiet and --progress \(progress.rawValue) cannot be used together")
    }
    if verbose, progress == .none {
      throw ValidationError("--verbose and --progress none cannot be used together")
    }
  }

  private func say(_ text: String, _ level: ProgressEvent.MessageLevel) {
    guard progress == .json else { return Console.error(text) }
    Console.tell(.message(level: level, text: text.split(separator: "\n").joined(separator: "\n")))
  }

  func run() async throws {
    if dryRun {
      try PlanCommand.show(spec, results, parallel)
      return
    }
    // A worker that dies before it has read its request must not end this process, too.
    signal(SIGPIPE, SIG_IGN)
    if progress == .live, !Terminal.standardError(environment: Console.environment).isInteractive {
      throw CommandFailure(
        "--progress live needs a terminal on standard error", status: .usage,
        suggestion: "`--progress lines` prints a line per stage")
    }
    let tellsEvents = progress == .json
    if !quiet, let note = results.note { say(note, .note) }
    var options = RunOptions(
      spec: spec.spec, overrides: spec.overrides, resultsFolder: results.path,
      jobs: parallel.jobs,
      failurePolicy: failurePolicy == .failFast ? .failFast : .keepGoing,
      timeout: timeout, verbosity: quiet ? .quiet : verbose ? .verbose : .normal,
      tracking: tracking.formats, programVersion: NSLRun.version, environment: Console.environment,
      onSpec: { spec in
        guard tellsEvents else { return Console.warn(of: spec) }
        let text = DiagnosticRenderer(color: false).render(spec.shownWarnings)
        if !text.isEmpty { say(text, .warning) }
      })
    options.launcher = launcher?.rawValue
    options.progress = progress
    options.isDetached = detach
    options.retries = retries
    options.threads = parallel.threads
    let summary = try await ExperimentRunner.run(options)
    let report = RunReport(
      summary, isQuiet: quiet, tellsEvents: tellsEvents, formats: tracking.formats)
    throw ExitCode(report.write())
  }
}

extension ProgressMode: ExpressibleByArgument {}
