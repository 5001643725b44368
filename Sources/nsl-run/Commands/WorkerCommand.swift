import ArgumentParser
import Runner

/// The process that does one stage; started by `run`, of no use to people.
struct WorkerCommand: ParsableCommand {
  static let name = "worker"

  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Do one training or evaluation; started by `run`.", shouldDisplay: false)

  func run() throws { throw ExitCode(Worker.main()) }
}
