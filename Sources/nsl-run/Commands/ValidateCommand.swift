import ArgumentParser
import Experiments
import Glibc
import Learning
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
        nsl-run validate my-spec.yaml optimizer=sgd momentum=0.9

      EXIT STATUS: 0 all are right, 2 some are not.
      """)

  @Argument(
    help: ArgumentHelp(
      "The specs, YAML files, or - for standard input; key=value changes all of them.",
      valueName: "spec"),
    completion: .file(extensions: ["yaml", "yml"]))
  var arguments: [String]

  @OptionGroup var sweep: SweepOptions

  /// A file's name may hold a `=`.
  private func isOverride(_ argument: String) -> Bool {
    argument.contains("=") && access(argument, F_OK) != 0
  }

  func validate() throws {
    if arguments.allSatisfy(isOverride) {
      throw ValidationError("there is no spec to check, only what would change it")
    }
  }

  func run() throws {
    let specs = arguments.filter { !isOverride($0) }
    let overrides =
      arguments.filter(isOverride).map { SpecOverride(.set, $0) } + sweep.overrides
    var isRight = true
    for path in specs {
      do {
        let (spec, plan) = try ExperimentPlanner.plan(
          spec: path, overrides: overrides, environment: Console.environment)
        Console.warn(of: spec)
        let trained = plan.stages.count(where: \.isTraining)
        Console.output(
          "\(path): ok, \(Words.count(plan.runs.count, "run")), "
            + "\(Words.count(trained, "model")) to train\n")
      } catch let error as DiagnosticsError {
        isRight = false
        _ = NSLRun.conclude(error)
      } catch let error as DatasetError {
        // Own data that are not as the spec says are a mistake like any other.
        isRight = false
        _ = NSLRun.conclude(error)
      }
    }
    if !isRight { throw ExitCode(.usage) }
  }
}
