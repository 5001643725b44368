import ArgumentParser
import Experiments
import Runner

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a spec would run, what is stored, and how long the rest may take.",
    discussion: """
      Nothing is run, downloaded or written. `run` does exactly what this shows.

      `why` says in which settings new stages differ from stored ones; `nsl-run explain` says it \
      stage by stage. `time` is estimated from the stages that are stored.

      EXAMPLES:
        nsl-run plan experiments/quickstart.yaml
        nsl-run plan experiments/quickstart.yaml --models
        nsl-run plan experiments/quickstart.yaml --resolved --run 0
        nsl-run plan experiments/mnist-sweep.yaml --jobs 4
        nsl-run plan experiments/mnist-sweep.yaml --sweep epochs=1,2,5
        nsl-run plan experiments/mnist-sweep.yaml --json | jq '.time.seconds'
      """)

  @OptionGroup var spec: SpecArgument

  @OptionGroup var results: ResultsOptions

  @OptionGroup var parallel: ParallelOptions

  @Flag(help: "The whole plan as JSON: runs, stages, their keys and times.")
  var json = false

  @Flag(help: "Every network layer by layer: shapes and parameters.")
  var models = false

  @Flag(help: "The spec of each run, every default filled in.")
  var resolved = false

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp(
      "With --resolved, only this run: its index, its name, or the start of its name.",
      valueName: "run"))
  var runName: String?

  func validate() throws {
    if [json, models, resolved].count(where: { $0 }) > 1 {
      throw ValidationError(
        "use one of --json, --models and --resolved; --json has networks and resolved specs, too")
    }
    if runName != nil, !resolved { throw ValidationError("--run needs --resolved") }
  }

  func run() throws {
    guard models || resolved else {
      try Self.show(spec, results, parallel, json: json)
      return
    }
    let (spec, plan) = try ExperimentPlanner.plan(
      spec: self.spec.spec, overrides: self.spec.overrides, environment: Console.environment)
    Console.warn(of: spec)
    if models {
      Console.output(plan.modelsText)
    } else if let runName {
      Console.output(try plan.run(calledBy: runName, of: self.spec.spec).resolvedSpec)
    } else {
      for run in plan.runs {
        let heading = "# run \(run.name): \(plan.facts(of: run).joined(separator: ", "))"
        Console.output((run.index > 0 ? "---\n" : "") + heading + "\n" + run.resolvedSpec)
      }
    }
  }

  /// Prints the plan.
  static func show(
    _ spec: SpecArgument, _ results: ResultsOptions, _ parallel: ParallelOptions,
    json: Bool = false
  ) throws {
    if let note = results.note { Console.error(note) }
    var options = RunOptions(
      spec: spec.spec, overrides: spec.overrides, resultsFolder: results.path, jobs: parallel.jobs,
      programVersion: NSLRun.version, environment: Console.environment)
    options.threads = parallel.threads
    let (spec, plan) = try ExperimentPlanner.plan(
      spec: options.spec, overrides: options.overrides, environment: options.environment)
    Console.warn(of: spec)
    let report = PlanReport(
      plan, store: options.store, jobs: options.jobs(of: spec), environment: options.environment)
    Console.output(json ? try JSONText.of(report.document) : report.text)
  }
}

extension Plan {
  /// The run that a person means.
  ///
  /// - Parameter place: What the plan is of, in words.
  /// - Throws: `CommandFailure` where it is none.
  func run(calledBy text: String, of place: String) throws -> PlannedRun {
    // Names begin with the index: at most one run fits.
    let index = Int(text.prefix { $0 != "-" }) ?? -1
    guard runs.indices.contains(index), isRun(runs[index].name, calledBy: text) else {
      throw CommandFailure.noOneRun(text, of: place, [], runs.prefix(7).map(\.name))
    }
    return runs[index]
  }
}
