import ArgumentParser
import Experiments
import Runner
import SystemPackage

/// `SPEC` and what the command line changes of it, of commands that read one.
struct SpecArgument: ParsableArguments {
  @Argument(
    help: "The experiment, a YAML file; - reads it from standard input.",
    completion: .file(extensions: ["yaml", "yml"]))
  var spec: String

  @OptionGroup var changes: OverrideArguments

  var overrides: [SpecOverride] { changes.overrides }
}

/// `key=value ...` and `--sweep`.
struct OverrideArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Sets keys of the spec: YAML values, null deletes. The end of a path will do.",
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
      "Adds an axis to the sweep's grid. May be given several times.", valueName: "key=v1,v2,..."),
    completion: .list(OverrideKeys.all.map { $0 + "=" }))
  var axes: [String] = []

  var overrides: [SpecOverride] { axes.map { SpecOverride(.sweep, $0) } }
}

/// `--results-dir`, of commands that read or write results.
struct ResultsOptions: ParsableArguments {
  @Option(
    name: .customLong("results-dir"),
    help: ArgumentHelp(
      "The folder that holds all experiments' results. (default: results, here or in the nearest "
        + "folder above that has a store)"),
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
