import ArgumentParser

/// Writes the manual page; called by `make install` and `make dist`.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page, nsl-run.1.", shouldDisplay: false)

  private static let environment = [
    ("NSL_DATA_DIR", "The folder with your own copies of datasets."),
    ("NSL_CACHE_DIR, XDG_CACHE_HOME", "Where downloaded and drawn datasets are kept."),
    ("KERAS_HOME", "Keras's folder, if it is not ~/.keras; datasets are looked for there, too."),
    ("NO_COLOR, TERM=dumb", "No colours."),
  ]

  func run() throws {
    let page = ManualPage(
      try CommandDescription.program(), version: NSLRun.version,
      environment: Self.environment.map { (name: $0.0, meaning: $0.1) })
    Console.output(own: page.text)
  }
}
