import ArgumentParser
import Runner
import SystemPackage

/// `SPEC`, of commands that read one.
struct SpecArgument: ParsableArguments {
  @Argument(
    help: "The experiment, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var spec: String
}

/// `--results-dir`, of commands that read or write results.
struct ResultsOptions: ParsableArguments {
  @Option(
    name: .customLong("results-dir"),
    help: "The folder that holds all experiments' results.", completion: .directory)
  var folder = "results"

  var path: FilePath { FilePath(folder) }

  func validate() throws {
    if folder.isEmpty { throw ValidationError("--results-dir must name a folder") }
  }
}
