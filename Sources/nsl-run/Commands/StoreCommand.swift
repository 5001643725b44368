import ArgumentParser
import Files
import PlainText
import Results
import Runner
import SystemPackage

struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Say what is stored in a results folder, and which experiments need it.",
    discussion: """
      Every training and every evaluation is stored once, in results/.store; experiments share \
      them. --verify reads every file and compares it with its checksum; what is damaged runs \
      again in the next run that needs it.

      EXAMPLES:
        nsl-run store
        nsl-run store --verify
        nsl-run store --json | jq .not_needed.bytes
        nsl-run gc                                  what could be removed

      EXIT STATUS: 0 done, 1 something stored is damaged (with --verify), 2 there is no store.
      """)

  @OptionGroup var results: ResultsOptions

  @Flag(help: "Read every file and compare it with its checksum.")
  var verify = false

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    let store = try results.existingStore()
    let contents = try StoreContents(store, results: results.path)
    let damaged = verify ? contents.damaged(in: store) : nil
    if json {
      Console.output(try JSONText.of(Document(contents, damaged: damaged, folder: store.folder)))
    } else {
      if let note = results.note { Console.error(note) }
      Console.output(Self.text(contents, damaged, folder: store.folder).printableLines)
    }
    if damaged?.isEmpty == false { throw ExitCode(ExitStatus.failedRuns) }
  }

  private static func text(
    _ contents: StoreContents, _ damaged: [StoreContents.Damage]?, folder: FilePath
  ) -> String {
    let total =
      contents.entries.reduce(0) { $0 + $1.size }
      + contents.extras.reduce(0) { $0 + $1.size }
    var rows: [[String]] = []
    func row(_ name: String, _ sizes: [Int]) {
      guard !sizes.isEmpty else { return }
      rows.append(["  " + name, NumberText.grouped(sizes.count), Words.size(sizes.reduce(0, +))])
    }
    row("trainings", contents.entries.filter { $0.kind == .training }.map(\.size))
    row("evaluations", contents.entries.filter { $0.kind == .evaluation }.map(\.size))
    row("unknown", contents.entries.filter { $0.kind == .unknown }.map(\.size))
    row("unfinished", contents.extras.filter { $0.kind == .unfinished }.map(\.size))
    row("logs", contents.extras.filter { $0.kind == .log }.map(\.size))
    for experiment in contents.experiments {
      rows.append([
        experiment.name, experiment.stages.map { NumberText.grouped($0.count) } ?? "?", "",
      ])
    }
    let lines = TextColumns(rows, alignments: [.left, .right, .right]).render()
    let stored = rows.count - contents.experiments.count
    var text = "\(folder): \(Words.count(contents.entries.count, "stage")), \(Words.size(total))\n"
    text += lines.prefix(stored).map { $0 + "\n" }.joined()
    if !contents.experiments.isEmpty {
      text += "\nstages that experiments need:\n"
      text += lines.dropFirst(stored).map { "  " + $0 + "\n" }.joined()
    }
    let unneeded = contents.unneededEntries
    if contents.silentExperiments.isEmpty, !unneeded.isEmpty {
      text += "\n\(Words.count(unneeded.count, "stage")) that no experiment needs, "
      text += "\(Words.size(unneeded.reduce(0) { $0 + $1.size })): see `nsl-run gc`\n"
    }
    if let damaged {
      text += "\n"
      text += damaged.isEmpty ? "every file is what was stored\n" : ""
      for damage in damaged { text += "damaged: \(damage.path): \(damage.reason)\n" }
    }
    return text
  }

  private struct Document: Encodable {
    struct Count: Encodable {
      var count: Int
      var bytes: Int

      init(_ sizes: [Int]) {
        count = sizes.count
        bytes = sizes.reduce(0, +)
      }
    }

    struct Experiment: Encodable {
      var experiment: String
      /// `nil` where its folder does not say.
      var stages: Int?
    }

    struct Damage: Encodable {
      var path: String
      var reason: String
    }

    var schemaVersion = 1
    var folder: String
    var trainings: Count
    var evaluations: Count
    var unknown: Count
    var unfinished: Count
    var logs: Count
    var notNeeded: Count
    var experiments: [Experiment]
    /// `nil` where nothing was verified.
    var damaged: [Damage]?

    init(_ contents: StoreContents, damaged: [StoreContents.Damage]?, folder: FilePath) {
      func entries(_ kind: StoreContents.Entry.Kind) -> Count {
        Count(contents.entries.filter { $0.kind == kind }.map(\.size))
      }
      func extras(_ kind: StoreContents.Extra.Kind) -> Count {
        Count(contents.extras.filter { $0.kind == kind }.map(\.size))
      }
      self.folder = folder.string
      trainings = entries(.training)
      evaluations = entries(.evaluation)
      unknown = entries(.unknown)
      unfinished = extras(.unfinished)
      logs = extras(.log)
      notNeeded = Count(contents.unneededEntries.map(\.size))
      experiments = contents.experiments.map {
        Experiment(experiment: $0.name, stages: $0.stages?.count)
      }
      self.damaged = damaged?.map { Damage(path: $0.path.string, reason: $0.reason) }
    }

    enum CodingKeys: String, CodingKey {
      case folder, trainings, evaluations, unknown, unfinished, logs, experiments, damaged
      case schemaVersion = "schema_version"
      case notNeeded = "not_needed"
    }
  }
}

extension ResultsOptions {
  /// The store of the results folder.
  ///
  /// - Throws: `CommandFailure` where there is none.
  func existingStore() throws -> ContentStore {
    let store = ContentStore(path.appending(".store"))
    guard try FileSystem.information(store.folder)?.isFolder == true else {
      throw CommandFailure(
        "no store in `\(path)`", status: .usage,
        suggestion: "`nsl-run SPEC` makes one; --results-dir names another results folder")
    }
    return store
  }
}
