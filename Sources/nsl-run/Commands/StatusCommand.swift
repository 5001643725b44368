import ArgumentParser
import Runner

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show where an experiment is: what is stored, runs, waits or has failed.",
    discussion: """
      The spec that ran last is planned again and each of its stages is looked at: in the store, and \
      with Slurm where its jobs are there. Nothing is changed.

      stored: its result is there. running: a process or a job works on it. waiting: its turn will \
      come. failed: it has ended without a result. missing: none of these.

      EXAMPLES:
        nsl-run status quickstart
        nsl-run status quickstart --format json | jq .counts
        watch -n 10 nsl-run status quickstart

      EXIT STATUS: 0 done, 2 there is no such experiment.
      """)

  @OptionGroup var target: ExperimentArgument

  @Option(help: "Print words for people, or JSON for programs.")
  var format = Format.text

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  func run() async throws {
    let status = try await ExperimentStatus(target.options())
    Console.output(format == .json ? try JSONText.of(status.document) : status.text)
  }
}
