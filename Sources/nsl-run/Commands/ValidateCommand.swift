import ArgumentParser
import Experiments
import Glibc
import Learning
import Runner
import YAML

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check specs and report every mistake.",
    discussion: """
      Reports every mistake of every file at once, each with its place, its line and, in most \
      cases, a suggestion. Nothing is run.

      EXAMPLES:
        nsl-run validate my-spec.yaml
        nsl-run validate experiments/*.yaml
        nsl-run validate my-spec.yaml optimizer=sgd momentum=0.9

      EXIT STATUS: 0 all specs are ok, 2 some have errors.
      """)

  @Argument(
    help: ArgumentHelp(
      "The specs, YAML files; - reads standard input. key=value changes all of them.",
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
      throw ValidationError("there is no spec to check, only overrides")
    }
  }

  func run() throws {
    let specs = arguments.filter { !isOverride($0) }
    let overrides =
      arguments.filter(isOverride).map { SpecOverride(.set, $0) } + sweep.overrides
    var wrong = 0
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
        wrong += 1
        _ = NSLRun.conclude(error)
      } catch let error as DatasetError {
        // A mistake like any other: own data that are not as the spec says.
        wrong += 1
        _ = NSLRun.conclude(error)
      }
    }
    if specs.count > 1 {
      let words = wrong == 0 ? "all ok" : "\(specs.count - wrong) ok, \(wrong) with errors"
      Console.output("\(specs.count) specs: \(words)\n")
    }
    if wrong > 0 { throw ExitCode(.usage) }
  }
}
