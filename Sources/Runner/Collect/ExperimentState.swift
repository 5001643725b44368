package import Files
internal import Results
package import SystemPackage

/// What is known of an experiment by its folder in `results/`.
package struct ExperimentState: Sendable {
  package enum Ending: String, Sendable {
    /// All rows are there, and `ok`.
    case finished
    /// Some rows are not `ok`.
    case failed
    /// The last run came to no end: the tables, if there are any, are of the run before.
    case interrupted
    /// A process works on it now.
    case running
    /// Jobs of a cluster work on it, or have: nobody has collected what they did.
    case submitted
    /// Its table cannot be read.
    case damaged
  }

  package var experiment: String
  package var folder: FilePath
  package var ending: Ending
  /// Of `results.csv`; `nil` where there is none that can be read.
  package var rows: Int?
  /// Rows that are not `ok`.
  package var failedRows = 0
  /// When the last run ended, or began where it has no end; in seconds since 1970.
  package var lastRun: Int
  /// What its spec says of it.
  package var description: String?
  package var tags: [String]

  /// A larger table is none of ours.
  private static let largestTable = 256 << 20

  /// All experiments in a folder of results, by name.
  ///
  /// - Throws: `FileError` where the folder cannot be listed.
  package static func all(in results: FilePath) throws(FileError) -> [ExperimentState] {
    try FileSystem.list(results).filter { !$0.hasPrefix(".") }.sorted()
      .compactMap { ExperimentState(results.appending($0), experiment: $0) }
  }

  /// Whether a folder is one that a run has written.
  static func isExperiment(_ folder: FilePath) -> Bool {
    [".lock", "results.json", "results.csv"].contains { name in
      (try? FileSystem.information(folder.appending(name))) ?? nil != nil
    }
  }

  /// - Returns: `nil` where the folder is none that a run has written.
  package init?(_ folder: FilePath, experiment: String) {
    func modified(_ name: String) -> Int? {
      (try? FileSystem.information(folder.appending(name)))?.modified
    }
    let (lock, table) = (ExperimentNote.path(in: folder), folder.appending("results.csv"))
    let times = [modified(".lock"), modified("results.json"), modified("results.csv")]
    guard let latest = times.compactMap({ $0 }).max() else { return nil }
    self.experiment = experiment
    self.folder = folder
    lastRun = latest / 1_000_000_000
    let note = ExperimentNote(of: folder)
    description = note.description
    tags = note.tags
    if times[2] == nil {
      ending = .interrupted
    } else if let cells = try? CSVTable(
      parsing: FileSystem.read(table, limit: Self.largestTable), file: table.string),
      let status = cells.columns.firstIndex(of: "status")
    {
      rows = cells.rows.count
      failedRows = cells.rows.count { $0[status] != RowStatus.ok.rawValue }
      ending = !note.hasEnded ? .interrupted : failedRows > 0 ? .failed : .finished
    } else {
      ending = .damaged
    }
    let hasJobs = { SubmissionFolder.all(in: folder).contains { !$0.isOver } }
    if !note.hasEnded, note.isSubmitted, hasJobs() { ending = .submitted }
    if FileLock.isHeld(lock) { ending = .running }
  }
}
