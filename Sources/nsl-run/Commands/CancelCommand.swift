import ArgumentParser
import Runner
import SystemPackage

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Cancel an experiment's jobs on a cluster.",
    discussion: """
      What is stored stays, and the command that ran the experiment resumes it. A run of this machine \
      ends by Ctrl-C, or by `kill`.

      EXAMPLES:
        nsl-run cancel quickstart

      EXIT STATUS: 0 done, 2 there is no such experiment, or Slurm does not answer.
      """)

  @OptionGroup var target: ExperimentArgument

  func run() async throws {
    let options = try target.options()
    let folder = options.resultsFolder.appending(target.experiment)
    let jobs = try await SlurmCancel.cancel(in: folder).jobs
    Console.output(
      jobs == 0
        ? "\(target.experiment) has no jobs in Slurm's queue\n"
        : "\(Words.count(jobs, "job")) of \(target.experiment) cancelled; what is stored stays\n")
  }
}
