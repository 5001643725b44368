import ArgumentParser
import Experiments
import Runner
import YAML

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check specs and say everything that is wrong with them.",
    discussion: """
      Every mistake of every file in one pass, each with its place, the line and, mostly, a \
      suggestion. Nothing is run.

      EXAMPLES:
        nsl-run validate my-spec.yaml
        nsl-run validate experiments/*.yaml

      EXIT STATUS: 0 all are right, 2 some are not.
      """)

  @Argument(
    help: ArgumentHelp("The specs, YAML files.", valueName: "spec"),
    completion: .file(extensions: ["yaml", "yml"]))
  var specs: [String]

  func run() throws {
    var isRight = true
    for path in specs {
      do {
        let plan = try ExperimentPlanner.plan(
          spec: path, environment: Console.environment
        ).plan
        let trained = plan.stages.count(where: \.isTraining)
        Console.output(
          "\(path): ok, \(Words.count(plan.runs.count, "run")), "
            + "\(Words.count(trained, "model")) to train\n")
      } catch let error as DiagnosticsError {
        isRight = false
        _ = NSLRun.conclude(error)
      }
    }
    if !isRight { throw ExitCode(.usage) }
  }
}
