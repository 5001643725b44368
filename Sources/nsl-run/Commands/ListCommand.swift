import ArgumentParser
import Files
import Glibc
import PlainText
import Results
import Runner
import SystemPackage

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the experiments of a results folder and their state.",
    discussion: """
      finished: all rows have their numbers. failed: some rows have none. interrupted: the last \
      run did not finish; the same command resumes. running: a process works on it now. \
      submitted: its jobs are with a cluster, see `nsl-run status`. damaged: the table cannot be read.

      Tags and descriptions are those of the specs (`tags`, `description`).

      EXAMPLES:
        nsl-run list
        nsl-run list --tag mnist
        nsl-run list --results-dir /data/results
        nsl-run list --json | jq '.experiments[] | {folder, state}'
      """)

  @OptionGroup var results: ResultsOptions

  @Option(
    name: .customLong("tag"), parsing: .singleValue,
    help: ArgumentHelp(
      "Only experiments with this tag. May be given several times; then they must have all tags.",
      valueName: "tag"))
  var tags: [String] = []

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    let path = results.path
    var states: [ExperimentState]
    if results.folder == nil, try FileSystem.information(path) == nil {
      states = []
    } else {
      do {
        states = try ExperimentState.all(in: path)
      } catch {
        throw CommandFailure(error.message, status: .usage)
      }
    }
    let all = states
    states = all.filter { state in tags.allSatisfy(state.tags.contains) }
    if json {
      Console.output(try JSONText.of(Document(experiments: states.map(Document.Experiment.init))))
      return
    }
    if let note = results.note { Console.error(note) }
    guard !states.isEmpty else {
      Console.error(all.isEmpty ? Self.nothing(in: path) : nothingTagged(all, in: path))
      return
    }
    Console.output(Self.text(states))
  }

  /// A line for each experiment, and below it the description.
  private static func text(_ states: [ExperimentState]) -> String {
    let hasTags = states.contains { !$0.tags.isEmpty }
    let rows = states.map { state in
      [
        state.experiment, state.ending.rawValue, state.rows.map(NumberText.grouped) ?? "-",
        state.failedRows > 0 ? NumberText.grouped(state.failedRows) : "-",
        time(state.lastRun, "%Y-%m-%d %H:%M"), state.folder.string,
      ] + (hasTags ? [state.tags.isEmpty ? "-" : state.tags.joined(separator: ", ")] : [])
    }
    let titles = ["experiment", "state", "rows", "failed", "last run", "folder"]
    let table = TextColumns(
      [titles + (hasTags ? ["tags"] : [])] + rows, alignments: [.left, .left, .right, .right])
    var lines = table.render()
    for (index, state) in states.enumerated().reversed() {
      guard let text = state.description?.split(whereSeparator: \.isNewline).first else { continue }
      lines.insert("  " + String(text).shortened(to: Console.outputWidth - 2), at: index + 2)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func nothing(in path: FilePath) -> String {
    "no experiments in \(path); `nsl-run SPEC` runs one, `nsl-run init` writes a spec\n"
  }

  private func nothingTagged(_ all: [ExperimentState], in path: FilePath) -> String {
    let known = Set(all.flatMap(\.tags)).sorted()
    let wanted = tags.map { "`\($0)`" }.joined(separator: " and ")
    return "no experiment in \(path) has the tag\(tags.count == 1 ? "" : "s") \(wanted); "
      + (known.isEmpty ? "none has tags" : "tags are \(known.joined(separator: ", "))") + "\n"
  }

  /// - Parameter isUniversal: Whether it is UTC, not the local time.
  private static func time(_ seconds: Int, _ format: String, isUniversal: Bool = false) -> String {
    var (time, parts) = (time_t(seconds), tm())
    if isUniversal { gmtime_r(&time, &parts) } else { localtime_r(&time, &parts) }
    var text = [CChar](repeating: 0, count: 64)
    let count = strftime(&text, text.count, format, &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private struct Document: Encodable {
    struct Experiment: Encodable {
      var experiment: String
      var state: String
      /// `nil` where there is no table.
      var rows: Int?
      var failed: Int
      var lastRun: String
      var folder: String
      /// `nil` where the spec has none.
      var description: String?
      var tags: [String]

      init(_ state: ExperimentState) {
        experiment = state.experiment
        self.state = state.ending.rawValue
        rows = state.rows
        failed = state.failedRows
        lastRun = ListCommand.time(state.lastRun, "%Y-%m-%dT%H:%M:%SZ", isUniversal: true)
        folder = state.folder.string
        description = state.description
        tags = state.tags
      }

      enum CodingKeys: String, CodingKey {
        case experiment, state, rows, failed, folder, description, tags
        case lastRun = "last_run"
      }
    }

    var schemaVersion = 1
    var experiments: [Experiment]

    enum CodingKeys: String, CodingKey {
      case schemaVersion = "schema_version"
      case experiments
    }
  }
}
