import PlainText
import ArgumentParser
import Help
import Glibc
import Runner

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
      A spec names the models, the data they are trained on, what varies from run to run, and the \
      attacks that the models are tested against. Trainings and evaluations run in parallel; \
      what is stored already does not run again.

      EXAMPLES:
        nsl-run init my-spec                        write a spec to start from
        nsl-run plan my-spec.yaml                   what it would run
        nsl-run my-spec.yaml                        run it; ends with a table
        nsl-run my-spec.yaml epochs=3               run it with changes
        nsl-run validate my-spec.yaml               check it
        nsl-run explain my-spec.yaml                why stages run again
        nsl-run list                                the experiments in results/
        nsl-run store                               what is stored, and who needs it
        nsl-run show quickstart                     the results of an experiment
        nsl-run show quickstart tour                two experiments side by side
        nsl-run status my-spec                      what is stored, runs or has failed
        nsl-run logs my-spec --follow               the logs of its stages
        nsl-run report my-spec.yaml                 its results as a page, report.html
        nsl-run export quickstart --onnx            its models for other programs
        nsl-run diff before.csv after.csv           compare two tables
        nsl-run help learning_rate                  explain a key of specs
        nsl-run info --self-test                    check this machine's arithmetic

      Results are in results/<experiment>/: results.csv, summary.csv, results.json, report.html, \
      pictures and the weights of every run.

      TOPICS (nsl-run help TOPIC):
      \(HelpTopic.list)

      COMPLETION IN THE SHELL (bash, zsh or fish):
        source <(nsl-run --generate-completion-script bash)
      """,
    version: version,
    subcommands: [
      InitCommand.self, RunCommand.self, PlanCommand.self, ExplainCommand.self,
      ValidateCommand.self, ListCommand.self, ShowCommand.self, ReportCommand.self,
      StatusCommand.self, LogsCommand.self, CollectCommand.self, CancelCommand.self,
      ExportCommand.self,
      DiffCommand.self, DataCommand.self, StoreCommand.self, CleanCommand.self,
      SchemaCommand.self, InfoCommand.self, WorkerCommand.self, ElementCommand.self,
      ManualCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() async {
    // A file that grows beyond `ulimit -f` is then an error with a name.
    signal(SIGXFSZ, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    // Nothing is parsed for a worker: one is started per stage.
    if arguments == [WorkerCommand.name] { Glibc.exit(Worker.main()) }
    do {
      try CommandLineCheck(arguments).check()
      if arguments.first == "help" {
        // `help run --help` is `help run`, and `help --help` is `help help`.
        let names = arguments.dropFirst().filter { $0 != "--help" && $0 != "-h" }
        let isAsked = names.isEmpty && arguments.count > 1
        // `help --jobs` is `help jobs`.
        let words = names.map { String($0.drop { $0 == "-" }) }
        try HelpCommand.parse(isAsked ? ["help"] : words).run()
        return
      }
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

  /// The commands that people call, without `help`.
  static var commandTypes: [any ParsableCommand.Type] {
    configuration.subcommands.filter { $0.configuration.shouldDisplay }
  }

  /// Their names.
  static var commands: [String] { commandTypes.compactMap { $0.configuration.commandName } }

  /// With those that other programs call.
  static var allCommands: [String] {
    configuration.subcommands.compactMap { $0.configuration.commandName }
  }
}
