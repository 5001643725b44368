import ArgumentParser
import Experiments
import FoundationEssentials
import Runner

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a spec would run, and what of it is stored already.",
    discussion: """
      Nothing is run, downloaded or written. `run` does exactly what this shows.

      EXAMPLES:
        nsl-run plan experiments/quickstart.yaml
        nsl-run plan experiments/mnist-sweep.yaml --json | jq '.plan.stages | length'
      """)

  @OptionGroup var spec: SpecArgument

  @OptionGroup var results: ResultsOptions

  @Flag(help: "The whole plan as JSON: runs, stages and their keys.")
  var json = false

  func run() throws {
    let options = RunOptions(
      spec: spec.spec, resultsFolder: results.path, programVersion: NSLRun.version,
      environment: Console.environment)
    let plan = try ExperimentPlanner.plan(
      spec: options.spec, environment: options.environment
    ).plan
    let stored = options.store.stored(of: plan)
    if json {
      Console.output(try JSONText.of(Document(plan: plan, stored: stored.map(\.hex).sorted())))
    } else {
      Console.output(plan.text(stored: stored))
    }
  }

  private struct Document: Encodable {
    var schemaVersion = 1
    var plan: Plan
    /// Keys of the stages whose outputs are stored.
    var stored: [String]

    enum CodingKeys: String, CodingKey {
      case schemaVersion = "schema_version"
      case plan, stored
    }
  }
}
