import PlainText
import Files
import Results
import Runner
import SystemPackage
import YAML

/// The table that a person means by a path or by an experiment's name.
struct ResultsFile {
  /// A CSV file.
  var path: FilePath
  /// The run to which it is confined: the name of its folder.
  var run: String?

  private static let name = "results.csv"

  /// A larger table is none of ours: it would have more than a million rows.
  private static let maximumSize = 256 << 20

  /// - Parameters:
  ///   - argument: A CSV file, a folder of results, the folder of one run, or an experiment.
  ///   - results: Where experiments are looked for.
  /// - Throws: `CommandFailure` with `status` where there is nothing of the kind.
  static func find(
    _ argument: String, in results: FilePath, status: ExitStatus
  ) throws -> ResultsFile {
    let given = FilePath(argument)
    guard let information = try FileSystem.information(given) else {
      if !argument.contains("/") {
        let folder = results.appending(argument)
        if let file = try inFolder(folder) { return file }
        try explainMissingTable(in: folder, status)
      }
      throw CommandFailure(
        "there is no file, folder or experiment `\(argument)`", status: status,
        suggestion: similar(to: argument, in: results))
    }
    guard information.isFolder else { return ResultsFile(path: given) }
    // A folder of the working directory may happen to be called like an experiment.
    let named = argument.contains("/") ? nil : try inFolder(results.appending(argument))
    if let file = try inFolder(given) ?? named { return file }
    try explainMissingTable(in: given, status)
    if !argument.contains("/") {
      try explainMissingTable(in: results.appending(argument), status)
    }
    throw CommandFailure(
      "there is no `\(name)` in the folder `\(argument)`", status: status,
      suggestion: "name the folder of an experiment: `\(results.appending("<experiment>"))`")
  }

  private static func inFolder(_ folder: FilePath) throws -> ResultsFile? {
    let file = folder.appending(name)
    if try FileSystem.information(file) != nil { return ResultsFile(path: file) }
    let parent = folder.removingLastComponent()
    guard parent.lastComponent?.string == "runs", let run = folder.lastComponent else {
      return nil
    }
    let table = parent.removingLastComponent().appending(name)
    guard try FileSystem.information(table) != nil else { return nil }
    return ResultsFile(path: table, run: run.string)
  }

  /// - Throws: `CommandFailure` for the folder of an experiment that has no table yet.
  private static func explainMissingTable(in folder: FilePath, _ status: ExitStatus) throws {
    let name = folder.lastComponent?.string ?? folder.string
    guard let state = ExperimentState(folder, experiment: name) else { return }
    switch state.ending {
    case .running:
      throw CommandFailure(
        "`\(name)` is still running and has no table yet", status: status,
        suggestion: "its tables are written when the run ends")
    case .interrupted:
      throw CommandFailure(
        "the run of `\(name)` was interrupted before its first table was written", status: status,
        suggestion: "start it again with the same command: what is stored is not repeated")
    case .submitted:
      throw CommandFailure(
        "`\(name)` is with a cluster and has no table yet", status: status,
        suggestion: "`nsl-run collect \(name)` writes the tables of what is there")
    case .finished, .failed, .damaged: break
    }
  }

  private static func similar(to argument: String, in results: FilePath) -> String? {
    let names = ((try? FileSystem.list(results)) ?? []).filter { folder in
      !folder.hasPrefix(".")
        && (try? FileSystem.information(results.appending(folder).appending(name))) != .some(nil)
    }
    if let name = closest(to: argument, among: names) { return "did you mean `\(name)`?" }
    let place = ResultsFolder.absolute(results)
    return names.isEmpty
      ? "looked in `\(place)`, which has no experiments; --results-dir names another folder"
      : "looked in `\(place)`, which has \(names.prefix(8).joined(separator: ", "))"
        + (names.count > 8 ? ", …" : "")
  }

  /// What is known of the experiment whose table it is; `nil` for other files.
  var note: ExperimentNote? {
    path.lastComponent?.string == Self.name
      ? ExperimentNote(of: path.removingLastComponent()) : nil
  }

  /// A warning where the experiment's last run has not come to its end; the table is an older one.
  var unfinished: Diagnostic? {
    // The state of an experiment costs a second reading of its table.
    guard let note, !note.hasEnded else { return nil }
    let folder = path.removingLastComponent()
    let name = ResultsFolder.absolute(folder).lastComponent?.string ?? folder.string
    guard let state = ExperimentState(folder, experiment: name) else { return nil }
    var older = "this table is of the run before"
    if state.failedRows > 0, let rows = state.rows {
      older +=
        ", and \(state.failedRows) of its \(rows) rows \(state.failedRows == 1 ? "has" : "have")"
        + " no numbers"
    }
    switch state.ending {
    case .running:
      return Diagnostic(
        .warning, code: .file, "`\(name)` is still running: \(older)",
        suggestion: "its tables are written when the run ends")
    case .interrupted:
      return Diagnostic(
        .warning, code: .file, "the last run of `\(name)` was interrupted: \(older)",
        suggestion: "start it again with the same command: what is stored is not repeated; "
          + "`nsl-run plan SPEC` counts what is missing")
    case .submitted:
      return Diagnostic(
        .warning, code: .file,
        "`\(name)` is with a cluster: this table lacks what its jobs have stored since",
        suggestion: "`nsl-run collect \(name)` writes it anew")
    case .finished, .failed, .damaged: return nil
    }
  }

  /// What the `results.json` beside the table says about its trained models; empty without one.
  var comparisons: ModelComparisons {
    guard path.lastComponent?.string == Self.name,
      let bytes = try? InputFile.read(
        path.removingLastComponent().appending("results.json"), limit: Self.maximumSize)
    else { return ModelComparisons() }
    return ModelComparisons(StoredComparisons(json: bytes)?.comparisons ?? [])
  }

  /// All bytes.
  ///
  /// - Throws: `FileError`.
  func bytes() throws -> [UInt8] { try InputFile.read(path, limit: Self.maximumSize) }

  /// The cells of the file.
  ///
  /// - Throws: `FileError` or `CSVError`.
  func read() throws -> CSVTable { try CSVTable(parsing: bytes(), file: path.string) }
}
