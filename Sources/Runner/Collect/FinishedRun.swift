internal import Digest
internal import Experiments
internal import Files
internal import FoundationEssentials
internal import Learning
internal import Measurements
internal import Results
internal import SystemPackage

/// `.finished` in an experiment's folder: what its last run was made from, and what its files and those
/// of the store looked like at its end. Where all are as they were, the same run has nothing to do.
///
/// It only saves time. Without it, or with one that cannot be read, everything is looked at.
struct FinishedRun {
  static let fileName = ".finished"
  /// Raised when its form changes.
  private static let form = 1
  private static let largest = 1 << 30

  /// What fits into few bytes.
  struct About: Codable {
    /// Names what was run; empty where some stages are not stored.
    var origin = ""
    /// The names of files that stages have; see ``CheckedStages``.
    var names: [[String]] = []
    var tables: [Table] = []
    /// The names of files that runs have; see ``MirroredFiles``.
    var runFiles: [[String]] = []
    /// Whether `timings.csv` says that every stage was stored already.
    var areTimingsOfStored = false
    var failures: [RunSummary.Failure] = []
    /// Why rows are not to be believed, by their places in the table.
    var reasons: [Int: AttackVerdict] = [:]
  }

  /// One of the files beside `runs/`.
  struct Table: Codable {
    var name: String
    var stamp: [UInt64]
    /// Hexadecimal.
    var digest: String
    /// Whether a later change cannot have left the stamp as it is.
    var isOld: Bool
  }

  /// The files of a run.
  struct Run {
    /// The place of their names.
    var names: Int
    var state: StampDigest
  }

  var about = About()
  /// Of trained models, as JSON.
  var comparisons: [UInt8] = []
  var stages: [CheckedStages.Record] = []
  var runs: [Run] = []

  /// Another version of the program may write other files, and look at what is stored more closely.
  private let maker: String

  init(by programVersion: String) { maker = "finished run \(Self.form) of \(programVersion)" }

  /// What an experiment's folder says; nothing where it says nothing that can be used.
  init(of folder: FilePath, by programVersion: String) {
    self.init(by: programVersion)
    guard
      let bytes = try? FileSystem.read(folder.appending(Self.fileName), limit: Self.largest),
      let sections = try? SealedFile.sections(of: bytes, by: maker), sections.count == 4,
      let about = try? WireFormat.decode(About.self, from: sections[0])
    else { return }
    self.about = about
    comparisons = Array(sections[3])
    let words = Self.words(sections[1])
    stages = stride(from: 0, to: words.count - Self.stageWords + 1, by: Self.stageWords).map { at in
      CheckedStages.Record(
        key: StageKey(words: (words[at], words[at + 1], words[at + 2], words[at + 3])),
        names: Int(truncatingIfNeeded: words[at + 4]),
        digest: StampDigest(first: words[at + 5], second: words[at + 6]))
    }
    let runWords = Self.words(sections[2])
    runs = stride(from: 0, to: runWords.count - Self.runWords + 1, by: Self.runWords).map { at in
      Run(
        names: Int(truncatingIfNeeded: runWords[at]),
        state: StampDigest(first: runWords[at + 1], second: runWords[at + 2]))
    }
  }

  private static let (stageWords, runWords) = (7, 3)

  func write(in folder: FilePath) throws {
    var file = SealedFile(by: maker)
    file.add(try WireFormat.encode(about))
    var words: [UInt64] = []
    words.reserveCapacity(Self.stageWords * stages.count)
    for stage in stages {
      let key = stage.key.words
      words += [key.0, key.1, key.2, key.3]
      words += [UInt64(stage.names), stage.digest.first, stage.digest.second]
    }
    file.add(Self.bytes(words))
    words = []
    for run in runs { words += [UInt64(run.names), run.state.first, run.state.second] }
    file.add(Self.bytes(words))
    file.add(comparisons)
    try AtomicFile.writeWithoutWaiting(file.finish(), to: folder.appending(Self.fileName))
  }

  private static func words(_ bytes: ArraySlice<UInt8>) -> [UInt64] {
    bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count - 7, by: 8).map {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
      }
    }
  }

  private static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.map(\.littleEndian).withUnsafeBytes { Array($0) }
  }
}
