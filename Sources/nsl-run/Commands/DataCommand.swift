internal import Settings
import PlainText
import ArgumentParser
import Learning
import Runner
import YAML

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Show where datasets are, or fetch one.",
    discussion: """
      A dataset is looked for in $NSL_DATA_DIR, in Keras's folder (~/.keras/datasets) and in \
      data/, where torchvision's tutorials put it; then in the cache. Otherwise it is downloaded, \
      or drawn if it is synthetic. Every file is checked. The cache is $NSL_CACHE_DIR, else \
      $XDG_CACHE_HOME/nsl-run, else ~/.cache/nsl-run.

      EXAMPLES:
        nsl-run data                  all datasets
        nsl-run data mnist            one of them
        nsl-run data fetch mnist      download it now, before going offline
      """,
    subcommands: [Status.self, Fetch.self],
    defaultSubcommand: Status.self)

  static func library() -> DatasetLibrary {
    DatasetLibrary(DatasetLocations(environment: Console.environment))
  }

  /// A dataset by its name.
  static func named(_ name: String) throws -> DatasetName {
    if let dataset = DatasetName(rawValue: name) { return dataset }
    let names = DatasetName.allCases.map(\.rawValue)
    let hint = closest(to: name, among: names).map { "did you mean `\($0)`?" }
    throw CommandFailure(
      "there is no dataset `\(name)`", status: .usage,
      suggestion: hint ?? "datasets are \(names.joined(separator: ", "))")
  }
}

extension DataCommand {
  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "status", abstract: "Show where datasets are, or would come from.")

    @Argument(
      help: "Only this dataset.", completion: .list(DatasetName.allCases.map(\.rawValue)))
    var name: String?

    func run() throws {
      let names = try name.map { [try DataCommand.named($0)] } ?? DatasetName.allCases
      let library = DataCommand.library()
      var isBroken = false
      for name in names {
        let status = library.status(of: name)
        if case .broken = status.place { isBroken = true }
        Console.output("\(status)\n")
      }
      if isBroken { throw ExitCode(.usage) }
    }
  }

  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fetch",
      abstract: "Find, download or draw a dataset, and check it.",
      discussion: """
        EXAMPLE:
          nsl-run data fetch mnist
        """)

    @Argument(
      help: "The dataset.", completion: .list(DatasetName.allCases.map(\.rawValue)))
    var name: String

    func run() throws {
      let name = try DataCommand.named(name)
      guard DataCommand.library().format(of: name) != nil else {
        throw CommandFailure(
          "`\(name.rawValue)` stands for your own files: there is nothing to fetch", status: .usage,
          suggestion: "name them in a spec: `dataset: {name: \(name.rawValue), path: …}`")
      }
      let dataset = try DataCommand.library().prepare(name, progress: Self.say).dataset
      guard !dataset.isTemporary else {
        try dataset.removeIfTemporary()
        throw CommandFailure(
          "the cache is not writable, so the dataset cannot be kept", status: .failedRuns,
          suggestion: "set NSL_CACHE_DIR to a writable folder")
      }
      Console.output("\(name.rawValue): ready in \(dataset.folder)\n")
    }

    private static func say(_ event: DatasetEvent) {
      switch event {
      case .waiting(let name): Console.error("waiting: another process is preparing \(name)\n")
      case .downloading(let url, let bytes):
        if bytes == 0 { Console.error("downloading \(url)\n") }
      case .decompressing(let file): Console.error("decompressing \(file)\n")
      case .reading(let file): Console.error("reading \(file)\n")
      case .drawing(let done, let total):
        if done == total { Console.error("drew \(Words.count(total, "digit"))\n") }
      case .warning(let text): Console.error("warning: \(text)\n")
      }
    }
  }
}
