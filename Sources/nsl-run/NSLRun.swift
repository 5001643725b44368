import ArgumentParser
import Glibc
import Runner
import YAML

/// The program: a spec in, tables out.
@main
struct NSLRun: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "nsl-run",
    abstract: "Runs adversarial-robustness experiments from one YAML file.",
    usage: """
      nsl-run SPEC [options]
      nsl-run COMMAND ...
      """,
    discussion: """
      A spec says which models are trained on what, what varies from run to run, and which \
      attacks the models must stand. Everything is trained and attacked once, several runs at \
      a time; what is stored already is not done again.

      EXAMPLES:
        nsl-run experiments/quickstart.yaml         run; ends with a table
        nsl-run plan experiments/quickstart.yaml    what would run
        nsl-run explain my-spec.yaml                why that is not stored already
        nsl-run validate my-spec.yaml               what is wrong with it
        nsl-run show quickstart                     the table of the last run
        nsl-run diff before.csv after.csv           what has changed

      Results lie in results/<experiment>/: results.csv, summary.csv, results.json, pictures and \
      weights of every run.

      EXIT STATUS:
        0     done
        1     finished, but some runs failed (they are rows in the tables);
              or the results could not be written
        2     the spec, the data or the command line is wrong; nothing was run
        3     diff: a difference beyond tolerance
        4     diff: the tables cannot be compared, or rows are missing
        130   interrupted; the same command resumes

      COMPLETION IN THE SHELL (bash, zsh or fish):
        source <(nsl-run --generate-completion-script bash)
      """,
    version: version,
    subcommands: [
      RunCommand.self, PlanCommand.self, ExplainCommand.self, ValidateCommand.self,
      ShowCommand.self, DiffCommand.self, DataCommand.self, SchemaCommand.self, InfoCommand.self,
      WorkerCommand.self, ManualCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() async {
    // A file that grows beyond `ulimit -f` is then an error with a name.
    signal(SIGXFSZ, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    // Nothing is parsed for a worker: one is started per stage.
    if arguments == [WorkerCommand.name] { Glibc.exit(Worker.main()) }
    do {
      try check(arguments)
      var command = try parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try ProcessLimits.checkThreads()
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      Glibc.exit(conclude(error))
    }
  }

  /// What the default command would misunderstand.
  private static func check(_ arguments: [String]) throws {
    guard let first = arguments.first else {
      throw CommandFailure(
        "there is no spec to run\n" + usageString(), status: .usage,
        suggestion: "`nsl-run experiments/quickstart.yaml`, or see `nsl-run --help`")
    }
    let commands = configuration.subcommands
      .filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
    guard !first.hasPrefix("-"), !commands.contains(first), !first.contains("/"),
      access(first, F_OK) != 0, let command = closest(to: first, among: commands + ["help"]),
      command != first
    else { return }
    throw CommandFailure(
      "there is no file `\(first)` and no command of that name", status: .usage,
      suggestion: "did you mean the command `\(command)`?")
  }
}
