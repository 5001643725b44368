import ArgumentParser
import Help

/// Writes the manual page; called by `make install` and `make dist`.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page, nsl-run.1.", shouldDisplay: false)

  func run() throws {
    let page = ManualPage(
      try CommandDescription.program(), version: NSLRun.version,
      topics: HelpTopic.allCases.map(\.text))
    Console.output(own: page.text)
  }
}
