import ArgumentParser
import Runner

struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show the logs of an experiment's stages: epochs, warnings, reasons of failures.",
    discussion: """
      The log of a stage is shown while the stage runs, after it failed, and out of the store once \
      it is stored. Where there are several, each line begins with its stage.

      STAGE is a stage's title or words of titles, the start of its key (in `status --json`, \
      `timings.csv`), or a run: its index, or its name.

      EXAMPLES:
        nsl-run logs quickstart
        nsl-run logs quickstart --follow
        nsl-run logs quickstart 'train base seed=1'
        nsl-run logs quickstart 'evaluate pgd'
        nsl-run logs quickstart 1a2b3c4d --follow
        nsl-run logs quickstart 0

      EXIT STATUS: 0 done, 2 there is no such experiment or stage.
      """)

  @OptionGroup var target: ExperimentArgument

  @Argument(help: "Which stages; all by default.")
  var stage: String?

  @Flag(
    name: .shortAndLong,
    help: "Go on until the run ends. Of all stages those are shown that run, or begin later.")
  var follow = false

  func run() async throws {
    guard var logs = try ExperimentLogs(target.options(), choice: stage) else {
      throw CommandFailure(
        "`\(target.experiment)` has no stage `\(stage ?? "")`", status: .usage,
        suggestion: "`nsl-run status \(target.experiment) --json` lists them, and `nsl-run plan`"
          + " shows the runs")
    }
    let areSeveral = logs.areSeveral
    var isEmpty = true
    func show(_ line: ExperimentLogs.Line) {
      isEmpty = false
      Console.output((areSeveral ? line.title + ": " : "") + line.text + "\n")
    }
    if follow { await logs.follow(show) } else { logs.all(show) }
    if isEmpty { Console.error("there is no log yet\n") }
  }
}
