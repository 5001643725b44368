import ArgumentParser
import Experiments
import Runner
import SystemPackage
import Tracking

/// `SPEC` and what the command line changes of it, of commands that read one.
struct SpecArgument: ParsableArguments {
  @Argument(
    help: "The spec, a YAML file; - reads it from standard input.",
    completion: .file(extensions: ["yaml", "yml"]))
  var spec: String

  @OptionGroup var changes: OverrideArguments

  var overrides: [SpecOverride] { changes.overrides }
}

/// `key=value ...` and `--sweep`.
struct OverrideArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Changes the spec: a key and a YAML value; null deletes the key. The last part of a path is "
        + "enough, as in epochs=3.",
      valueName: "key=value"),
    completion: .list(OverrideKeys.all.map { $0 + "=" }))
  var assignments: [String] = []

  @OptionGroup var sweep: SweepOptions

  var overrides: [SpecOverride] {
    assignments.map { SpecOverride(.set, $0) } + sweep.overrides
  }
}

/// `--sweep`.
struct SweepOptions: ParsableArguments {
  @Option(
    name: .customLong("sweep"), parsing: .singleValue,
    help: ArgumentHelp(
      "Adds an axis to the grid of the sweep. May be given several times.",
      valueName: "key=v1,v2,..."),
    completion: .list(OverrideKeys.all.map { $0 + "=" }))
  var axes: [String] = []

  var overrides: [SpecOverride] { axes.map { SpecOverride(.sweep, $0) } }
}

/// `--jobs` and `--threads`: the same thing in every command.
struct ParallelOptions: ParsableArguments {
  @Option(
    name: [.customShort("j", allowingJoined: true), .long], parsing: .unconditional,
    help: ArgumentHelp(
      "How many trainings and evaluations run in parallel. (default: the number of processors, "
        + "divided by --threads)",
      valueName: "n"))
  var jobs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many threads share a training or an evaluation; the results never depend on it. "
        + "(default: the processors that are idle when it starts, divided among those that start)",
      valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1, not \(jobs)") }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be between 1 and 1024, not \(threads)")
    }
  }
}

/// `--results-dir`, of commands that read or write results.
struct ResultsOptions: ParsableArguments {
  @Option(
    name: .customLong("results-dir"),
    help: ArgumentHelp(
      "The folder of all results. (default: results, here or in the nearest folder above that has "
        + "a store)", valueName: "folder"),
    completion: .directory)
  var folder: String?

  var path: FilePath { folder.map { FilePath($0) } ?? ResultsFolder.find() }

  /// What a person may want to know where it was not given.
  var note: String? {
    folder == nil && path != FilePath(ResultsFolder.name)
      ? "note: results are those in \(path)\n" : nil
  }

  func validate() throws {
    if folder?.isEmpty == true { throw ValidationError("--results-dir must name a folder") }
  }
}

/// `--tensorboard` and `--mlflow`: formats in which a run writes its results, too.
struct TrackingOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Also write event files for TensorBoard, into the experiment's folder. Of a finished "
        + "experiment nothing runs again."))
  var tensorboard = false

  @Flag(help: "Also write the results as MLflow's files, mlruns, into the experiment's folder.")
  var mlflow = false

  var formats: [TrackingFormat] { (tensorboard ? [.tensorBoard] : []) + (mlflow ? [.mlflow] : []) }
}
