import ArgumentParser
import Glibc
import Runner

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show where an experiment is: what is stored, runs, waits or has failed.",
    discussion: """
      The spec that ran last is planned again and each of its stages is looked at: in the store, and \
      with Slurm where its jobs are there. Of a run that goes on, the numbers are those of its live \
      display, at most a second old. Nothing is changed.

      stored: its result is there. running: a process or a job works on it. waiting: its turn will \
      come. failed: it has ended without a result. missing: none of these.

      EXAMPLES:
        nsl-run status quickstart
        nsl-run status quickstart --watch
        nsl-run status quickstart --json | jq .progress.totals.eta_seconds

      EXIT STATUS: 0 done, 2 there is no such experiment.
      """)

  @OptionGroup var target: ExperimentArgument

  @Flag(name: .shortAndLong, help: "Show it again each second, until nobody works on it.")
  var watch = false

  @Flag(help: "Print JSON for programs.")
  var json = false

  func validate() throws {
    if watch, json { throw ValidationError("--watch and --json cannot be used together") }
  }

  func run() async throws {
    let options = try target.options()
    if watch {
      let isTerminal = isatty(STDOUT_FILENO) == 1 && options.environment["TERM"] != "dumb"
      var watch = StatusWatch(options, isTerminal: isTerminal) { Console.output(own: $0) }
      return try await watch.run()
    }
    let status = try await ExperimentStatus(options)
    Console.output(json ? try JSONText.of(status.document) : status.text)
  }
}
