import ArgumentParser
import Experiments
import Runner
import SystemPackage

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain why stages run: which settings changed since the stored results.",
    discussion: """
      For each training and evaluation: its key, whether it is stored, and the settings in which \
      it differs from the most similar stored one. These are the reason why it runs again; \
      names, comments, paths and the order of keys never matter.

      EXAMPLES:
        nsl-run explain results/quickstart/runs/003-1a2b3c4d   a run
        nsl-run explain quickstart --run 3                     the same
        nsl-run explain my-spec.yaml                           all that it would run
        nsl-run explain my-spec.yaml --run 3                   one of its runs
        nsl-run explain my-spec.yaml --stage 1a2b3c            one of its stages
        nsl-run explain my-spec.yaml epochs=3                  with overrides

      The keys of a run are calculated by this program from the run's spec.yaml.
      """)

  @Argument(
    help: "A spec, the folder or the name of a run, or an experiment.", completion: .file())
  var target: String

  @OptionGroup var changes: OverrideArguments

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp(
      "Only this run: its index, its name, or the start of its name.", valueName: "run"))
  var runName: String?

  @Option(
    name: .customLong("stage"),
    help: ArgumentHelp(
      "Only stages whose key starts with this; keys are in timings.csv.", valueName: "key"))
  var stageKey: String?

  @OptionGroup var results: ResultsOptions

  @Flag(help: "As JSON, with whole keys and all differences.")
  var json = false

  func run() throws {
    let subject = try ExplainSubject.find(target, run: runName, in: results.path)
    let overrides = changes.overrides
    if !overrides.isEmpty, subject.spec != target {
      throw CommandFailure(
        "`\(overrides[0].argument)` cannot change a run that has ended", status: .usage,
        suggestion: "name a spec to explain it with overrides")
    }
    let plan = try ExperimentPlanner.plan(
      spec: subject.spec, overrides: overrides, environment: Console.environment
    ).plan
    var (heading, positions) = try selected(from: plan, subject)
    if let stageKey {
      let start = stageKey.lowercased()
      positions = positions.filter { plan.stages.key(at: $0).hex.hasPrefix(start) }
      heading += ", stage \(stageKey)"
      guard !positions.isEmpty else {
        throw CommandFailure(
          "no stage of \(subject.words) has a key that starts with `\(stageKey)`", status: .usage,
          suggestion: "`nsl-run explain \(target)` lists the keys")
      }
    }
    guard positions.count <= ExplainReport.mostStages else {
      throw CommandFailure(
        "\(heading) has \(Words.count(positions.count, "stage")): too many to explain at once",
        status: .usage, suggestion: "name a run, `--run 0`, or a stage, `--stage <key>`")
    }
    let store = ContentStore(results.path.appending(".store"))
    let report = ExplainReport(
      heading, positions.map { plan.stages[$0] }, of: plan, siblings: subject.siblings, store: store
    )
    Console.output(json ? try JSONText.of(report.document) : report.text)
  }

  /// Positions in the plan of the stages of the selected run, or of all stages.
  private func selected(
    from plan: Plan, _ subject: ExplainSubject
  ) throws -> (heading: String, positions: [Int]) {
    guard let runName, !subject.isRun else { return (subject.words, Array(plan.stages.indices)) }
    let only = try plan.run(calledBy: runName, of: subject.words)
    let keys = Set(only.models.flatMap { [$0.train] + $0.evaluations.map(\.stage) })
    return (
      "\(only.name) of \(subject.words)",
      plan.stages.indices.filter { keys.contains(plan.stages.key(at: $0)) }
    )
  }
}
