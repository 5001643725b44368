import ArgumentParser
import Glibc
import Runner
import SystemPackage

/// The process of a cluster's job; started by the scripts that `run` hands in, of no use to people.
struct ElementCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "element",
    abstract: "Do the stages of one job; started by a job of `run --launcher slurm`.",
    shouldDisplay: false)

  @Argument(help: "The submission's folder.")
  var folder: String

  @Argument(help: "The number of the element.")
  var number: Int

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    throw ExitCode(
      await ElementWorker.main(
        folder: FilePath(folder), element: number, environment: Console.environment))
  }
}
