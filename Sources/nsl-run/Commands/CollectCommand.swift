import ArgumentParser
import Runner

struct CollectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Write the tables of what is stored: after run --detach, say.",
    discussion: """
      The spec that ran last is planned again, and its tables are written as at the end of a run. \
      Rows whose stages are not stored have no numbers; what is missing and why is listed. Nothing is \
      trained or evaluated, and jobs that are under way go on.

      EXAMPLES:
        nsl-run my-spec.yaml --launcher slurm --detach
        nsl-run status my-spec
        nsl-run collect my-spec

      EXIT STATUS: as of a run: 0 all rows have numbers, 1 some do not, 2 there is no such experiment.
      """)

  @OptionGroup var target: ExperimentArgument

  @Flag(name: .shortAndLong, help: "Print errors and warnings only.")
  var quiet = false

  func run() async throws {
    var options = try target.options()
    options.verbosity = quiet ? .quiet : .normal
    options.onSpec = { Console.warn(of: $0) }
    let summary = try await ExperimentRunner.collect(options)
    throw ExitCode(RunReport(summary, isQuiet: quiet).write())
  }
}
