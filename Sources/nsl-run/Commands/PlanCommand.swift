import ArgumentParser
import Experiments
import Runner

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a spec would run, what is stored, and how long the rest may take.",
    discussion: """
      Nothing is run, downloaded or written. `run` does exactly what this shows.

      Of what is not stored, `why` says in which settings it differs from what is; \
      `nsl-run explain` says it stage by stage. `time` goes by the stages that are stored.

      EXAMPLES:
        nsl-run plan experiments/quickstart.yaml
        nsl-run plan experiments/quickstart.yaml --models
        nsl-run plan experiments/mnist-sweep.yaml --jobs 4
        nsl-run plan experiments/mnist-sweep.yaml --sweep epochs=1,2,5
        nsl-run plan experiments/mnist-sweep.yaml --json | jq '.time.seconds'
      """)

  @OptionGroup var spec: SpecArgument

  @OptionGroup var results: ResultsOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Runs at a time that `time` reckons with. (default: the number of processors)",
      valueName: "n"))
  var jobs: Int?

  @Flag(help: "The whole plan as JSON: runs, stages, their keys and times.")
  var json = false

  @Flag(help: "Every network layer by layer: shapes and parameters.")
  var models = false

  func validate() throws {
    if json, models { throw ValidationError("--models shows tables; --json has the networks too") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1, not \(jobs)") }
  }

  func run() throws {
    if let note = results.note { Console.error(note) }
    let options = RunOptions(
      spec: spec.spec, overrides: spec.overrides, resultsFolder: results.path, jobs: jobs,
      programVersion: NSLRun.version, environment: Console.environment)
    let (spec, plan) = try ExperimentPlanner.plan(
      spec: options.spec, overrides: options.overrides, environment: options.environment)
    Console.warn(of: spec)
    if models {
      Console.output(plan.modelsText)
      return
    }
    let report = PlanReport(
      plan, store: options.store, jobs: options.jobs, environment: options.environment)
    Console.output(json ? try JSONText.of(report.document) : report.text)
  }
}
