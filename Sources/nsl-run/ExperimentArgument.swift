import ArgumentParser
import Runner
import SystemPackage

/// `EXPERIMENT`, of commands about what was run.
struct ExperimentArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("The experiment's name.", valueName: "experiment"))
  var experiment: String

  @OptionGroup var results: ResultsOptions

  func validate() throws {
    if experiment.contains("/") || experiment.hasPrefix(".") || experiment.isEmpty {
      throw ValidationError("name an experiment, as `nsl-run list` shows it, not a path")
    }
  }

  /// The options that plan again what was run.
  ///
  /// - Throws: `SubmissionError` where there is no such experiment.
  func options() throws -> RunOptions {
    try WrittenRun.options(
      of: experiment, in: results.path, programVersion: NSLRun.version,
      environment: Console.environment)
  }
}
