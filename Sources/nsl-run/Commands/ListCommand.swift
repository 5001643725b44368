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
      damaged: the table cannot be read.

      EXAMPLES:
        nsl-run list
        nsl-run list --results-dir /data/results
        nsl-run list --json | jq '.experiments[] | {folder, state}'
      """)

  @OptionGroup var results: ResultsOptions

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    let path = results.path
    let states: [ExperimentState]
    if results.folder == nil, try FileSystem.information(path) == nil {
      states = []
    } else {
      do {
        states = try ExperimentState.all(in: path)
      } catch {
        throw CommandFailure(error.message, status: .usage)
      }
    }
    if json {
      Console.output(try JSONText.of(Document(experiments: states.map(Document.Experiment.init))))
      return
    }
    if let note = results.note { Console.error(note) }
    guard !states.isEmpty else {
      Console.error(
        "no experiments in \(path); `nsl-run SPEC` runs one, `nsl-run init` writes a spec\n")
      return
    }
    let rows = states.map { state in
      [
        state.experiment, state.ending.rawValue, state.rows.map(NumberText.grouped) ?? "-",
        state.failedRows > 0 ? NumberText.grouped(state.failedRows) : "-",
        Self.time(state.lastRun, "%Y-%m-%d %H:%M"), state.folder.string,
      ]
    }
    let table = TextColumns(
      [["experiment", "state", "rows", "failed", "last run", "folder"]] + rows,
      alignments: [.left, .left, .right, .right])
    Console.output(table.render().map { $0 + "\n" }.joined())
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

      init(_ state: ExperimentState) {
        experiment = state.experiment
        self.state = state.ending.rawValue
        rows = state.rows
        failed = state.failedRows
        lastRun = ListCommand.time(state.lastRun, "%Y-%m-%dT%H:%M:%SZ", isUniversal: true)
        folder = state.folder.string
      }

      enum CodingKeys: String, CodingKey {
        case experiment, state, rows, failed, folder
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
