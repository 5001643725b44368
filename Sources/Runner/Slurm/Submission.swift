package import Experiments
internal import Files
internal import Learning
package import Settings
package import SystemPackage

/// Job arrays that were handed in for an experiment: `results/<experiment>/slurm/<token>/`.
///
/// The record is written whole before the first array is handed in and again after each: whatever
/// ends the process in between, an array is found again by its name, which holds the token.
package struct Submission: Codable, Hashable, Sendable {
  package static let currentSchema = 1
  static let largestRecord = 1 << 30

  /// A stage of an element.
  package struct Part: Codable, Hashable, Sendable {
    package var key: StageKey
    package var title: String
  }

  /// One array.
  package struct Batch: Codable, Hashable, Sendable {
    /// The name of its jobs.
    package var name: String
    package var level: Int
    /// Of its elements, the number of the first in the submission.
    package var first: Int
    package var count: Int
    /// Slurm's number of it; `nil` as long as it is not handed in.
    package var job: Int?
  }

  package var schema = Submission.currentSchema
  /// 16 hexadecimal digits by chance.
  package var token: String
  package var experiment: String
  /// In seconds since 1970.
  package var created: Int
  package var programVersion: String
  /// Of `launcher`, for words about how jobs ended.
  package var time: String?
  package var memory: String?
  package var batches: [Batch]
  /// The stages of each element.
  package var elements: [[Part]]

  /// - Parameter largestArray: The most elements of an array.
  package init(
    _ plan: ElementPlan, experiment: String, token: String, created: Int, programVersion: String,
    settings: Slurm, largestArray: Int
  ) {
    self.token = token
    self.experiment = experiment
    self.created = created
    self.programVersion = programVersion
    (time, memory) = (settings.time, settings.mem)
    (batches, elements) = ([], [])
    for (level, all) in plan.levels.enumerated() {
      for start in stride(from: 0, to: all.count, by: largestArray) {
        let part = all[start..<min(all.count, start + largestArray)]
        batches.append(
          Batch(
            name: "nsl-run-\(experiment)-\(token)-\(batches.count + 1)", level: level,
            first: elements.count, count: part.count))
        elements += part.map { $0.map { Part(key: $0.key, title: $0.title) } }
      }
    }
  }

  /// Where an element is in Slurm's queue.
  func place(of element: Int) -> SlurmQueue.Place? {
    batches.first { ($0.first..<$0.first + $0.count).contains(element) }.map {
      SlurmQueue.Place(name: $0.name, index: element - $0.first)
    }
  }

  var names: [String] { batches.map(\.name) }
}

/// The folder of a submission.
package struct SubmissionFolder: Hashable, Sendable {
  package let path: FilePath

  init(_ path: FilePath) { self.path = path }

  /// All of an experiment, the oldest first.
  package static func all(in experiment: FilePath) -> [SubmissionFolder] {
    let parent = experiment.appending(name)
    return ((try? FileSystem.list(parent)) ?? []).filter { !$0.hasPrefix(".") }
      .map { SubmissionFolder(parent.appending($0)) }
      .compactMap { folder in (try? folder.record()).map { (folder, $0.created) } }
      .sorted { $0.1 < $1.1 }.map(\.0)
  }

  static let name = "slurm"

  init(token: String, in experiment: FilePath) {
    path = experiment.appending(Self.name).appending(token)
  }

  private var recordPath: FilePath { path.appending("submission.json") }
  private var endingsPath: FilePath { path.appending("endings.json") }
  func requestPath(_ element: Int) -> FilePath { path.appending("elements/\(element).json") }
  func eventsPath(_ element: Int) -> FilePath { path.appending("events/\(element).jsonl") }
  func scriptPath(_ batch: Int) -> FilePath { path.appending("array-\(batch + 1).sh") }

  /// What a job prints, as its script says it.
  func logPath(_ element: Int, of record: Submission) -> FilePath? {
    record.place(of: element).map { place in
      path.appending("logs/\(element - place.index)+\(place.index).log")
    }
  }

  /// What a job has printed so far.
  func output(of element: Int, _ record: Submission) -> String {
    logPath(element, of: record).flatMap { try? FileSystem.readText($0, limit: 1 << 26) } ?? ""
  }

  /// - Throws: `FileError`, or `DecodingError` for a record of another program.
  package func record() throws -> Submission {
    try WireFormat.decode(
      Submission.self,
      from: FileSystem.read(recordPath, limit: Submission.largestRecord))
  }

  func write(_ record: Submission) throws {
    try AtomicFile.write(WireFormat.encode(record, pretty: true), to: recordPath)
  }

  func createFolders() throws(FileError) {
    for name in ["elements", "events", "logs"] {
      try FileSystem.createFolders(path.appending(name))
    }
  }

  /// The data that its jobs were given; `nil` where that cannot be read.
  var dataset: PreparedDataset? {
    let bytes = (try? FileSystem.read(requestPath(0), limit: Submission.largestRecord)) ?? []
    return (try? WireFormat.decode(ElementRequest.self, from: bytes))?.dataset
  }

  // MARK: What became of it

  /// How jobs ended, by element: Slurm forgets it after some minutes.
  var endings: [Int: JobEnding] {
    let bytes = (try? FileSystem.read(endingsPath, limit: Submission.largestRecord)) ?? []
    return (try? WireFormat.decode([Int: JobEnding].self, from: bytes)) ?? [:]
  }

  func write(_ endings: [Int: JobEnding]) throws {
    try AtomicFile.write(WireFormat.encode(endings, pretty: true), to: endingsPath)
  }

  /// Whether nothing of it is under way any more: a mark, so that nobody who sets it changes the
  /// record of somebody else.
  package var isOver: Bool { (try? FileSystem.information(path.appending("over"))) ?? nil != nil }

  func markOver() throws(FileError) { try AtomicFile.write([UInt8](), to: path.appending("over")) }
}
